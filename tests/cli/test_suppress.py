"""``pratique suppress add | list | renew | prune`` on a policy file."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run

NOW = ("--now", "2026-11-22T12:00:00Z")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "pratique.yaml"


def add(run: Run, file: Path, *more: str, package: str = "x") -> tuple[int, str, str]:
    return run("suppress", "add", "CVE-1", package, "--reason", "r", "--owner", "o", "--policy", file, *NOW, *more)


def test_add_list_renew_and_prune(file: Path, run: Run) -> None:
    assert add(run, file, "--days", "10") == (0, f"{file}: CVE-1 in x until 2026-12-02\n", "")
    code, out, _ = run("suppress", "list", "--policy", file, *NOW, "--format", "json")
    (row,) = json.loads(out)
    assert (code, row["state"], row["days"], row["owner"]) == (0, "ends soon", 10, "o")
    again = ("suppress", "renew", "CVE-1", "--reason", "still", "--policy", file, "--expires", "2027-01-31", *NOW)
    assert run(*again)[0] == 0
    code, out, _ = run("suppress", "list", "--policy", file, *NOW)
    assert out == "in force  CVE-1 in x: until 2027-01-31 (70 days left)\n          o: still\n1 suppression\n"
    later = ("--now", "2027-02-01T00:00:00Z")
    before = file.read_text()
    assert "1 suppression would go" in run("suppress", "prune", "--policy", file, "--dry-run", *later)[1]
    assert file.read_text() == before
    assert "1 suppression removed" in run("suppress", "prune", "--policy", file, *later)[1]
    assert "CVE-1" not in file.read_text()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("--days", "91"), "91 days ahead; 90 are the most"),
        (("--expires", "2026-11-21"), "is past"),
        (("--expires", "tomorrow"), "is no day"),
        (("--days", "0"), "is no number of days"),
        (("--days", "5", "--expires", "2026-12-01"), "in two ways"),
        (("--accept-kev", "--days", "15"), "14 are the most"),
    ],
)
def test_an_end_that_may_not_be(file: Path, run: Run, more: tuple[str, ...], told: str) -> None:
    code, out, err = add(run, file, *more)
    assert (code, out, file.exists()) == (2, "", False)
    assert told in err


def test_the_policy_s_own_bound_holds_for_what_is_exploited_too(file: Path, run: Run) -> None:
    file.write_text("max_suppression_days: 7\n")
    code, _, err = add(run, file, "--accept-kev", "--days", "8")
    assert (code, "8 days ahead; 7 are the most" in err) == (2, True)
    assert add(run, file, "--accept-kev") == (0, f"{file}: CVE-1 in x until 2026-11-29\n", "")


def test_a_blanket_one_is_refused_and_the_file_left_alone(file: Path, run: Run) -> None:
    add(run, file)
    before = file.read_text()
    code, _, err = add(run, file, package="*")
    assert (code, file.read_text()) == (2, before)
    assert "a blanket suppression is refused" in err


def test_renew_asks_which(file: Path, run: Run) -> None:
    add(run, file)
    add(run, file, package="y")
    code, _, err = run("suppress", "renew", "CVE-1", "--reason", "r", "--policy", file, *NOW)
    assert (code, "name the package too" in err) == (2, True)
    assert run("suppress", "renew", "CVE-1", "y", "--reason", "r", "--policy", file, *NOW)[0] == 0
    code, _, err = run("suppress", "renew", "CVE-2", "--reason", "r", "--policy", file, *NOW)
    assert (code, "no suppression of 'CVE-2'" in err) == (2, True)


def test_prune_what_silences_nothing(image: Path, feeds: Path, file: Path, run: Run, tmp_path: Path) -> None:
    database, saved = tmp_path / "db", tmp_path / "report.json"
    assert run("db", "build", "--from", feeds, "--db", database, "--quiet")[0] == 0
    run("scan", image, "--db", database, "--format", f"json={saved}")
    one = ("--reason", "r", "--owner", "o", "--policy", file, *NOW)
    run("suppress", "add", "CVE-2026-4242", "demo", "--accept-kev", *one)
    run("suppress", "add", "CVE-2026-4242", "other", *one)
    code, out, err = run("suppress", "prune", "--unused", saved, "--policy", file, *NOW)
    assert (code, err) == (0, "")
    assert "CVE-2026-4242 in other: silences nothing in the reports" in out
    assert "package: demo" in file.read_text()
    assert "package: other" not in file.read_text()
    code, _, err = run("suppress", "prune", "--unused", file, "--policy", file, *NOW)
    assert (code, "is no report of Pratique" in err) == (2, True)
