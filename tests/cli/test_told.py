"""What is silenced is told in every report that a person reads, and in JSON: in force, ending soon, over, of no use."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path

import msgspec
import pytest

from commands import Run
from pratique.plugins import WriteOptions
from pratique.report import html as page
from pratique.report import markdown
from reports import FAILING

GATE = "gate: [{name: all, when: 'true', action: fail}]\non_unknown: {blocking: ignore}\nsuppress:\n"
ENTRIES = {
    "in force": "  - {id: CVE-2026-4242, package: demo, reason: r, owner: ann, expires: 2027-01-31}\n",
    "soon": "  - {id: CVE-2026-4242, package: demo, reason: r, owner: ann, expires: 2026-11-30}\n",
    "over": "  - {id: CVE-2026-4242, package: demo, reason: r, owner: ann, expires: 2026-11-20}\n",
    "too long": "  - {id: CVE-2026-4242, package: demo, reason: r, owner: ann, expires: 2027-11-20}\n",
    "unused": "  - {id: CVE-2026-9999, package: demo, reason: r, owner: ann, expires: 2027-01-31}\n",
}
TOLD = {
    "in force": "CVE-2026-4242 in demo is suppressed until 2027-01-31 by ann: r (1 finding)",
    "soon": "CVE-2026-4242 in demo is suppressed until 2026-11-30 by ann: r (1 finding); expires in 9 days",
    "over": "the suppression of CVE-2026-4242 in demo by ann expired on 2026-11-20",
    "too long": "CVE-2026-4242 in demo by ann is not in force: it may not end more than 90 days ahead",
    "unused": "the suppression of CVE-2026-9999 in demo by ann is unused: no finding here is like it",
}
BASELINE = """\
created: 2026-11-01
owner: bob
reason: taken over
expires: 2026-11-30
findings:
  - {id: CVE-2026-4242, package: pypi/demo}
  - {id: CVE-2026-9999, package: pypi/demo}
"""


def words(text: str) -> str:
    """The text as a reader has it: without markup, escapes and breaks of lines."""
    plain = html.unescape(re.sub(r"<[^>]+>", " ", text))
    return " ".join(re.sub(r"\\([!-/:-@[-`{-~])", r"\1", plain).split())


def told(run: Run, image: Path, feeds: Path, folder: Path, *more: object) -> dict[str, str]:
    """What each format says, by its name."""
    (feeds / "known_exploited_vulnerabilities.json").unlink()
    assert run("db", "build", "--from", feeds, "--db", folder / "db", "--quiet")[0] == 0
    files = {name: folder / f"out.{name}" for name in ("table", "markdown", "html", "json")}
    formats = [part for name, file in files.items() for part in ("--format", f"{name}={file}")]
    run("scan", image, "--db", folder / "db", "--policy", folder / "p.yaml", *formats, *more)
    found = {name: words(file.read_text()) for name, file in files.items() if name != "json"}
    return found | {"json": " ".join(json.loads(files["json"].read_text())["notes"])}


@pytest.mark.parametrize("kind", ENTRIES)
def test_suppressions(kind: str, image: Path, feeds: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GATE + ENTRIES[kind])
    for name, text in told(run, image, feeds, tmp_path).items():
        assert TOLD[kind] in text, name


def test_the_baseline(image: Path, feeds: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GATE.replace("suppress:\n", ""))
    (tmp_path / "b.yaml").write_text(BASELINE)
    for name, text in told(run, image, feeds, tmp_path, "--baseline", tmp_path / "b.yaml").items():
        held = "1 finding is in the baseline of 2026-11-01 by bob, until 2026-11-30: taken over; expires in 9 days"
        assert held in text, name
        assert "1 entry silences nothing any more" in text, name


def test_a_baseline_that_is_over(image: Path, feeds: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(GATE.replace("suppress:\n", ""))
    (tmp_path / "b.yaml").write_text(BASELINE.replace("2026-11-30", "2026-11-20"))
    for name, text in told(run, image, feeds, tmp_path, "--baseline", tmp_path / "b.yaml").items():
        assert "the baseline of 2026-11-01 by bob expired on 2026-11-20 and counts as none" in text, name


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_however_many_there_are(name: str) -> None:
    notes = tuple(f"the suppression of CVE-2026-{number} in demo by ann is unused: remove it" for number in range(90))
    report = msgspec.structs.replace(FAILING, notes=notes)
    writer = {"markdown": markdown, "html": page}[name]
    text = words(writer.write((report,), WriteOptions()))
    assert all(note in text for note in notes)
    assert "pratique.yaml" in text
