"""The set of upgrades: it clears all that can be cleared, by the fewest steps, each to the lowest version that does."""

from __future__ import annotations

import itertools

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import (
    Action,
    Base,
    Decision,
    Evidence,
    Fix,
    FixState,
    Kev,
    Malware,
    Package,
    Plan,
    Report,
    Vulnerability,
)
from pratique.policy.plan import plan

FAIL = Decision(Action.FAIL, "rule")


def found(package: Package, *fix: str, id_: str = "CVE-1", kev: bool = False, compared: str = "") -> Vulnerability:
    evidence = (Evidence("R", "Debian:12", package.name, compared, "deb"),) if compared else ()
    return Vulnerability(
        id_,
        package=package,
        decision=FAIL,
        fix=Fix(FixState.FIXED, fix),
        kev=Kev("2024-01-01") if kev else None,
        evidence=evidence,
    )


def planned(*findings: Vulnerability | Malware, packages: tuple[Package, ...] = (), base: Base | None = None) -> Plan:
    report = Report("app", "2026-11-21", findings=findings, packages=packages, base=base)
    return plan(report, findings)


def steps(made: Plan) -> list[tuple[str, str, int]]:
    return [(one.name, one.version, one.count) for one in made.upgrades]


LODASH = Package("npm", "lodash", "4.17.15", path="app/node_modules/lodash/package.json")
OLD = Package("npm", "lodash", "3.10.0", path="app/node_modules/x/node_modules/lodash/package.json")
QS = Package("npm", "qs", "6.5.2", path="app/node_modules/qs/package.json")


def test_each_copy_goes_to_the_lowest_version_of_its_own() -> None:
    made = planned(found(LODASH, "4.17.21", "3.10.2"), found(OLD, "4.17.21", "3.10.2"))
    assert steps(made) == [("lodash", "3.10.2", 1), ("lodash", "4.17.21", 1)]
    assert [one.installed for one in made.upgrades] == [("3.10.0",), ("4.17.15",)]


def test_copies_that_go_to_the_same_version_are_one_step() -> None:
    made = planned(found(LODASH, "4.17.21"), found(OLD, "4.17.21", id_="CVE-2"))
    assert steps(made) == [("lodash", "4.17.21", 2)]
    assert (made.upgrades[0].installed, made.upgrades[0].clears) == (("3.10.0", "4.17.15"), ("CVE-1", "CVE-2"))


def test_a_source_s_version_is_what_is_compared() -> None:
    binary = Package("deb", "libx1", "2:9.0+b1", source_name="x", source_version="1.0")
    made = planned(found(binary, "1.1", compared="1.0"))
    assert steps(made) == [("x", "1.1", 1)]
    assert made.upgrades[0].packages == ("libx1",)


def test_what_is_exploited_comes_first_then_what_clears_most() -> None:
    many = [found(QS, "7", id_=f"CVE-{number}") for number in range(3)]
    assert [name for name, _, _ in steps(planned(*many, found(LODASH, "5")))] == ["qs", "lodash"]
    assert [name for name, _, _ in steps(planned(*many, found(LODASH, "5", kev=True)))] == ["lodash", "qs"]


def test_what_cannot_be_cleared_is_left() -> None:
    made = planned(found(QS, id_="CVE-2"), found(LODASH, "4.0", id_="CVE-3"), found(OLD, "no version!", id_="CVE-4"))
    assert (made.upgrades, made.left, made.about) == ((), ("CVE-2", "CVE-3", "CVE-4"), "fail")


def test_only_what_fails_counts_where_something_does() -> None:
    warned = msgspec.structs.replace(found(QS, "7"), decision=Decision(Action.WARN, "x"))
    assert steps(planned(warned, found(LODASH, "5"))) == [("lodash", "5", 1)]
    made = planned(warned)
    assert (made.about, steps(made)) == ("warn", [("qs", "7", 1)])
    assert planned(Malware("MAL-1", package=QS, decision=FAIL)) == Plan("fail")
    assert planned(msgspec.structs.replace(warned, decision=Decision())) == Plan()


def test_whose_layers_they_are_in() -> None:
    base = Base("debian:12", "", 2, "annotation")
    below, above = (msgspec.structs.replace(QS, layer=layer) for layer in (1, 2))
    for layers, origin in (((below,), "base"), ((above,), "own"), ((below, above), "")):
        assert planned(*(found(one, "7") for one in layers), base=base).upgrades[0].origin == origin


def test_the_instruction_is_that_of_the_manager_which_is_there() -> None:
    for kind, manager, expected in (
        ("deb", "apt", "RUN apt-get update && apt-get install -y --only-upgrade a b && rm -rf /var/lib/apt/lists/*"),
        ("apk", "apk-tools", "RUN apk upgrade --no-cache a b"),
        ("rpm", "microdnf", "RUN microdnf update -y a b && microdnf clean all"),
        ("rpm", "zypper", "RUN zypper --non-interactive update a b && zypper clean --all"),
        ("deb", "dpkg", ""),  # distroless
    ):
        findings = [found(Package(kind, name, "1.0-r0"), "1.1-r0") for name in ("b", "a", "$(reboot)")]
        assert planned(*findings, packages=(Package(kind, manager, "1"),)).dockerfile == expected


def npm(name: str, *depends: str, path: str = "") -> Package:
    return Package("npm", name, "1", path=path or f"app/node_modules/{name}/package.json", depends=depends)


def brought(vulnerable: Package, *packages: Package) -> tuple[str, ...]:
    return planned(found(vulnerable, "2"), packages=(vulnerable, *packages)).upgrades[0].brought_by


def test_who_brought_it() -> None:
    app = npm("app", "express", "qs", path="app/package.json")
    express, parser = npm("express", "body-parser"), npm("body-parser", "deep")
    assert brought(npm("deep"), app, express, parser) == ("express",)
    assert brought(npm("deep"), express, parser) == ("express",)  # nothing tells of the application
    assert brought(npm("deep"), app, express, parser, npm("koa", "deep")) == ("express", "koa")
    assert brought(npm("qs"), app, express, parser, npm("koa", "qs")) == ()  # the application asks for it itself
    assert brought(npm("deep")) == ()
    assert brought(npm("deep", "loop"), npm("loop", "deep")) == ()  # nobody begins the circle
    assert brought(Package("pypi", "urllib3", "1"), Package("pypi", "requests", "2", depends=("urllib3",))) == (
        "requests",
    )
    assert brought(Package("deb", "libc6", "1"), Package("deb", "bash", "2", depends=("libc6",))) == ()


def test_where_all_need_one_another_nobody_is_named() -> None:
    chain = [npm(f"p{number}", f"p{number + 1}") for number in range(1_990)]
    assert brought(npm("p1990"), *chain) == ("p0",)
    longer = [*chain, *(npm(f"q{number}", f"q{number + 1}" if number < 99 else "p0") for number in range(100))]
    assert brought(npm("p1990"), *longer) == ()


PACKAGES = [Package("pypi", name, version) for name in "ab" for version in ("1", "4")]
FINDINGS = st.lists(
    st.tuples(st.sampled_from(PACKAGES), st.lists(st.integers(1, 6).map(str), max_size=3, unique=True)), max_size=6
)


def clears(version: int, fix: list[str]) -> bool:
    return bool(fix) and (str(version) in fix or version >= max(map(int, fix)))


@given(FINDINGS)
def test_no_other_set_is_smaller(drawn: list[tuple[Package, list[str]]]) -> None:
    """Against all ways to leave each package or raise it to any version that a feed names: the plan clears as many
    findings as any, by raising as few packages as any that does, to versions none of which is higher."""
    findings = [found(package, *fix, id_=f"CVE-{place}") for place, (package, fix) in enumerate(drawn)]
    made = planned(*findings)
    targets = {(one.name, installed): int(one.version) for one in made.upgrades for installed in one.installed}
    chosen = tuple(targets.get((package.name, package.version), 0) for package in PACKAGES)

    def cleared(choice: tuple[int, ...]) -> int:
        to = dict(zip(PACKAGES, choice, strict=True))
        return sum(clears(to[package], fix) for package, fix in drawn if to[package] > int(package.version))

    def cost(choice: tuple[int, ...]) -> tuple[int, int, int]:
        return -cleared(choice), sum(map(bool, choice)), sum(choice)

    named = {package: {int(text) for one, fix in drawn if one == package for text in fix} for package in PACKAGES}
    every = itertools.product(*([0, *(to for to in named[one] if to > int(one.version))] for one in PACKAGES))
    assert cost(chosen) == min(map(cost, every))
    assert sum(one.count for one in made.upgrades) == cleared(chosen)
    assert len(made.left) == len(drawn) - cleared(chosen)
