"""Every format of a really scanned image: nothing hostile in it becomes structure, nor do two runs differ; alerts of a
rebuilt image are the same ones."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from commands import Run
from images import build, file, layer, oci_layout
from pratique.cli import _output
from pratique.package_url import parse

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples" / "templates"
HOSTILE = (
    "\x1b[31mx\x1b]0;t\x07\n::error::a\r##vso[task.complete]b\u202e\u2066c<script>alert(1)</script>&amp;\"' onload='x"
    "](http://evil.example) **b** `c` | d |\n# e\n- f @team #1 ]]>--><!--</text>{{ 7*7 }}{% raw %}=1+1,%0A"
    "::set-output a"
)
PLAIN = "plain\ntext"  # refused where the hostile one is
STRANGE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def record(identifier: str, ecosystem: str, name: str, fixed: str, summary: str = "") -> dict[str, object]:
    """As OSV writes one (https://ossf.github.io/osv-schema/)."""
    events = [{"introduced": "0"}, {"fixed": fixed}]
    affected = {"package": {"ecosystem": ecosystem, "name": name}, "ranges": [{"type": "SEMVER", "events": events}]}
    times = {"published": "2026-11-01T00:00:00Z", "modified": "2026-11-20T00:00:00Z"}
    return {"id": identifier, "aliases": [f"{identifier}-ALIAS"], "summary": summary, "affected": [affected], **times}


def feed(folder: Path, ecosystem: str, *records: dict[str, object]) -> Path:
    (folder / ecosystem).mkdir(parents=True)
    (folder / "ecosystems.txt").write_text(f"{ecosystem}\n")
    with zipfile.ZipFile(folder / ecosystem / "all.zip", "w") as archive:
        for number, one in enumerate(records):
            archive.writestr(f"{number}.json", json.dumps(one))
    entry = {"cveID": "CVE-2020-1", "dateAdded": "2026-11-10", "dueDate": "", "knownRansomwareCampaignUse": "Unknown"}
    catalogue = {"dateReleased": "2026-11-20T12:00:00.0000Z", "vulnerabilities": [entry]}
    (folder / "known_exploited_vulnerabilities.json").write_text(json.dumps(catalogue))
    return folder


def place(folder: Path, text: str) -> tuple[Path, Path]:
    """An image in which everything that can be text is that text, and feeds that tell of it."""
    # A name that the registry would refuse, a harmless one that brings the finding, and a version that is none.
    packages = {
        "a": {"name": text, "version": "1.0.0", "license": text, "author": text},
        "b": {"name": "victim", "version": "1.0.0", "license": text},
        "c": {"name": "other", "version": text, "license": text},
    }
    members = [
        file(f"srv/{text.replace('/', '_')}{key}/node_modules/{key}/package.json", json.dumps(one))
        for key, one in packages.items()
    ]
    release = "".join(f"{key}={json.dumps(text)}\n" for key in ("NAME", "PRETTY_NAME", "VERSION_CODENAME"))
    os_release = file("etc/os-release", f"ID=strange\n{release}")
    config = {"Labels": {text: text, "org.opencontainers.image.vendor": text}, "User": text, "Env": [f"{text}={text}"]}
    image = build(layer(os_release, *members), created_by=(text,), config=config)
    records = [
        record(f"GHSA-{key * 4}-1111-2222", "npm", name, "2.0.0", text) for key, name in (("x", text), ("y", "victim"))
    ]
    return oci_layout(folder / "image", image), feed(folder / "feeds", "npm", *records)


@pytest.fixture
def scan(run: Run, tmp_path: Path) -> Callable[[str, str], str]:
    """``scan(text, format)``: the report of an image in which everything that can be text is that text."""
    made = dict[str, tuple[Path, Path]]()

    def scanned(text: str, *options: str) -> str:
        if text not in made:
            folder = tmp_path / f"of-{len(made)}"
            image, feeds = place(folder, text)
            made[text] = image, folder / "db"
            assert run("db", "build", "--from", feeds, "--db", folder / "db", "--quiet")[0] == 0
        image, database = made[text]
        code, out, err = run("scan", image, "--db", database, "--all", *options)
        assert code in (0, 1, 3)
        assert not STRANGE.search(err)
        assert out
        return out

    return scanned


def keys(value: object, path: str = "") -> Counter[str]:
    """Where values stand, without what they are."""
    match value:
        case dict():
            found = Counter[str]()
            for key, item in value.items():
                found += keys(item, f"{path}.{key}")
            return found
        case list():
            return sum((keys(item, f"{path}[]") for item in value), Counter[str]())
        case _:
            return Counter([f"{path}:{type(value).__name__}"])


def elements(text: str) -> Counter[str]:
    return Counter(f"{one.tag}:{sorted(one.attrib)}" for one in ElementTree.fromstring(text.encode()).iter())


def tags(text: str) -> Counter[str]:
    found = Counter[str]()

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found[f"{tag}:{sorted(name for name, _ in attrs)}"] += 1

        def handle_comment(self, data: str) -> None:
            found["comment"] += 1

    Tags().feed(text)
    return found


def blocks(text: str) -> Counter[str]:
    """The elements of Markdown as GitHub reads it, but for text and line breaks within it."""
    found = Counter[str]()
    for token in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text):
        found[token.type] += 1
        inner = (child.type for child in token.children or () if child.type not in ("text", "text_special"))
        found.update(f"inline {kind}" for kind in inner)
    return found


def lines(text: str) -> Counter[str]:
    """Each line's first word."""
    return Counter(line.strip().split(" ")[0].split("=")[0] for line in text.splitlines())


def cells(text: str) -> Counter[str]:
    rows = list(csv.reader(io.StringIO(text)))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    return Counter(str(len(row)) for row in rows)


def commands(text: str) -> Counter[str]:
    """Workflow commands as the runner reads them (actions/runner, ActionCommand)."""
    assert all(re.match(r"::(error|warning|notice) title=[^:]*::[^\n]*$", line) for line in text.splitlines())
    return Counter(line.split(" ")[0] for line in text.splitlines())


def tag_values(text: str) -> Counter[str]:
    """Tags; a text of several lines is one value."""
    return Counter(
        re.sub(r"<text>.*?</text>", "", text, flags=re.DOTALL).split(":", 1)[0] for text in text.splitlines()
    )


def purls(text: str) -> Counter[str]:
    return Counter(parse(line).type for line in text.splitlines())


def without_properties(found: Counter[str]) -> Counter[str]:
    """What a document shows otherwise than it is stands in a property of ours, as it is."""
    return Counter({key: number for key, number in found.items() if "propert" not in key})


SHAPES: dict[str, Callable[[str], Counter[str]]] = {
    "csv": cells,
    "cyclonedx": lambda text: without_properties(keys(json.loads(text))),
    "cyclonedx-xml": lambda text: without_properties(elements(text)),
    "github": lambda text: Counter(keys(json.loads(text)).values()),  # its keys are package URLs
    "github-actions": commands,
    "gitlab": lambda text: keys(json.loads(text)),
    "html": tags,
    "json": lambda text: keys(json.loads(text)),
    "junit": elements,
    "markdown": blocks,
    "openvex": lambda text: keys(json.loads(text)),
    "purls": purls,
    "sarif": lambda text: keys(json.loads(text)),
    "spdx": lambda text: keys(json.loads(text)),
    "spdx-3": lambda text: keys(json.loads(text)),
    "spdx-tag-value": tag_values,
}
TEMPLATES: dict[str, Callable[[str], Counter[str]]] = {
    "comment.md.j2": blocks,
    "mail.html.j2": tags,
    "tickets.jsonl.j2": lambda text: sum((keys(json.loads(line)) for line in text.splitlines()), Counter()),
}


def test_each_format_is_tried() -> None:
    assert {*SHAPES, "table"} == set(_output.available())
    assert set(TEMPLATES) == {file.name for file in EXAMPLES.iterdir()}


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_in_an_image_becomes_structure(scan: Callable[..., str], name: str) -> None:
    hostile, plain = (scan(text, "--format", name) for text in (HOSTILE, PLAIN))
    assert not STRANGE.search(hostile)
    assert not re.search(r"^::(?!error|warning|notice)|##vso\[", hostile, re.MULTILINE)
    assert SHAPES[name](hostile) == SHAPES[name](plain)


@pytest.mark.parametrize("name", TEMPLATES)
def test_nothing_in_an_image_becomes_structure_of_a_template(
    scan: Callable[..., str], name: str, tmp_path: Path
) -> None:
    policy = tmp_path / "all.yaml"
    policy.write_text("version: 1\ngate: [{name: all, when: 'true', action: fail}]\n")
    hostile, plain = (
        scan(text, "--template", str(EXAMPLES / name), "--policy", str(policy)) for text in (HOSTILE, PLAIN)
    )
    assert not STRANGE.search(hostile)
    assert not re.search(r"\b49\b", hostile)
    assert TEMPLATES[name](hostile) == TEMPLATES[name](plain)


def test_the_table_obeys_nothing(scan: Callable[..., str]) -> None:
    text = scan(HOSTILE, "--color", "never")
    assert not STRANGE.search(text)
    assert not re.search(r"^\s*::|##vso\[", text, re.MULTILINE)
    assert "\\x1b[31m" in text


def test_two_runs_write_the_same_bytes(image: Path, feeds: Path, run: Run, tmp_path: Path) -> None:
    """In processes of their own, whose sets are ordered otherwise."""
    database = tmp_path / "db"
    assert run("db", "build", "--from", feeds, "--db", database, "--quiet")[0] == 0
    formats = _output.available()
    made = []
    for seed in ("1", "2"):
        folder = tmp_path / seed
        folder.mkdir()
        asked = [word for name in formats for word in ("--format", f"{name}={folder / name}")]
        asked += [word for one in sorted(EXAMPLES.iterdir()) for word in ("--template", f"{one}={folder / one.name}")]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-m", "pratique", "scan", image, "--db", database, "--no-cache", *asked]
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        assert (done.returncode, done.stdout, done.stderr) == (1, b"", b"")
        made.append({one.name: one.read_bytes() for one in sorted(folder.iterdir())})
    assert set(made[0]) == {*formats, *(one.name for one in EXAMPLES.iterdir())}
    assert made[0] == made[1]


def wheel(folder: str, name: str, version: str) -> object:
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return file(f"{folder}/{name}-{version}.dist-info/METADATA", metadata)


LOCAL, SYSTEM = "usr/local/lib/python3.12/site-packages", "usr/lib/python3/dist-packages"


@pytest.fixture
def prints(run: Run, tmp_path: Path) -> Callable[..., dict[str, str]]:
    """The fingerprints of an image's alerts, with the rule of each."""
    database = tmp_path / "db"
    records = [
        record(f"GHSA-aaaa-bbbb-{number}", "PyPI", name, "9", "") for number, name in enumerate(("one", "two", "one"))
    ]
    for one in records:
        one["affected"][0]["ranges"][0]["type"] = "ECOSYSTEM"  # type: ignore[index]
    assert run("db", "build", "--from", feed(tmp_path / "feeds", "PyPI", *records), "--db", database, "--quiet")[0] == 0

    def found(name: str, *layers: bytes, **how: object) -> dict[str, str]:
        image = oci_layout(tmp_path / name, build(*layers, **how))  # type: ignore[arg-type]
        _, out, _ = run("scan", image, "--db", database, "--format", "sarif")
        results = json.loads(out)["runs"][0]["results"]
        marks = {one["partialFingerprints"]["pratiqueFinding/v1"]: one["ruleId"] for one in results}
        assert len(marks) == len(results)  # unique within the run
        return {mark: rule for mark, rule in marks.items() if rule.startswith("GHSA")}

    return found


def test_alerts_outlive_a_rebuild_and_an_upgrade(prints: Callable[..., dict[str, str]]) -> None:
    first = prints(
        "first", layer(wheel(SYSTEM, "one", "1.0"), wheel(LOCAL, "one", "1.1")), layer(wheel(SYSTEM, "two", "1.0"))
    )
    assert sorted(Counter(first.values()).values()) == [1, 2, 2]  # two copies of one package are two alerts
    rebuilt = prints(
        "rebuilt",
        layer(file("etc/motd", "new")),
        layer(wheel(LOCAL, "one", "1.1"), wheel(SYSTEM, "one", "1.0"), wheel(SYSTEM, "two", "1.0")),
        created_by=("RUN another", "RUN step"),
        compress="zstd",
    )
    assert rebuilt == first
    upgraded = prints(
        "upgraded", layer(wheel(SYSTEM, "one", "1.5"), wheel(LOCAL, "one", "1.1"), wheel(LOCAL, "two", "1.0.post1"))
    )
    assert upgraded == first
    mended = prints(
        "mended", layer(wheel(SYSTEM, "one", "1.0"), wheel(LOCAL, "one", "1.1"), wheel(SYSTEM, "two", "9.0"))
    )
    assert mended == {mark: rule for mark, rule in first.items() if rule != "GHSA-aaaa-bbbb-1"}


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    assert run("db", "build", "--from", feeds, "--db", tmp_path / "db", "--quiet")[0] == 0
    return tmp_path / "db"


def test_formats_and_templates_each_in_their_place(image: Path, database: Path, run: Run, tmp_path: Path) -> None:
    template = tmp_path / "t.txt.j2"
    template.write_text("{% for one in report.findings if one.kev %}{{ one.id }}\n{% endfor %}")
    asked = ("--template", f"{template}={tmp_path / 'out.txt'}", "--format", f"json={tmp_path / 'out.json'}")
    code, out, err = run("scan", image, "--db", database, *asked, "--format", "csv=-")
    assert (code, err) == (1, "")
    assert out.startswith("image,digest,kind,id")
    assert (tmp_path / "out.txt").read_text() == "CVE-2026-4242\n"
    assert json.loads((tmp_path / "out.json").read_text())["verdict"]["result"] == "fail"
    assert run("sbom", image, "--template", template)[0] == 2  # an inventory has no findings
    template.write_text("{{ report.packages|map(attribute='name')|join(' ') }}")
    assert run("sbom", image, "--template", template)[:2] == (0, "demo other")
    assert run("scan", image, "--db", database, "--template", template)[:2] == (1, "demo other")


def test_a_template_that_cannot_be_used_is_told_before_the_scan(run: Run, tmp_path: Path) -> None:
    (tmp_path / "bad.j2").write_text("{% if %}")
    for name, told in (("bad.j2", "bad.j2', line 1: Expected"), ("gone.j2", "No such file")):
        code, out, err = run("scan", "registry.invalid/never:asked", "--template", tmp_path / name)
        assert (code, out) == (2, "")
        assert told in err
        assert "registry.invalid" not in err
    code, _, err = run("scan", "x", "--template", tmp_path / "bad.j2", "--format", "json")
    assert (code, "would be mixed on standard output" in err) == (2, True)


def test_a_template_that_fails_keeps_back_no_other_report(
    image: Path, database: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "bad.j2").write_text("\n{{ report.verdikt }}")
    code, out, err = run(
        "scan", image, "--db", database, "--template", tmp_path / "bad.j2", "--format", f"json={tmp_path / 'x'}"
    )
    assert (code, out) == (1, "")  # the verdict outranks it
    assert "bad.j2', line 2: 'dict object' has no attribute 'verdikt'" in err
    assert (tmp_path / "x").exists()
    assert run("sbom", image, "--template", tmp_path / "bad.j2")[0] == 2


def test_a_difference_in_several_formats(image: Path, database: Path, run: Run, tmp_path: Path) -> None:
    empty = oci_layout(tmp_path / "empty", build(layer(file("etc/motd", "x"))))
    (tmp_path / "t.j2").write_text("{{ difference.findings|selectattr('status', 'eq', 'introduced')|list|length }}")
    asked = ("--format", f"markdown={tmp_path / 'delta.md'}", "--format", f"json={tmp_path / 'delta.json'}")
    code, out, err = run("diff", empty, image, "--db", database, *asked, "--template", tmp_path / "t.j2")
    assert (code, err) == (0, "")
    made = json.loads((tmp_path / "delta.json").read_text())
    assert int(out) == sum(one["status"] == "introduced" for one in made["findings"]) > 0
    assert (tmp_path / "delta.md").read_text().startswith("### ❌ ")
    assert run("diff", empty, image, "--db", database, "--format", "text", "--format", "markdown")[0] == 2
    code, _, err = run("diff", empty, image, "--format", "sarif")
    assert (code, "no format 'sarif'; there are: text, json, markdown" in err) == (2, True)
    code, _, err = run("diff", empty, image, "--db", database, "--format", "json=/dev/full")
    assert (code, "cannot write '/dev/full': No space left on device" in err) == (3, True)


@pytest.mark.parametrize("name", ["json", "html", "markdown"])
def test_a_reader_that_stops_and_a_full_disk(image: Path, database: Path, name: str) -> None:
    command = [sys.executable, "-m", "pratique", "scan", str(image), "--db", str(database), "--format", name]
    read, write = os.pipe()
    os.close(read)
    stopped = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, check=False)
    os.close(write)
    assert stopped.returncode == 1
    told = b"pratique: cannot write the report to standard output: its reader closed the pipe\n  hint: "
    assert stopped.stderr.startswith(told)
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 1  # the verdict outranks what could not be told, which is told
    assert done.stderr == b"pratique: cannot write to standard output: No space left on device\n"
