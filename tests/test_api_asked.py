"""What else than packages the library asks by, end to end: streams, functions of programs, VEX documents, past days."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from catalog.programs import elf
from catalog.test_go_binary import inline
from catalog.test_go_functions import SECTION, table
from images import build, file, layer, oci_layout
from pratique.api import Outcome, Settings, read_vex, scan
from pratique.errors import NotFound, UsageError
from pratique.model import Action, ImageFinding, Report, Result, VexStatus, Vulnerability
from vuln import feeds
from vuln.feeds import Record, fixed, record

NOW = datetime(2026, 1, 10, tzinfo=UTC)
DEMO = file(
    "usr/lib/python3/dist-packages/demo-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\n"
)
MODULES = "path\texample.org/app\nmod\texample.org/app\t(devel)\t\ndep\texample.org/lib\tv1.0.0\th1:x=\n"


def settings(folder: Path, ecosystems: Mapping[str, Sequence[Record]], **more: object) -> Settings:
    feeds.database(folder, ecosystems, **more).close()
    return Settings(now=NOW, database=folder / "db")


def report(folder: Path, found: Settings, *members: tuple[object, ...]) -> Report:
    image = oci_layout(folder / "image", build(layer(*members), created_by=("COPY . /",)))
    (outcome,) = scan([str(image)], found)
    assert isinstance(outcome, Outcome)
    assert outcome.error is None
    return outcome.report


def ids(found: Report) -> list[str]:
    return [finding.id for finding in found.findings if not isinstance(finding, ImageFinding)]


def vulnerability(found: Report) -> Vulnerability:
    (finding,) = (one for one in found.findings if not isinstance(one, ImageFinding))
    assert isinstance(finding, Vulnerability)
    return finding


@pytest.mark.parametrize(("symbol", "linked"), [("Used", True), ("Unused", False)])
def test_a_program_is_asked_for_the_functions_that_an_advisory_names(tmp_path: Path, symbol: str, linked: bool) -> None:
    one = record("GO-2026-1", "example.org/lib", *fixed("1.2.0"), ecosystem="Go", kind="SEMVER")
    imports = [{"path": "example.org/lib", "symbols": [symbol]}]
    one["affected"][0]["ecosystem_specific"] = {"imports": imports}
    names = b"go:buildid\0main.main\0example.org/lib.Used\0"
    program = elf({b".go.buildinfo": inline("go1.26.0", MODULES), SECTION: table(names)})
    found = report(tmp_path, settings(tmp_path, {"Go": [one]}), file("usr/bin/app", program, 0o755))
    assert ids(found) == (["GO-2026-1"] if linked else [])
    if linked:
        assert vulnerability(found).evidence[0].symbols == ("example.org/lib.Used",)


@pytest.mark.parametrize(("branch", "affected"), [("v3.18", False), ("v3.19", True)])
def test_alpine_is_asked_of_the_branch_of_its_repositories(tmp_path: Path, branch: str, affected: bool) -> None:
    one = record("ALPINE-CVE-2026-1", "busybox", *fixed("1.36.1-r9"), ecosystem="Alpine:v3.19", aliases=["CVE-2026-1"])
    other = record("ALPINE-CVE-2026-2", "zlib", *fixed("9-r0"), ecosystem="Alpine:v3.18")
    members = (
        file("etc/os-release", "ID=alpine\nVERSION_ID=3.18.4\n"),
        file("etc/apk/repositories", f"https://mirror.example/alpine/{branch}/main\n"),
        file("lib/apk/db/installed", "P:busybox\nV:1.36.1-r5\nA:x86_64\no:busybox\n\n"),
    )
    found = report(tmp_path, settings(tmp_path, {"Alpine": [one, other]}), *members)
    assert ids(found) == (["CVE-2026-1"] if affected else [])


def openvex(folder: Path, status: str = "not_affected", **more: object) -> Path:
    """https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md"""
    statement = {
        "vulnerability": {"name": "CVE-2026-7"},
        "products": [{"@id": "pkg:pypi/demo@1.0"}],
        "status": status,
        "timestamp": "2026-01-05T00:00:00Z",
        **more,
    }
    path = folder / "team.vex.json"
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:team:1", "author": "Team", "version": 1}
    path.write_text(json.dumps({**head, "timestamp": "2026-01-05T00:00:00Z", "statements": [statement]}))
    return path


RECORD = record(
    "PYSEC-2026-7", "demo", *fixed("2.0"), aliases=["CVE-2026-7"], published="2025-12-20T00:00:00Z", severity=[
        {"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}
    ]
)  # fmt: skip
LABEL = {"justification": "vulnerable_code_not_in_execute_path"}


def test_a_justified_vex_statement_silences_what_is_exploited(tmp_path: Path) -> None:
    known = settings(tmp_path, {"PyPI": [RECORD]}, kev=["CVE-2026-7"])
    assert report(tmp_path / "without", known, DEMO).verdict.result is Result.FAIL
    heard = msgspec.structs.replace(known, vex=(openvex(tmp_path, **LABEL),))
    found = report(tmp_path / "with", heard, DEMO)
    finding = vulnerability(found)
    assert finding.vex is not None
    assert (finding.vex.status, finding.vex.author) == (VexStatus.NOT_AFFECTED, "Team")
    assert (finding.decision.action, finding.decision.vex) == (Action.ALLOW, "not_affected")
    assert found.verdict.result is not Result.FAIL


def test_a_vex_statement_of_a_later_day_is_not_heard_and_told(tmp_path: Path) -> None:
    known = settings(tmp_path, {"PyPI": [RECORD]}, kev=["CVE-2026-7"])
    then = datetime(2026, 1, 4, tzinfo=UTC)
    path = openvex(tmp_path, **LABEL)
    heard = msgspec.structs.replace(known, vex=(path,), as_of=then, now=NOW)
    found = report(tmp_path / "with", heard, DEMO)
    assert vulnerability(found).vex is None
    assert any("yet to come" in problem.what for problem in found.problems if problem.where == str(path))


def test_a_wrong_vex_document_is_told_before_any_target_is_read(tmp_path: Path) -> None:
    known = settings(tmp_path, {"PyPI": [RECORD]})
    (tmp_path / "none.json").write_text("{}")
    for name, error in (("absent.json", NotFound), ("none.json", UsageError), (".", UsageError)):
        heard = msgspec.structs.replace(known, vex=(tmp_path / name,))
        with pytest.raises(error):
            next(scan(["./no-such-target"], heard))
    assert read_vex(()) == ()


def test_a_past_day(tmp_path: Path) -> None:
    known = settings(tmp_path, {"PyPI": [RECORD]})
    before = msgspec.structs.replace(
        known, now=datetime(2025, 12, 19, tzinfo=UTC), as_of=datetime(2025, 12, 19, tzinfo=UTC)
    )
    found = report(tmp_path / "before", before, DEMO)
    assert (ids(found), found.database.as_of) == ([], "2025-12-19T00:00:00Z")
    after = msgspec.structs.replace(known, as_of=datetime(2025, 12, 21, tzinfo=UTC))
    assert ids(report(tmp_path / "after", after, DEMO)) == ["CVE-2026-7"]
    with pytest.raises(UsageError, match="zone"):
        next(scan(["x"], msgspec.structs.replace(known, as_of=datetime(2025, 12, 21))))
