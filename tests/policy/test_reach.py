"""Rules that are said never to speak: no finding that is tried, of any kind, is ever decided by one."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.expr import compile
from pratique.limits import DEFAULT
from pratique.model import (
    AnyFinding,
    Base,
    BaseImageFinding,
    Coverage,
    CoverageFinding,
    Distro,
    Epss,
    Fix,
    FixState,
    Image,
    Kev,
    Level,
    LicenceBreach,
    Malware,
    Misconfiguration,
    Package,
    Report,
    Secret,
    Severity,
    SignatureFinding,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.policy.evaluate import said
from pratique.policy.gate import RANKS, Gate
from pratique.policy.reach import Reach
from pratique.policy.review import review
from pratique.policy.schema import DEFAULT as DEFAULT_POLICY
from pratique.policy.schema import Policy, Rule, Source
from pratique.policy.subject import ENVIRONMENT, IMPOSSIBLE, Target, context, image_row, row

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PACKAGES = st.builds(
    Package,
    st.sampled_from(["deb", "pypi"]),
    st.sampled_from(["zlib1g", "libssl3", "lib"]),
    st.sampled_from(["1", "2.0", ""]),
    owner=st.sampled_from(["", "base-files"]),
    layer=st.integers(-1, 2),
)
SEVERITIES = st.builds(Severity, st.sampled_from(Level), st.sampled_from([None, 0.0, 5.0, 6.9, 7.0, 9.9, 10.0]))
IDS = st.sampled_from(["CVE-2026-1", "CVE-2025-9", "base-unpinned", "MIT", "GHSA-1"])
DATES = st.sampled_from(["", "2026-11-22", "2026-11-15", "2026-11-14", "2025-01-01", "2027-01-01"])
VULNERABILITIES = st.builds(
    Vulnerability,
    IDS,
    SEVERITIES,
    package=PACKAGES,
    path=st.sampled_from(["", "usr/lib/a"]),
    aliases=st.sampled_from([(), ("GHSA-1",)]),
    fix=st.builds(Fix, st.sampled_from(FixState), st.sampled_from([(), ("2.0",), ("2.0", "3.0")]), DATES),
    kev=st.sampled_from([None, Kev("2026-01-01"), Kev("2026-01-01", ransomware=True)]),
    epss=st.sampled_from([None, Epss(0.0, 0.0), Epss(0.1, 0.4), Epss(0.3, 0.9), Epss(0.5, 0.5), Epss(1.0, 1.0)]),
    vex=st.sampled_from([None, Vex(VexStatus.AFFECTED), Vex(VexStatus.UNDER_INVESTIGATION)]),
    published=DATES,
)
FINDINGS: st.SearchStrategy[AnyFinding] = st.one_of(
    VULNERABILITIES,
    st.builds(Malware, IDS, SEVERITIES, package=PACKAGES, published=DATES),
    st.builds(LicenceBreach, IDS, SEVERITIES, package=PACKAGES),
    st.builds(BaseImageFinding, IDS, SEVERITIES, path=st.sampled_from(["", "a"])),
    st.builds(CoverageFinding, IDS, SEVERITIES),
    st.builds(Secret, IDS, SEVERITIES, path=st.just("root/.netrc"), layer=st.integers(0, 2)),
    st.builds(Misconfiguration, IDS, SEVERITIES),
    st.builds(SignatureFinding, IDS, SEVERITIES),
)
REPORTS = st.builds(
    Report,
    st.just("app"),
    st.just("2026-11-22"),
    image=st.sampled_from([Image("a", "shop/app"), Image("a", "shop/app:1", digest="sha256:1"), Image("a", "x")]),
    distro=st.sampled_from([None, Distro("debian", "12"), Distro("alpine")]),
    findings=st.lists(FINDINGS, min_size=8, max_size=8).map(tuple),
    coverage=st.sampled_from([Coverage(), Coverage(packages=3, assessed=2, executables=4, accounted=4)]),
    base=st.sampled_from([None, Base("debian", "sha256:2", 1, "option", "2026-11-01")]),
)
TARGETS = st.builds(Target, st.sampled_from(["", "prod", "test"]), st.sampled_from(["", "shop"]))
PARTS = st.sampled_from(
    [
        "finding.epss >= 0.1",
        "finding.epss >= 0.5",
        "finding.epss < 0.3",
        "!has(finding.epss)",
        "finding.epss_percentile > 0.5",
        'finding.severity in ["high", "critical"]',
        'finding.severity == "critical"',
        'finding.severity != "unknown"',
        "finding.cvss >= 7.0",
        "finding.cvss > 9.9",
        "finding.kev",
        "!finding.kev_ransomware",
        "finding.fixable",
        "size(finding.fix_versions) > 1",
        'finding.fix_state == "fixed"',
        'finding.kind == "vulnerability"',
        'finding.kind in ["malware", "licence", "secret"]',
        "finding.age_days > 7",
        "finding.fix_age_days <= 8",
        'finding.package.name == "zlib1g"',
        'finding.package.name.startsWith("lib")',
        'finding.package.type != "deb"',
        "has(finding.package.version)",
        'finding.origin == "base"',
        'finding.id.startsWith("CVE-2026")',
        'finding.id.matches("^CVE-")',
        '"GHSA-1" in finding.aliases',
        'finding.vex == "affected"',
        "image.base_age_days > 20",
        "coverage.packages < 1.0",
        'image.name == "shop/app"',
        'image.name.startsWith("shop/")',
        'target.env == "prod"',
        "has(target.namespace)",
    ]
)
ALL = st.lists(PARTS, min_size=1, max_size=2).map(" && ".join)
CONDITIONS = st.one_of(PARTS, ALL, st.lists(ALL, min_size=2, max_size=2).map(" || ".join), ALL.map("!({})".format))
RULES = st.lists(st.tuples(CONDITIONS, st.sampled_from(["fail", "warn", "allow"])), min_size=1, max_size=4)
SCOPES = st.lists(st.tuples(CONDITIONS, RULES), max_size=2)


def gate(rules: list[tuple[str, str]], indent: str = "") -> str:
    lines = [f"{indent}gate:"]
    lines += [
        f"{indent}  - {{name: r{at}, when: '{when}', action: {action}}}" for at, (when, action) in enumerate(rules)
    ]
    return "\n".join(lines) + "\n"


def policy(rules: list[tuple[str, str]], scopes: list[tuple[str, list[tuple[str, str]]]]) -> str:
    text = "".join(f"  - name: s{at}\n    when: '{when}'\n{gate(own, '    ')}" for at, (when, own) in enumerate(scopes))
    return ("scopes:\n" + text if text else "") + gate(rules)


def spoken(policy: Policy, report: Report, target: Target) -> list[tuple[AnyFinding, list[tuple[int, Rule]]]]:
    """Of each finding the rules that speak of it, as the evaluation asks them."""
    shared = context(report, NOW.date(), target)
    gate = Gate(policy, image_row(shared))
    return [(finding, gate.speaking(row(finding, shared, NOW.date()))) for finding in report.findings]


@settings(max_examples=100)
@given(RULES, SCOPES, REPORTS, TARGETS)
def test_what_never_speaks_decides_nothing(
    rules: list[tuple[str, str]],
    scopes: list[tuple[str, list[tuple[str, str]]]],
    report: Report,
    target: Target,
) -> None:
    made, remarks = review(policy(rules, scopes), "p.yaml", NOW.date())
    silent = {name for one in remarks for name in re.findall(r"rules? (\S+) never speaks", one.text)}
    silent |= {name for one in remarks for name in re.findall(r"at odds .*: (\S+) never speaks", one.text)}
    shut = tuple(f"{name}/" for one in remarks for name in re.findall(r"scope (\S+) never holds", one.text))
    deciding = {rule.name for _, rules in spoken(made, report, target) for _, rule in rules}
    assert not deciding & silent
    assert not [name for name in deciding if name.startswith(shut)]


@settings(max_examples=100)
@given(RULES, SCOPES, RULES, SCOPES, st.booleans(), REPORTS, TARGETS)
def test_what_a_parent_overrules_decides_nothing(
    rules: list[tuple[str, str]],
    scopes: list[tuple[str, list[tuple[str, str]]]],
    theirs: list[tuple[str, str]],
    their_scopes: list[tuple[str, list[tuple[str, str]]]],
    lets: bool,
    report: Report,
    target: Target,
) -> None:
    org = policy(theirs, their_scopes) + ("loosen: {rules: [r0]}\n" if lets else "")
    text = "extends: org.yaml\n" + policy(rules, scopes)
    made, remarks = review(text, "p.yaml", NOW.date(), parents=lambda one: Source(org, one.place))
    overruled = {name for one in remarks for name in re.findall(r"^rule (\S+) cannot \w+ what (?!is in KEV)", one.text)}
    gate = Gate(made, image_row(context(report, NOW.date(), target)))
    for finding, rules in spoken(made, report, target):
        words = gate.standing(rules, lambda rule, finding=finding: said(rule, finding, NOW.date()))
        if words:  # as evaluate has it: of the strictest the last policy's
            decides = max(words, key=lambda word: (RANKS[word.decision.action], word.level))
            assert decides.level == 0 or decides.decision.rule not in overruled


@settings(max_examples=60)
@given(REPORTS, TARGETS)
def test_nothing_is_impossible_that_there_is(report: Report, target: Target) -> None:
    never = [compile(text, ENVIRONMENT) for text in IMPOSSIBLE]
    shared = context(report, NOW.date(), target)
    rows = [row(finding, shared, NOW.date()) for finding in report.findings]
    assert not [(one, values) for one in never for values in rows if one(values)]


def test_the_kinds_of_what_is_judged() -> None:
    reach = Reach(DEFAULT_POLICY, DEFAULT)
    judges = [one.rule.name for one in reach.placed(DEFAULT_POLICY) if reach.is_judge_of_licences(one.region)]
    assert judges == ["licences"]
