"""What another base would remove and add: its own layers kept, the best one first."""

from __future__ import annotations

import msgspec

from pratique.candidates import Candidates
from pratique.errors import NotFound
from pratique.model import (
    Action,
    AnyFinding,
    Base,
    BaseImageFinding,
    Candidate,
    Decision,
    Image,
    Kev,
    Layer,
    Package,
    Problem,
    Report,
    Result,
    Tally,
    Verdict,
    Vulnerability,
)

OLD = Base("debian:11", "sha256:11", 2, "annotation")
IMAGE = Image(
    "app:1", "app:1", "sha256:aa", layers=tuple(Layer(place, f"sha256:{place}", size=10) for place in range(3))
)


def found(id_: str, package: Package, *, kev: bool = False) -> Vulnerability:
    return Vulnerability(id_, package=package, kev=Kev("2024-01-01") if kev else None)


def deb(name: str, version: str, layer: int, source: str = "") -> Package:
    return Package("deb", name, version, source_name=source, layer=layer)


def decide(report: Report) -> Report:
    """What is exploited fails, what is called so warns; the verdict is the worst."""

    def one(finding: AnyFinding) -> Decision:
        kev = isinstance(finding, Vulnerability) and finding.kev is not None
        return Decision(Action.FAIL if kev else Action.WARN if finding.id.startswith("WARN") else Action.NONE)

    findings = tuple(msgspec.structs.replace(finding, decision=one(finding)) for finding in report.findings)
    fails = any(finding.decision.action is Action.FAIL for finding in findings)
    return msgspec.structs.replace(report, findings=findings, verdict=Verdict(Result.FAIL if fails else Result.PASS))


SSL, ZLIB, OWN = deb("openssl", "1", 0), deb("zlib1g", "1", 1), deb("mine", "1", 2)
LIBC = tuple(deb(name, "1", 0, "glibc") for name in ("libc6", "libc-bin"))
REPORT = decide(
    Report(
        "app:1",
        "2026-11-22",
        image=IMAGE,
        base=OLD,
        packages=(SSL, ZLIB, OWN, *LIBC),
        findings=(
            found("CVE-1", SSL, kev=True),
            found("WARN-2", ZLIB),
            *(found("CVE-3", package) for package in LIBC),
            found("CVE-4", OWN),
            BaseImageFinding("base-end-of-life"),
        ),
        problems=(Problem("distribution", "Debian 11 is over", blocking=True), Problem("mine", "?", layer=2)),
    )
)


def other(name: str, *findings: Vulnerability, size: int = 7, problems: tuple[Problem, ...] = ()) -> Report:
    image = Image(name, name, f"sha256:{name}", layers=(Layer(0, "sha256:x", size=size),))
    packages = tuple(one.package for one in findings)
    return Report(name, "2026-11-22", image=image, findings=findings, packages=packages, problems=problems)


def weighed(*others: Report, report: Report = REPORT) -> tuple[Candidate, ...]:
    known = {one.target: one for one in others}

    def read(name: str, platform: str) -> Report:
        assert platform == "linux/amd64"
        if name not in known:
            raise NotFound(f"there is no {name}")
        return known[name]

    names = [one.target for one in others] or ["gone"]
    return Candidates(names, read, decide).weighed(report).candidates


def test_what_is_removed_added_and_left() -> None:
    new = other("debian:12", found("CVE-3", deb("libc6", "2", 5, "glibc")), found("WARN-9", deb("bash", "5", 5)))
    (candidate,) = weighed(new)
    assert candidate == Candidate(
        "debian:12",
        "sha256:debian:12",
        removes=Tally(1, 1, 1, 2),
        adds=Tally(0, 0, 1, 1),
        leaves=Tally(0, 0, 1, 2),
        packages=2,
        packages_now=4,
        size=7,
        size_now=20,
        result=Result.PASS,
    )


def test_the_own_layers_stay() -> None:
    own = msgspec.structs.replace(REPORT, findings=(*REPORT.findings, found("CVE-8", OWN, kev=True)))
    (candidate,) = weighed(other("debian:12"), report=decide(own))
    assert candidate.result is Result.FAIL
    assert candidate.leaves == Tally()


def test_the_best_first() -> None:
    exploited = other("exploited", found("CVE-1", SSL, kev=True), size=1)
    many = other("many", found("CVE-3", ZLIB), found("CVE-5", ZLIB))
    blocked = other("blocked", problems=(Problem("x", "y", blocking=True),))
    small, large, unsized = other("small", size=1), other("large"), other("unsized", size=-1)
    order = [one.name for one in weighed(exploited, many, blocked, unsized, large, small)]
    assert order == ["small", "large", "unsized", "many", "blocked", "exploited"]


def test_what_cannot_be_weighed_says_why() -> None:
    (candidate,) = weighed()
    assert candidate == Candidate("gone", problem="there is no gone")
    untold = msgspec.structs.replace(REPORT, base=Base("debian:12", "", 0, "annotation"))
    for report in (untold, msgspec.structs.replace(REPORT, base=None)):
        (candidate,) = weighed(other("debian:12"), report=report)
        assert candidate.problem.endswith("name it with --base")
    assert weighed(report=msgspec.structs.replace(REPORT, image=None)) == ()


def test_the_report_stays_as_it_is() -> None:
    read = Candidates(["debian:12"], lambda name, platform: other(name), decide).weighed(REPORT)
    assert msgspec.structs.replace(read, candidates=()) == REPORT


def test_what_the_own_layers_upgrade_is_theirs_on_any_base() -> None:
    """The base's perl is replaced by a layer of one's own: on the same base it would be again."""
    perl, newer = deb("perl-base", "5.36-1", 0, "perl"), deb("perl-base", "5.36-2", 2, "perl")
    report = decide(msgspec.structs.replace(REPORT, packages=(*REPORT.packages, newer), problems=()))
    same = other("debian:11", *(found(f.id, f.package) for f in REPORT.findings[:2] if f.package), found("CVE-7", perl))
    (candidate,) = weighed(same, report=report)
    assert candidate.adds == Tally(0, 0, 0, 0)
    assert candidate.packages == 2
    other_kind = msgspec.structs.replace(perl, type="pypi")
    (candidate,) = weighed(other("debian:11", found("CVE-7", other_kind)), report=report)
    assert candidate.adds.total == 1
