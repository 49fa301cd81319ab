"""What to do next: never a version that the feeds do not say clears it."""

from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding
from pratique.model import (
    Action,
    AnyFinding,
    Base,
    BaseImageFinding,
    Decision,
    Evidence,
    ImageFinding,
    Package,
    Report,
    Vulnerability,
)
from pratique.policy import advise as sentences
from pratique.policy.plan import plan


def fail(action: Action = Action.FAIL, **spec: object) -> AnyFinding:
    return msgspec.structs.replace(finding({"id": "CVE-1", **spec}), decision=Decision(action, "rule"))


def advise(findings: list[AnyFinding], base: Base | None = None, more: tuple[Package, ...] = ()) -> tuple[str, ...]:
    packages = (*(one.package for one in findings if not isinstance(one, ImageFinding)), *more)
    report = Report("app", "2026-11-21", findings=tuple(findings), packages=packages, base=base)
    return sentences.advise(findings, report, plan(report, findings))


def test_nothing_to_do() -> None:
    assert advise([]) == ()
    assert advise([fail(Action.ALLOW), fail(Action.NONE, fix=["6"])]) == ()


def test_failures_come_before_warnings() -> None:
    assert advise([fail(Action.WARN, fix=["6"]), fail(fix=["7"])]) == ("bash 7 clears 1 failing finding",)
    assert advise([fail(Action.WARN, fix=["6"]), fail(Action.WARN, fix=["7"])]) == ("bash 7 clears 2 warnings",)


def test_the_lowest_version_that_clears_the_most() -> None:
    found = [fail(fix=["5.2"]), fail(fix=["5.10"]), fail(fix=["5.9"])]
    assert advise(found) == ("bash 5.10 clears 3 failing findings",)


def test_a_fix_of_another_branch_clears_only_what_names_it() -> None:
    """2.12.2 fixes the first alone; 2.15.0 is above all fixes of both."""
    found = [
        fail(package="pypi:a 2.12.0", fix=["2.3.2", "2.12.2", "2.15.0"]),
        fail(package="pypi:a 2.12.0", fix=["2.13"]),
    ]
    assert advise(found) == ("a 2.15.0 clears 2 failing findings",)
    # nothing says that 2.13 clears what is fixed in 2.12.2 and again in 2.15.0
    assert advise([found[0], found[1], found[1]]) == ("a 2.15.0 clears 3 failing findings",)
    alone = [fail(package="pypi:a 2.12.0", fix=["2.12.2", "3.0"])]
    assert advise(alone) == ("a 2.12.2 clears 1 failing finding",)


def test_a_lower_version_is_no_advice() -> None:
    told = "1 failing finding is cleared by no version above the installed one (a): replace it"
    assert advise([fail(package="pypi:a 3.0", fix=["2.5"])]) == (told,)


def test_versions_are_compared_in_the_order_of_their_scheme() -> None:
    evidence = (Evidence("r", "Debian:12", "bash", "5.0", "deb"),)
    found = [
        msgspec.structs.replace(each, evidence=evidence)
        for each in (fail(package="other:bash 5.0", fix=["5.1~rc1"]), fail(package="other:bash 5.0", fix=["5.1"]))
    ]
    assert advise(found) == ("bash 5.1 clears 2 failing findings",)


def test_what_is_no_version_leads_to_no_advice() -> None:
    for found in (fail(package="pypi:a 1", fix=["no version at all!"]), fail(package="unheard:a 1", fix=["2"])):
        (told,) = advise([found])
        assert told.startswith("1 failing finding is cleared by no version")


def test_the_most_useful_first_and_only_five() -> None:
    found = [fail(package=f"pkg{number} 1", fix=["2"]) for number in range(9)] + [fail(package="pkg7 1", fix=["3"])]
    told = advise(found)
    assert told[0] == "pkg7 3 clears 2 failing findings"
    assert len(told) == 5


def test_what_has_no_fix() -> None:
    found = [fail(package=f"pkg{number} 1") for number in range(5)]
    shown = "5 failing findings have no known fix (pkg0, pkg1, pkg2 and 2 more)"
    assert advise(found) == (f"{shown}: remove the package, or suppress with a date",)
    assert "1 failing finding has no known fix (pkg0)" in advise(found[:1])[0]


def test_a_last_affected_version_is_a_way_out() -> None:
    (found,) = [fail(package="pypi:a 1")]
    assert isinstance(found, Vulnerability)
    told = msgspec.structs.replace(found, evidence=(Evidence("A-1", "PyPI", "a", "1", "pypi", last_affected="2"),))
    assert advise([told]) == ("1 failing finding names no fix, but a last affected version (a): move past it",)


def test_malware_is_removed() -> None:
    found = fail(kind="malware", package="npm:left-padd 1.0.0")
    assert advise([found]) == ("remove left-padd 1.0.0: it is malware",)


def test_a_group_is_named_with_its_namespace_where_that_is_how_people_call_it() -> None:
    one = fail(package="maven:log4j-core 2.14.1", fix=["2.17.1"])
    named = msgspec.structs.replace(
        one, package=msgspec.structs.replace(one.package, namespace="org.apache.logging.log4j")
    )
    assert advise([named]) == ("org.apache.logging.log4j:log4j-core 2.17.1 clears 1 failing finding",)


FIXES = st.lists(st.lists(st.integers(2, 9).map(str), min_size=1, max_size=3), min_size=1, max_size=5)


def test_a_source_is_raised_as_one_and_says_which_packages() -> None:
    found = [fail(package=f"{name} 2.36-9", source="glibc", fix=["2.36-9+deb12u3"]) for name in ("libc6", "libc-bin")]
    assert advise(found) == ("glibc 2.36-9+deb12u3 clears 2 failing findings (libc-bin, libc6)",)
    assert advise(found, more=(Package("deb", "apt", "2"),))[1:] == (
        "in the Dockerfile: RUN apt-get update && apt-get install -y --only-upgrade libc-bin libc6 "
        "&& rm -rf /var/lib/apt/lists/*",
    )


def test_the_base_s_own_packages_are_for_its_publisher() -> None:
    found = msgspec.structs.replace(fail(fix=["6"]), layer=0)
    assert advise([found], Base("debian:12", "", 1, "annotation")) == (
        "rebuild on the newest debian:12: 1 failing finding is in its own packages",
        "bash 6 clears 1 failing finding",
    )
    told = "rebuild on the newest build of its base image: 1 failing finding is in its own packages"
    assert advise([found], Base("", "sha256:11", 1, "known"))[0] == told


def test_copies_that_go_to_different_versions_are_told_apart() -> None:
    found = [fail(package="pypi:a 1.0", fix=["1.1", "2.2"]), fail(package="pypi:a 2.0", fix=["1.1", "2.2"])]
    assert advise(found) == ("a 1.0 -> 1.1 clears 1 failing finding", "a 2.0 -> 2.2 clears 1 failing finding")


def test_a_finding_of_the_image_says_itself_what_to_do() -> None:
    found = BaseImageFinding("base-old", decision=Decision(Action.FAIL, "x"), hint="rebuild it")
    assert advise([found]) == ("base-old: rebuild it",)


@given(FIXES)
def test_against_trying_each_version(fixes: list[list[str]]) -> None:
    """A version clears a finding if it is one of its fixes or above all of them."""
    found = [fail(package="pypi:a 1", fix=fix) for fix in fixes]
    counts = {
        version: sum(str(version) in fix or version > max(int(each) for each in fix) for fix in fixes)
        for version in {int(each) for fix in fixes for each in fix}
    }
    best = min(counts, key=lambda version: (-counts[version], version))
    noun = "failing finding" if counts[best] == 1 else "failing findings"
    assert advise(found) == (f"a {best} clears {counts[best]} {noun}",)
    assert all(isinstance(each, Vulnerability) for each in found)
