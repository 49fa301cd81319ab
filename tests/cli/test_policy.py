"""``pratique policy check | test | schema | show``."""

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


def test_check_of_what_extends_another(policy: Path, run: Run) -> None:
    child = policy.with_name("child.yaml")
    child.write_text("extends: p.yaml\ngate:\n  - {name: calm, when: finding.fixable, action: allow}\n")
    code, out, err = run("policy", "check", child)
    assert code == 0
    assert out == f"{child}: 1 rule, 0 suppressions, extends {policy}; 1 warning\n"
    assert err == f"pratique: {child}:3:49: rule calm cannot allow what rule all of {policy} warns of\n"
    assert run("policy", "check", child, "--strict")[0] == 2
    policy.unlink()
    code, out, err = run("policy", "check", child)
    assert (code, out) == (2, "")
    assert err.startswith(f"pratique: {child}:1:10: extends: cannot read the policy")
    child.write_text("extends: oci://127.0.0.1:1/policies/p:1\n")
    code, out, err = run("policy", "check", child)
    assert (code, out) == (3, "")
    assert err.startswith(f"pratique: {child}:1:10: extends: ")


def test_cases_of_a_scope_and_of_a_preset(policy: Path, run: Run) -> None:
    policy.write_text(
        "extends: strict\nscopes:\n"
        "  - {name: lab, when: target.env == 'lab', gate: [{name: calm, when: 'true', action: warn}]}\n"
        "  - {name: shop, when: target.namespace == 'shop', gate: [{name: all, when: 'true', action: fail}]}\n"
    )
    cases = policy.with_name("cases.yaml")
    cases.write_text(
        "- {name: lab, env: lab, finding: {id: CVE-1, epss: 0.2}, expect: warn, rule: lab/calm}\n"
        "- {name: shop, namespace: shop, finding: {id: CVE-1}, expect: fail, rule: shop/all}\n"
        "- {name: else, finding: {id: CVE-1, epss: 0.2}, expect: fail, rule: epss}\n"
    )
    assert run("policy", "test", cases, "--policy", policy) == (0, "3 cases, 0 decided otherwise\n", "")
    code, out, _ = run("policy", "test", cases, "--preset", "advisory-only")
    assert (code, out.splitlines()[-1]) == (1, "3 cases, 3 decided otherwise")


def test_a_preset_is_shown_as_a_file(run: Run, tmp_path: Path) -> None:
    code, out, err = run("policy", "show", "guideline")
    assert (code, err) == (0, "")
    (tmp_path / "pratique.yaml").write_text(out)
    assert run("policy", "check", tmp_path / "pratique.yaml", "--strict")[0] == 0
    code, out, err = run("policy", "show", "guidline")
    assert (code, out, "did you mean 'guideline'?" in err) == (2, "", True)


def test_a_preset_beside_a_file_is_an_error(policy: Path, run: Run) -> None:
    code, out, err = run("policy", "test", policy, "--policy", policy, "--preset", "strict")
    assert (code, out, "two policies" in err) == (2, "", True)
