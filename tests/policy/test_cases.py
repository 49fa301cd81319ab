"""Cases as a team writes them: decided as the policy decides findings, and told where they are no cases."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pratique.errors import PolicyError
from pratique.policies import read_preset
from pratique.policy import schema
from pratique.policy.cases import read, report_of, run
from pratique.policy.subject import ENVIRONMENT, Target, context, row

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


@pytest.mark.parametrize(
    ("finding", "more"),
    [
        ("kind: secret, path: root/.aws/credentials, layer: 3", "expect: fail, rule: secrets"),
        ("kind: misconfiguration, severity: high", "expect: fail, rule: misconfiguration"),
        ("kind: misconfiguration, severity: low", "expect: warn, rule: configuration"),
        ("kind: signature", "expect: fail, rule: signature"),
        ("kind: coverage", "expect: warn, rule: coverage"),
        ("kind: licence, licences: [GPL-3.0-only]", "expect: fail, rule: licences"),
        ("kind: malware", "expect: fail, rule: malware"),
    ],
)
def test_every_kind_of_finding(finding: str, more: str) -> None:
    assert wrong(case(finding, more), read_preset("guideline")) == [""]
    assert wrong(case("kind: base-image", more).replace("CVE-1", "base-old"), read_preset("guideline")) != [""]


WHOLE = """- name: all that a vulnerability can say
  image: registry.example/app
  image_digest: sha256:1
  image_created: 2026-11-01
  platform: linux/arm64/v8
  base: debian:12
  base_digest: sha256:2
  base_created: 2026-10-01
  coverage_executables: 0.5
  coverage_packages: 0.995
  distro: debian 12
  env: prod
  namespace: shop
  finding:
    id: CVE-1
    aliases: [GHSA-1]
    type: maven
    namespace: org.example
    package: core
    version: "2.0"
    source: src
    arch: all
    vendor: Example
    owner: libcore
    licences: [MIT]
    path: app/core.jar
    layer: 2
    origin: own
    severity: high
    cvss: 7.5
    epss: 0.25
    epss_percentile: 0.75
    kev: 2026-11-02
    kev_ransomware: true
    fix_state: fixed
    fix_versions: ["2.1"]
    fix_date: 2026-11-12
    published: 2026-11-02
    vex: affected
  expect: fail
"""


def test_every_field_of_conditions_can_be_said() -> None:
    """So that each rule can be tried; none is left at what it is where nobody says anything."""
    (made,) = read(WHOLE, "c.yaml")
    report = report_of(made, NOW)
    (finding,) = report.findings
    found = row(finding, context(report, NOW.date(), Target(made.env, made.namespace)), NOW.date())
    values = dict(zip(ENVIRONMENT.fields, found, strict=True))
    assert not [name for name, value in values.items() if value in (None, False, (), "unknown")]
    assert values["finding.origin"] == "own"
    assert (values["finding.layer"], values["image.architecture"], values["image.base_age_days"]) == (2, "arm64", 52)
    assert (values["coverage.executables"], values["coverage.packages"]) == (0.5, 0.995)
    (below,) = read(case("origin: base, layer: 0", "expect: none"), "c.yaml")
    base = report_of(below, NOW).base
    assert base is not None
    assert base.origin(0) == "base"


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
        (
            "- {name: a, finding: {id: x, kind: secret, epss: 0.5}, expect: fail}",
            "c.yaml:1:44: epss: only a vulnerability has it, and this is of kind secret",
        ),
        ("- {name: a, finding: {id: x, kind: coverage, package: y}, expect: fail}", "is of no package"),
        ("- {name: a, finding: {id: x, epss_percentile: 0.9}, expect: fail}", "it says nothing without epss"),
        ("- {name: a, finding: {id: x, origin: own, layer: 0}, expect: fail}", "origin: layer 0 is the base's"),
        ("- {name: a, image_created: 2026-13-01, finding: {id: x}, expect: fail}", "image_created: '2026-13-01' is no"),
        (
            "- {name: a, platform: amd64, finding: {id: x}, expect: fail}",
            "expected a platform as linux/arm64, not 'amd64'",
        ),
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
