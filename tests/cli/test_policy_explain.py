"""``pratique policy explain``: of a saved report, of an image, of a finding of one's own making."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run

GATE = (
    "gate:\n  - {name: old, when: finding.age_days > 30, action: fail}\n  - {name: rest, when: 'true', action: warn}\n"
)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "p.yaml"
    file.write_text(GATE)
    return file


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    assert run("db", "build", "--from", feeds, "--db", tmp_path / "db", "--quiet")[0] == 0
    return tmp_path / "db"


def test_of_an_image_and_of_its_report(image: Path, database: Path, policy: Path, run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    run("scan", image, "--db", database, "--format", f"json={saved}")
    code, out, err = run(
        "policy", "explain", "CVE-2026-4242@demo", "--target", image, "--db", database, "--policy", policy
    )
    assert (code, err) == (0, "")
    assert "rule old, fail: finding.age_days > 30" in out
    assert "finding.age_days is 20" in out
    assert "speaks       rule rest, warn: true" in out
    assert "kev          it is known to be exploited" in out
    assert out.endswith(
        "FAIL         by rule kev\n             rule rest says warn, but not of what is known to be exploited\n"
    )
    assert run("policy", "explain", "GHSA-demo-demo-demo", "--report", saved, "--policy", policy)[1] == out
    code, later, _ = run(
        "policy", "explain", "CVE-2026-4242", "--report", saved, "--policy", policy, "--now", "2027-01-01"
    )
    assert (code, "finding.age_days is 61" in later) == (0, True)


def test_of_a_report_by_the_name_that_the_caller_gives(image: Path, database: Path, run: Run, tmp_path: Path) -> None:
    policy, saved = tmp_path / "scoped.yaml", tmp_path / "report.json"
    policy.write_text(
        "scopes: [{name: s, when: 'image.name == \"app:1\"', gate: [{name: r, when: 'true', action: fail}]}]\n"
    )
    run("scan", image, "--db", database, "--format", f"json={saved}")
    asked = ("policy", "explain", "CVE-2026-4242", "--report", saved, "--policy", policy)
    assert "by rule kev" in run(*asked)[1]
    assert "by rule s/r" in run(*asked, "--name", "app:1")[1]
    assert run(*asked, "--name", "a", "--name", "b")[0] == 2


def test_a_report_is_judged_at_its_own_time(
    image: Path, database: Path, policy: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved = tmp_path / "report.json"
    run("scan", image, "--db", database, "--format", f"json={saved}")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    out = run("policy", "explain", "CVE-2026-4242", "--report", saved, "--policy", policy)[1]
    assert "decided at 2026-11-21T12:00:00Z" in out


def test_of_one_s_own_making(policy: Path, run: Run) -> None:
    asked = ("policy", "explain", "CVE-1@bash", "--policy", policy)
    more = ("--set", "severity=high", "--set", "epss=0.25", "--set", 'fix_versions=["2"]', "--set", "image=shop/app:1")
    code, out, err = run(*asked, *more, "--format", "json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    assert (document["image"]["name"], document["created"]) == ("shop/app:1", "2026-11-21T12:00:00Z")
    assert document["finding"]["epss"]["score"] == 0.25
    assert document["finding"]["decision"]["action"] == "warn"
    code, out, err = run(*asked)
    assert (code, "nothing says where the finding is, so one of that name is made up" in err) == (0, True)
    assert run(*asked, "--quiet") == (0, out, "")


def test_where_it_is_meant_for_decides(policy: Path, run: Run) -> None:
    policy.write_text(
        'scopes: [{name: prod, when: target.env == "prod", gate: [{name: all, when: "true", action: fail}]}]\n'
    )
    asked = ("policy", "explain", "CVE-1", "--policy", policy)
    assert "FAIL         by rule prod/all" in run(*asked, "--env", "prod")[1]
    assert "outside      scope prod" in run(*asked)[1]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "FINDING"),
        (("CVE-1", "--set", "severity"), "is not KEY=VALUE"),
        (("CVE-1", "--set", "severity=hihg"), "did you mean 'high'?"),
        (
            ("CVE-1", "--set", "colour=red"),
            "--set colour: a finding of your own making has no such key\n  hint: there are: kind, ",
        ),
        (("CVE-1", "--set", "imgae_digest=x"), "hint: did you mean 'image_digest'?"),
        (("CVE-1", "--set", "now=2026-01-01"), "hint: --now VALUE"),
        (("CVE-1", "--set", "kind=secret", "--set", "epss=0.5"), "epss: only a vulnerability has it"),
        (("",), "id: expected a text that says something"),
        (("\udcff",), r"'\udcff' is no text of UTF-8"),
        (("CVE-1", "--set", f"aliases={'[' * 100_000}"), "aliases: expected a list, not text"),
        (("CVE-1", "--report", "a.json", "--set", "epss=1"), "each say where the finding is"),
        (("CVE-1", "--set", "epss=1", "--name", "app"), "of your own making: --set image=NAME"),
        (("CVE-1", "--set", "epss=1", "--name", "a", "--name", "b"), "of your own making: --set image=NAME"),
        (("CVE-1", "--report", "none.json"), "cannot read the report 'none.json'"),
        (("CVE-1", "--target", "none.tar"), "none.tar"),
        (("CVE-1", "--policy", "none.yaml"), "cannot read the policy"),
        (("CVE-1", "--baseline", "none.yaml"), "cannot read the baseline"),
    ],
)
def test_wrong_usage(arguments: tuple[str, ...], told: str, run: Run) -> None:
    code, out, err = run("policy", "explain", *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_no_such_finding(image: Path, database: Path, run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "report.json"
    run("scan", image, "--db", database, "--format", f"json={saved}")
    code, out, err = run("policy", "explain", "CVE-2026-4242@other", "--report", saved)
    assert (code, out) == (2, "")
    assert "no finding 'CVE-2026-4242' in 'other'" in err
    assert "it is one of demo" in err
    assert "no finding 'CVE-1'" in run("policy", "explain", "CVE-1", "--report", saved)[2]
