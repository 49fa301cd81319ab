"""Cases as a team writes them: decided as the policy decides findings, and told where they are no cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pratique.errors import PolicyError
from pratique.policy import schema
from pratique.policy.cases import read, run

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def wrong(text: str, policy: schema.Policy = schema.DEFAULT) -> list[str]:
    return [run(case, policy, NOW).wrong for case in read(text, "c.yaml")]


def case(finding: str, more: str) -> str:
    return f"- {{name: a, finding: {{id: CVE-1, {finding}}}, {more}}}\n"


@pytest.mark.parametrize(
    "text",
    [
        case("kev: 2021-12-10", "expect: fail, rule: kev"),
        case("kev: 2021-12-10, vex: not_affected, vex_justification: component_not_present", "expect: allow"),
        case("epss: 0.5", "expect: fail, rule: epss"),
        case("epss: 0.1", "expect: warn, rule: epss-watch"),
        case("severity: critical, fix_versions: ['2'], fix_state: fixed", "expect: warn, rule: critical-fixable"),
        case("kind: malware", "expect: fail, rule: malware"),
        case("kind: licence", "expect: fail, rule: licences"),
        case("severity: low", "expect: none"),
    ],
)
def test_the_default_policy(text: str) -> None:
    assert wrong(text) == [""]


def test_a_policy_with_grace_images_and_suppressions() -> None:
    policy = schema.load(
        """gate:
  - {name: prod, when: 'image.name.startsWith("prod/") && finding.fixable', action: fail, grace_days: 14}
suppress:
  - {id: CVE-9, package: x, reason: r, owner: o, expires: 2026-11-30}
""",
        "p.yaml",
    )
    fix = "fix_versions: ['2'], fix_date: 2026-11-01"
    assert wrong(case(fix, "expect: fail, image: prod/a"), policy) == [""]
    assert wrong(case(fix, "expect: warn, image: prod/a, now: 2026-11-10T00:00:00Z"), policy) == [""]
    assert wrong(case(fix, "expect: none, image: test/a"), policy) == [""]
    text = case("package: x, aliases: [CVE-9], fix_versions: ['2']", "expect: allow, image: prod/a")
    assert wrong(text, policy) == [""]


def test_what_is_decided_otherwise_is_told() -> None:
    assert wrong(case("epss: 0.6", "expect: none")) == ["expected none, the policy says fail by rule epss"]
    assert wrong(case("epss: 0.6", "expect: fail, rule: kev")) == ["expected rule 'kev', it is 'epss'"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "- {name: a, finding: {id: x, kevv: 1}, expect: fail}",
            "c.yaml:1:30: no key 'kevv' here; did you mean 'kev'?",
        ),
        ("- {name: a, finding: {id: x}, expcet: fail}", "c.yaml:1:31: no key 'expcet' here; did you mean 'expect'?"),
        ("- {name: a, expect: fail}", "c.yaml:1:3: 'finding' is missing here"),
        ("- {name: a, finding: {id: x, epss: 2}, expect: fail}", "c.yaml:1:36: epss: expected a number <= 1.0: '2'"),
        (
            "- {name: a, finding: {id: x}, expect: fial}",
            "c.yaml:1:39: expect: 'fial' is none of fail, warn, allow, none",
        ),
        ("- {name: a, finding: {id: x, severity: High}, expect: fail}", "did you mean 'high'?"),
        ("- {name: a, finding: {id: x, kind: base_image}, expect: fail}", "did you mean 'base-image'?"),
        (
            "- {name: a, finding: {id: x, kev: true}, expect: fail}",
            "c.yaml:1:35: kev: expected a day as YYYY-MM-DD, not true or false",
        ),
        ("- {name: a, finding: {id: x, kev: 2021-99-99}, expect: fail}", "c.yaml:1:35: kev: '2021-99-99' is no day"),
        ("- {name: a, finding: {id: x, fix_date: soon}, expect: fail}", "c.yaml:1:40: fix_date: expected a day"),
        ("- {name: a, finding: {id: x, published: 2021-02-30}, expect: fail}", "published: '2021-02-30' is no day"),
        ("name: a", "c.yaml:1:1: the list of cases: expected a list, not a mapping"),
        ("[]", "c.yaml:1:1: no case stands here"),
        ("", "c.yaml:1:1: the list of cases is empty"),
        ("- [", "c.yaml:"),
    ],
)
def test_what_is_no_case(text: str, told: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read(text, "c.yaml")
    assert told in str(caught.value)


def test_a_time_that_is_none() -> None:
    for now in ("yesterday", "'2026-02-30T00:00:00Z'", "'9999-12-31T23:59:59-14:00'", "'0001-01-01T00:00:00+14:00'"):
        with pytest.raises(PolicyError, match=r"c.yaml:1:\d+: case 'a': now: .* is no time"):
            wrong(case("epss: 0.6", f"expect: none, now: {now}"))
