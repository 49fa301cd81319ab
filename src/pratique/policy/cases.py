"""A file of cases in, findings with what a policy should say of each out; and what it does say."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Literal, get_args

import msgspec
from msgspec import Meta

from pratique.errors import PolicyError, UsageError
from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import (
    Action,
    AnyFinding,
    BaseImageFinding,
    CoverageFinding,
    Decision,
    Distro,
    Epss,
    Fix,
    FixState,
    Image,
    Kev,
    Level,
    LicenceBreach,
    Malware,
    Package,
    Report,
    Severity,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.policy.document import Document
from pratique.policy.evaluate import decide
from pratique.policy.misfit import Words, fit
from pratique.policy.schema import Policy
from pratique.policy.subject import Target, day_of

_Day = Annotated[str, Meta(pattern=r"^\d{4}-\d\d-\d\d([T ]|$)")]
_Share = Annotated[float, Meta(ge=0, le=1)]


Kind = Literal["vulnerability", "malware", "licence", "base-image", "coverage"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    pass


class Subject(_Strict, frozen=True):
    """A finding, as the fields of conditions name it."""

    id: Annotated[str, Meta(min_length=1)]
    kind: Kind = "vulnerability"
    aliases: tuple[str, ...] = ()
    type: str = "deb"
    namespace: str = ""
    package: str = "package"
    version: str = "1"
    source: str = ""
    path: str = ""
    owner: str = ""
    licences: tuple[str, ...] = ()
    severity: Level = Level.UNKNOWN
    cvss: Annotated[float, Meta(ge=0, le=10)] | None = None
    epss: _Share | None = None
    epss_percentile: _Share = 0.0
    kev: _Day | None = None
    kev_ransomware: bool = False
    fix_state: FixState = FixState.UNKNOWN
    fix_versions: tuple[str, ...] = ()
    fix_date: _Day | None = None
    published: _Day | None = None
    vex: VexStatus | None = None
    vex_justification: str = ""


class Case(_Strict, frozen=True):
    """What the policy should say of a finding, by which rule, in which image, meant for which place, and at which
    time."""

    name: str
    finding: Subject
    expect: Action
    rule: str | None = None
    image: str = "image"
    distro: str = ""
    env: str = ""
    namespace: str = ""
    now: str | None = None


_DAY = "a day as YYYY-MM-DD"
_WORDS = Words(
    whole="the list of cases",
    shapes={"": Case, "finding": Subject},
    choices={
        "kind": get_args(Kind),
        "severity": tuple(each.value for each in Level),
        "fix_state": tuple(each.value for each in FixState),
        "vex": tuple(each.value for each in VexStatus),
        "expect": tuple(each.value for each in Action),
    },
    patterns={"kev": _DAY, "fix_date": _DAY, "published": _DAY},
    hint="docs/policy.md shows what a case may say",
)


class Outcome(msgspec.Struct, frozen=True):
    """A case, what the policy said, and what is wrong with that, "" for nothing."""

    case: Case
    decision: Decision
    wrong: str


def read(text: str, path: str, limits: Limits = LIMITS) -> tuple[Case, ...]:
    """The cases of a file: a list. Raises ``PolicyError`` with the place of what is no case."""
    document = Document(text, path, limits, "list of cases")
    cases = fit(document, tuple[Case, ...], _WORDS)
    if not cases:
        document.fail(document.root.place, "no case stands here", hint=_WORDS.hint)
    for at, case in enumerate(cases):
        if case.now is not None:
            try:
                _moment(case)
            except PolicyError as error:
                document.fail(document.node((at, "now")).place, str(error))
        said = case.finding
        for field, day in (("kev", said.kev), ("fix_date", said.fix_date), ("published", said.published)):
            if day is not None and day_of(day) is None:
                document.fail(document.node((at, "finding", field)).place, f"{field}: {day!r} is no day")
    return cases


def run(case: Case, policy: Policy, now: datetime) -> Outcome:
    """What the policy says of the case, at its own time or ``now``. Raises ``PolicyError`` for a time that is none."""
    moment = now if case.now is None else _moment(case)
    report = report_of(case, moment)
    target = Target(case.env, case.namespace)
    try:
        decision = decide(report, policy, moment, target=target).findings[0].decision
    except UsageError as error:
        raise PolicyError(f"case {case.name!r}: {error}", hint=error.hint) from error
    wrong = ""
    if decision.action is not case.expect:
        wrong = f"expected {case.expect.value}, the policy says {_told(decision)}"
    if not wrong and case.rule is not None and decision.rule != case.rule:
        wrong = f"expected rule {case.rule!r}, it is {decision.rule!r}"
    return Outcome(case, decision, wrong)


def report_of(case: Case, moment: datetime) -> Report:
    """A report of the case's one finding."""
    name, _, version = case.distro.partition(" ")
    return Report(
        "case",
        moment.isoformat(),
        image=Image(case.image, case.image, named="caller"),
        distro=Distro(name, version) if name else None,
        findings=(_finding(case.finding),),
    )


def _moment(case: Case) -> datetime:
    try:
        found = datetime.fromisoformat(case.now or "")
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise PolicyError(f"case {case.name!r}: now: {case.now!r} is no time as in 2026-01-31T12:00:00Z") from error


def _told(decision: Decision) -> str:
    parts = [decision.action.value]
    parts += [f"by rule {decision.rule}"] if decision.rule else []
    parts += [f"suppressed until {decision.suppressed_until}"] if decision.suppressed_until else []
    parts += [f"in grace until {decision.grace_until}"] if decision.grace_until else []
    return " ".join(parts) + (f" ({decision.note})" if decision.note else "")


def _finding(said: Subject) -> AnyFinding:
    if said.kind in ("base-image", "coverage"):
        made = BaseImageFinding if said.kind == "base-image" else CoverageFinding
        return made(said.id, Severity(said.severity, said.cvss), path=said.path)
    package = Package(
        said.type,
        said.package,
        said.version,
        namespace=said.namespace,
        source_name=said.source,
        licences=said.licences,
        path=said.path,
        owner=said.owner,
    )
    severity = Severity(said.severity, said.cvss)
    if said.kind != "vulnerability":
        return (Malware if said.kind == "malware" else LicenceBreach)(
            said.id, severity, package=package, aliases=said.aliases, published=said.published or ""
        )
    return Vulnerability(
        said.id,
        severity,
        path=said.path,
        package=package,
        aliases=said.aliases,
        fix=Fix(said.fix_state, said.fix_versions, said.fix_date or ""),
        kev=None if said.kev is None else Kev(said.kev, ransomware=said.kev_ransomware),
        epss=None if said.epss is None else Epss(said.epss, said.epss_percentile),
        vex=None if said.vex is None else Vex(said.vex, said.vex_justification),
        published=said.published or "",
    )
