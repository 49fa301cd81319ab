"""docs/explain.md and docs/vex.md: the examples are what the commands print, the reasons those that the code gives."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest

from commands import Run
from images import build, file, layer, oci_layout
from pratique.vuln.build import build as build_database
from vuln import feeds
from vuln.feeds import record

ROOT = Path(__file__).resolve().parents[2]
EXPLAIN, VEX = ((ROOT / "docs" / name).read_text() for name in ("explain.md", "vex.md"))
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
DAY = "2026-11-21T00:00:00Z"


def jar(version: str) -> bytes:
    """What Maven puts into a jar (https://maven.apache.org/shared/maven-archiver/)."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        name = zipfile.ZipInfo("META-INF/maven/org.apache.logging.log4j/log4j-core/pom.properties")
        archive.writestr(name, f"groupId=org.apache.logging.log4j\nartifactId=log4j-core\nversion={version}\n")
    return out.getvalue()


@pytest.fixture
def example(tmp_path: Path, run: Run) -> Path:
    """The images and the database of the pages' examples, in the working directory."""
    for name, version in (("app", "2.14.1"), ("mended", "2.17.1")):
        libraries = layer(file(f"app/lib/log4j-core-{version}.jar", jar(version)))
        image = build(
            layer(file("etc/motd", "hello")), libraries, created_by=("ADD rootfs /", "COPY target/lib /app/lib")
        )
        oci_layout(tmp_path / name, {f"{name}:1.4": image})
    affected = {"introduced": "2.13.0"}, {"fixed": "2.15.0"}
    one = record(
        "GHSA-jfh8-c2jp-5v3q",
        "org.apache.logging.log4j:log4j-core",
        *affected,
        ecosystem="Maven",
        aliases=["CVE-2021-44228"],
        published="2021-12-10T00:40:56Z",
        modified="2026-11-18T03:00:00Z",
        severity=[{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H"}],
    )
    coverage = {"Maven": {"complete": True}}
    source = feeds.write(
        tmp_path / "feeds", {"Maven": [one]}, epss={"CVE-2021-44228": 0.944}, coverage=coverage, date=DAY
    )
    entry = {"cveID": "CVE-2021-44228", "dateAdded": "2021-12-10", "dueDate": "2021-12-24"}
    catalogue = {"dateReleased": DAY, "vulnerabilities": [{**entry, "knownRansomwareCampaignUse": "Known"}]}
    (source / "known_exploited_vulnerabilities.json").write_text(json.dumps(catalogue))
    build_database(source, tmp_path / "db")
    return tmp_path


def shown(page: str) -> list[tuple[str, str]]:
    """Each example: what is typed after the ``$``, and what is printed."""
    return [(typed, printed) for typed, printed in re.findall(r"```text\n\$ pratique (.+)\n((?:.*\n)*?)```", page)]


@pytest.mark.parametrize(("typed", "printed"), shown(EXPLAIN), ids=[typed for typed, _ in shown(EXPLAIN)])
def test_what_explain_prints(
    typed: str, printed: str, example: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run(*typed.split(), "--db", "db")
    assert (code, err) == (0, "")
    assert _DIGEST.sub("sha256:…", out) == _DIGEST.sub("sha256:…", printed)  # zlib's versions compress differently


def test_each_reason_is_the_codes() -> None:
    folder = ROOT / "src" / "pratique" / "vuln"
    code = "".join((folder / name).read_text() for name in ("inquiry.py", "explain.py", "asof.py"))
    reasons = re.findall(r"^\| `([^`]+)` \|", EXPLAIN, re.MULTILINE)
    assert len(reasons) >= 10
    for reason in reasons:
        for part in reason.split("…"):
            assert part.strip() in code, reason


def test_the_document_of_the_page_is_heard(example: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    (document,) = re.findall(r"```json\n((?:.*\n)*?)```", VEX)
    (example / "team.vex.json").write_text(document)
    ((typed, printed),) = shown(VEX)
    code, out, err = run(*typed.split(), "--db", "db")
    assert (code, err) == (0, "")
    assert printed in out
    assert run("scan", "app", "--db", "db")[0] == 1
