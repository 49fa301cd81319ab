"""``pratique policy check | test | schema``."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run

GATE = "gate:\n  - {name: kev, when: finding.kev, action: fail}\n  - {name: all, when: 'true', action: warn}\n"
CASES = "- {name: exploited, finding: {id: CVE-1, kev: 2021-12-10}, expect: fail, rule: kev}\n"


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    file = tmp_path / "p.yaml"
    file.write_text(GATE)
    return file


def test_check(policy: Path, run: Run) -> None:
    assert run("policy", "check", policy) == (0, f"{policy}: 2 rules, 0 suppressions; 0 warnings\n", "")
    policy.write_text(GATE + "  - {name: never, when: finding.fixable, action: fail}\n")
    code, out, err = run("policy", "check", policy)
    assert (code, "1 warning" in out) == (0, True)
    assert err.startswith(f"pratique: {policy}:4:25: rule never never speaks")
    assert run("policy", "check", policy, "--strict")[0] == 2


def test_check_of_what_cannot_be_used(policy: Path, run: Run) -> None:
    policy.write_text("gaet: []\n")
    code, out, err = run("policy", "check", policy)
    assert (code, out) == (2, "")
    assert "did you mean 'gate'" in err
    code, out, err = run("policy", "check", policy.with_name("none.yaml"))
    assert (code, out, "cannot read the policy" in err) == (2, "", True)


def test_cases(policy: Path, run: Run, tmp_path: Path) -> None:
    cases = tmp_path / "cases.yaml"
    cases.write_text(CASES)
    assert run("policy", "test", cases, "--policy", policy) == (0, "1 case, 0 decided otherwise\n", "")
    cases.write_text(CASES + "- {name: quiet, finding: {id: CVE-2}, expect: none}\n")
    code, out, err = run("policy", "test", cases, "--policy", policy, "--all")
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        f"ok    {cases}: exploited",
        f"FAIL  {cases}: quiet: expected none, the policy says warn by rule all",
        "2 cases, 1 decided otherwise",
    ]
    assert run("policy", "test", tmp_path / "none.yaml")[0] == 2


def test_schema(run: Run) -> None:
    code, out, err = run("policy", "schema")
    assert (code, err) == (0, "")
    assert json.loads(out)["title"] == "pratique.yaml"
