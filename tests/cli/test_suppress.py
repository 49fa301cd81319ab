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


@pytest.mark.parametrize("reason", ["", "  "])
@pytest.mark.parametrize("now", ["2026-11-22T00:00:00Z", "2027-06-01T00:00:00Z"])
def test_none_goes_on_without_a_reason(file: Path, run: Run, reason: str, now: str) -> None:
    add(run, file, "--days", "10")
    before = file.read_text()
    code, out, err = run("suppress", "renew", "CVE-1", "--reason", reason, "--policy", file, "--now", now)
    assert (code, out, file.read_text()) == (2, "", before)
    assert "--reason says nothing" in err


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


def test_the_file_of_the_working_directory_is_edited_under_either_name(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "pratique.yml"
    file.write_text("# ours\nversion: 1\n")
    assert run("suppress", "add", "CVE-1", "x", "--reason", "r", "--owner", "o", *NOW)[0] == 0
    assert run("suppress", "renew", "CVE-1", "--reason", "s", *NOW)[0] == 0
    assert "o: s" in run("suppress", "list", *NOW)[1]
    assert run("policy", "check", *NOW)[1] == "pratique.yml: 8 rules, 1 suppression; 0 warnings\n"
    code, _, err = run("policy", "init")
    assert (code, "'pratique.yml' is there already" in err) == (2, True)
    assert run("suppress", "prune", "--now", "2027-06-01T00:00:00Z")[0] == 0
    assert "CVE-1" not in file.read_text()
    assert [each.name for each in tmp_path.iterdir()] == ["pratique.yml"]
    (tmp_path / "pratique.yaml").write_text("version: 1\n")
    for command in (("suppress", "list"), ("suppress", "prune"), ("policy", "check")):
        code, out, err = run(*command)
        assert (code, out) == (2, "")
        assert "'pratique.yaml' and 'pratique.yml' are both here" in err


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


VEX = {
    "@context": "https://openvex.dev/ns/v0.2.0",
    "@id": "https://example.org/vex/1",
    "author": "Acme",
    "timestamp": "2026-11-01T00:00:00Z",
    "version": 1,
    "statements": [
        {
            "vulnerability": {"name": f"CVE-{number}"},
            "products": [{"@id": f"pkg:pypi/demo@{number}.0"}],
            "status": status,
            "impact_statement": "not called",
        }
        for number, status in ((1, "not_affected"), (2, "fixed"), (3, "affected"))
    ],
}


def test_from_vex(file: Path, run: Run, tmp_path: Path) -> None:
    document = tmp_path / "vex.json"
    document.write_text(json.dumps(VEX))
    file.write_text("# ours\nversion: 1\n")
    asked = ("suppress", "add", "--from-vex", document, "--policy", file, "--days", "30", *NOW)
    code, out, err = run(*asked)
    assert (code, out) == (0, f"{file}: CVE-1 in demo until 2026-12-22\n{file}: CVE-2 in demo until 2026-12-22\n")
    assert err == "pratique: not suppressed: CVE-3 in 'pkg:pypi/demo@3.0': it is affected, which lets nothing be\n"
    assert file.read_text().startswith("# ours\nversion: 1\n")
    rows = json.loads(run("suppress", "list", "--policy", file, *NOW, "--format", "json")[1])
    assert [(row["id"], row["version"], row["owner"], row["reason"]) for row in rows] == [
        ("CVE-1", "1.0", "Acme", "not affected: not called (VEX https://example.org/vex/1)"),
        ("CVE-2", "2.0", "Acme", "fixed: not called (VEX https://example.org/vex/1)"),
    ]
    before = file.read_text()
    code, out, _ = run(*asked)
    assert (code, file.read_text()) == (0, before)
    assert out == f"{file}: CVE-1 in demo is there already\n{file}: CVE-2 in demo is there already\n"


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (("CVE-1",), "ID: --from-vex takes this from the document"),
        (("CVE-1", "x", "--reason", "r"), "ID, PACKAGE, --reason: --from-vex takes this from the document"),
        (("--days", "91"), "90 are the most"),
        (("--accept-kev", "--days", "15"), "14 are the most"),
    ],
)
def test_from_vex_and_what_it_says_itself(
    more: tuple[str, ...], told: str, file: Path, run: Run, tmp_path: Path
) -> None:
    document = tmp_path / "vex.json"
    document.write_text(json.dumps(VEX))
    code, out, err = run("suppress", "add", *more, "--from-vex", document, "--policy", file, *NOW)
    assert (code, out, file.exists()) == (2, "", False)
    assert told in err


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"@context": "https://openvex.dev/ns"}', json.dumps(VEX | {"statements": []})]
)
def test_from_what_lets_nothing_be(text: str, file: Path, run: Run, tmp_path: Path) -> None:
    document = tmp_path / "vex.json"
    document.write_text(text)
    code, out, _ = run("suppress", "add", "--from-vex", document, "--policy", file, *NOW)
    assert (code, out, file.exists()) == (2, "", False)
    assert run("suppress", "add", "--from-vex", tmp_path / "none.json", "--policy", file)[0] == 2


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--reason", "r", "--owner", "o"), "ID is missing"),
        (("CVE-1", "x", "--owner", "o"), "--reason is missing"),
        (("CVE-1", "x", "--reason", "r"), "--owner is missing"),
        (("CVE-1", "--reason", "r", "--owner", "o"), "PACKAGE is missing"),
        (("CVE-1", "--image", "app", "--reason", "r", "--owner", "o"), "PACKAGE is missing"),
        (("base-old", "--reason", "r", "--owner", "o"), "--image is missing"),
    ],
)
def test_one_needs_all(arguments: tuple[str, ...], told: str, file: Path, run: Run) -> None:
    code, _, err = run("suppress", "add", *arguments, "--policy", file)
    assert (code, told in err, file.exists()) == (2, True, False)


def test_what_a_policy_above_lets(tmp_path: Path, run: Run) -> None:
    org, own = tmp_path / "org.yaml", tmp_path / "p.yaml"
    org.write_text("max_suppression_days: 30\nloosen: {suppress: true}\n")
    own.write_text("extends: org.yaml\n")
    one = ("CVE-1", "bash", "--reason", "r", "--owner", "o", "--policy", own, "--now", "2026-11-22")
    code, out, err = run("suppress", "add", *one, "--days", "31")
    assert (code, out, "30 are the most" in err) == (2, "", True)
    code, out, err = run("suppress", "add", *one)
    assert (code, out, err) == (0, f"{own}: CVE-1 in bash until 2026-12-22\n", "")
    assert run("suppress", "list", "--policy", own, "--now", "2026-11-22")[1].startswith("in force  CVE-1 in bash")
    org.write_text("max_suppression_days: 30\n")
    assert run("suppress", "list", "--policy", own, "--now", "2026-11-22")[1].startswith("not let   CVE-1 in bash")
    code, out, err = run("suppress", "add", "CVE-2", *one[1:])
    assert (code, out) == (0, f"{own}: CVE-2 in bash until 2026-12-22\n")
    assert err == f"pratique: {org} does not let a policy that extends it suppress anything: it has no force\n"
    org.unlink()
    assert run("suppress", "renew", "CVE-1", "--reason", "r", "--policy", own)[0] == 2


def test_one_that_is_there_already_is_renewed_instead(file: Path, run: Run) -> None:
    assert add(run, file, "--days", "10")[0] == 0
    before = file.read_text()
    code, out, err = add(run, file, "--days", "20")
    assert (code, out, file.read_text()) == (2, "", before)
    assert "CVE-1 in x is suppressed until 2026-12-02 already" in err
    assert "pratique suppress renew CVE-1" in err
    assert add(run, file, "--version", "1.0")[0] == 0


def test_a_range_of_versions(file: Path, run: Run) -> None:
    assert add(run, file, "--version", ">=1.0 <2.0")[0] == 0
    assert 'version: ">=1.0 <2.0"' in file.read_text()
    assert "version >=1.0 <2.0" in run("suppress", "list", "--policy", file, *NOW)[1]
    code, _, err = add(run, file, "--version", "<2.0 <3.0")
    assert (code, "expected one version, or a range as >=1.0 <2.0" in err) == (2, True)


def test_nothing_is_of_no_use_for_want_of_reports(file: Path, run: Run, tmp_path: Path) -> None:
    add(run, file)
    before = file.read_text()
    (tmp_path / "none.json").write_text("[]")
    code, out, err = run("suppress", "prune", "--policy", file, "--unused", tmp_path / "none.json", *NOW)
    assert (code, out, "holds no report" in err, file.read_text()) == (2, "", True, before)


def test_what_is_no_text_is_wrong_usage(file: Path, run: Run) -> None:
    code, out, err = add(run, file, package="\udcff")
    assert (code, out, file.exists()) == (2, "", False)
    assert r"'\udcff' cannot be written as UTF-8" in err
    code, out, err = add(run, file, "--policy", "")
    assert (code, out, "names nothing" in err) == (2, "", True)
