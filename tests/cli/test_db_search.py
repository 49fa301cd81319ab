from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run
from loopback import serve
from registry import Registry


@pytest.fixture
def folder(feeds: Path, run: Run, tmp_path: Path) -> Path:
    assert run("db", "build", "--from", feeds, "--db", tmp_path / "built")[0] == 0
    return tmp_path / "built"


def test_a_table_for_people(folder: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    code, out, err = run("db", "search", "--db", folder, "CVE-2026-4242")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        "GHSA-demo-demo-demo  CRITICAL 9.8  KEV 2026-11-10  CVE-2026-4242  PyPI, published 2026-11-01,",
        "  modified 2026-11-20",
        "  PACKAGE    AFFECTED",
        "  PyPI demo  < 2.0",
        "",
        "1 record",
    ]


@pytest.mark.parametrize("query", ["GHSA-demo-demo-demo", "demo", "pkg:pypi/demo@1.0"])
def test_json_for_machines(folder: Path, run: Run, query: str) -> None:
    code, out, _ = run("db", "search", "--db", folder, "--format", "json", query)
    assert code == 0
    (record,) = json.loads(out)
    assert record["id"] == "GHSA-demo-demo-demo"
    assert record["kev"]["added"] == "2026-11-10"
    assert record["stated"][0]["fixed"] == "2.0"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("CVE-1999-1",), "knows nothing of 'CVE-1999-1'"),
        (("pkg:pypi/demmo@2.0",), "knows nothing"),
        (("pkg:quux/x",), "type 'quux'"),
        (("--ecosystem", "Quux", "demo"), "'Quux'"),
        ((), "required"),
    ],
)
def test_what_names_nothing(folder: Path, run: Run, words: tuple[str, ...], told: str) -> None:
    code, out, err = run("db", "search", "--db", folder, *words)
    assert (code, out) == (2, "")
    assert told in err


def test_a_version_that_no_record_holds_is_an_answer(folder: Path, run: Run) -> None:
    answer = "no record holds that version, of 1 record of the package\n"
    assert run("db", "search", "--db", folder, "pkg:pypi/demo@2.0") == (0, answer, "")
    code, out, err = run("db", "search", "--db", folder, "pkg:pypi/demo@2.0", "--format", "json")
    assert (code, json.loads(out), err) == (0, [], "")


def test_what_is_not_here_is_told_and_undecided(folder: Path, run: Run) -> None:
    with serve(Registry()) as server:
        reference = f"{server.url.removeprefix('http://')}/a/b:1"
        run("db", "push", reference, "--db", folder)
        assert run("db", "search", "--db", f"oci://{reference}", "demo")[0] == 0
        run("db", "pull", reference, "--db", "part")
    next(Path("part").glob("PyPI.*")).unlink()
    code, out, err = run("db", "search", "--db", "part", "demo")
    assert (code, out) == (3, "")
    assert f"pratique db pull --ecosystem PyPI {reference}" in err
