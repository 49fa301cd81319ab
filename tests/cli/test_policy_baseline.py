"""``pratique policy baseline``, and ``--baseline`` of the commands that decide."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run
from pratique.plugins import WriteOptions
from pratique.report import json as json_report
from reports import CLEAN

WHO = ("--owner", "ann@example.org", "--reason", "taken over")
GATE = "gate:\n  - {name: all, when: 'true', action: fail}\n"


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    """Of feeds in whose catalogue of what is exploited another vulnerability stands."""
    catalogue = feeds / "known_exploited_vulnerabilities.json"
    catalogue.write_text(catalogue.read_text().replace("CVE-2026-4242", "CVE-2026-4243"))
    assert run("db", "build", "--from", feeds, "--db", tmp_path / "db", "--quiet")[0] == 0
    return tmp_path / "db"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "gate.yaml"
    file.write_text(GATE + "on_unknown: {blocking: ignore}\n")
    return file


def test_begin_today(image: Path, database: Path, policy: Path, run: Run, tmp_path: Path) -> None:
    saved, file = tmp_path / "report.json", tmp_path / "baseline.yaml"
    asked = ("--db", database, "--policy", policy)
    assert run("scan", image, *asked, "--format", f"json={saved}")[0] == 1
    code, out, err = run("policy", "baseline", saved, *WHO, "--days", "30", "--policy", policy)
    assert code == 0
    assert "expires: 2026-12-21\n" in out
    assert '{id: CVE-2026-4242, package: "pypi/demo", image: ' in out
    assert "until 2026-12-21" in err
    assert run("policy", "baseline", saved, *WHO, "--days", "30", "--policy", policy, "-q") == (0, out, "")
    file.write_text(out)
    code, out, err = run("scan", image, *asked, "--baseline", file, "--format", "json")
    report = json.loads(out)
    (found,) = [one for one in report["findings"] if one["id"] == "CVE-2026-4242"]
    assert (code, found["decision"]["action"]) == (0, "allow")
    assert "in the baseline of 2026-11-21 by ann@example.org, until 2026-12-21" in found["decision"]["note"]
    assert any("the baseline of 2026-11-21 by ann@example.org" in note for note in report["notes"])
    later = ("--now", "2026-12-22T00:00:00Z")
    assert run("scan", image, *asked, "--baseline", file, "-q", *later)[0] == 1
    code, out, _ = run("explain", "CVE-2026-4242", image, *asked, "--baseline", file)
    assert (code, "in the baseline of 2026-11-21" in out) == (0, True)
    assert run("diff", image, image, *asked, "--baseline", file, "--fail-on", "verdict")[0] == 0
    assert run("diff", image, image, *asked, "--fail-on", "verdict")[0] == 1


def test_what_is_exploited_is_left_out_and_told(
    image: Path, feeds: Path, policy: Path, run: Run, tmp_path: Path
) -> None:
    database, saved, file = tmp_path / "db", tmp_path / "report.json", tmp_path / "b.yaml"
    assert run("db", "build", "--from", feeds, "--db", database, "--quiet")[0] == 0
    run("scan", image, "--db", database, "--policy", policy, "--format", f"json={saved}")
    code, out, err = run("policy", "baseline", saved, *WHO, "--policy", policy)
    assert code == 0
    assert "CVE-2026-4242" not in out
    told = "1 finding known to be exploited, which is never in a baseline (CVE-2026-4242 in pypi/demo)"
    assert told in err
    file.write_text(out.replace("findings: []\n", "findings:\n") + "  - {id: CVE-2026-4242, package: pypi/demo}\n")
    code, out, _ = run("scan", image, "--db", database, "--policy", policy, "--baseline", file)
    assert (code, "does not silence CVE-2026-4242" in " ".join(out.split())) == (1, True)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--owner", "o"), "--reason is missing"),
        (("--reason", "r"), "--owner is missing"),
        ((*WHO, "--days", "91"), "91 days ahead; 90 are the most"),
        ((*WHO, "--owner", ""), "--owner: ''"),
        ((*WHO, "--policy", ""), "'' names nothing"),
        ((*WHO, "--preset", "stict"), "did you mean 'strict'"),
    ],
)
def test_wrong_usage(more: tuple[str, ...], told: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(json_report.write((CLEAN,), WriteOptions()))
    code, out, err = run("policy", "baseline", file, *more)
    assert (code, out) == (2, "")
    assert told in err


@pytest.mark.parametrize("text", ["{}", "", "[1]", "not json", "\xff", '{"schema":"urn:pratique:report:9.9"}'])
def test_what_is_no_report(text: str, run: Run, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    file.write_text(text, encoding="latin-1")
    code, out, err = run("policy", "baseline", file, *WHO)
    assert (code, out, "is no report of Pratique" in err) == (2, "", True)
    assert run("policy", "baseline", tmp_path / "none.json", *WHO)[0] == 2
    file.write_text("[]")
    code, out, err = run("policy", "baseline", file, *WHO)
    assert (code, out, "holds no report" in err) == (2, "", True)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "the baseline is empty"),
        (b"version: 1\n", "'created' is missing here"),
        (b"\xff\xfe", "is not UTF-8: byte 0"),
        (b"owner: [\n", "no YAML"),
        (None, "cannot read the baseline"),
    ],
)
def test_a_baseline_that_cannot_be_used_opens_no_gate(
    data: bytes | None, told: str, image: Path, run: Run, tmp_path: Path
) -> None:
    file = tmp_path / "b.yaml"
    if data is not None:
        file.write_bytes(data)
    for command in (("scan", image), ("explain", "CVE-1", image), ("diff", image, image)):
        code, out, err = run(*command, "--baseline", file)
        assert (code, out) == (2, "")
        assert told in err
