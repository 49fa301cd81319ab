"""Which statements hold for a build of a package, in streams of releases; the quick way and the whole walk agree."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique import version
from pratique.model import Distro, FixState, Inventory, Level, Package
from pratique.vuln.answer import Advisory, Affects
from pratique.vuln.bulletin import Scope, Symbols
from pratique.vuln.explain import explain
from pratique.vuln.inquiry import Inquiry
from pratique.vuln.match import match
from pratique.vuln.place import Build, Name, Question
from pratique.vuln.reach import Functions
from pratique.vuln.shard import Shard
from pratique.vuln.streams import Stream
from vuln.feeds import NOW, database, fixed, record

OPEN = b"\xff"


def key(text: str) -> bytes:
    return version.key("rpm", text)


def said(
    cve: str,
    until: str = "",
    *,
    state: FixState | None = None,
    scope: Scope = Scope(),  # noqa: B008 - frozen
) -> Affects:
    state = state or (FixState.FIXED if until else FixState.AFFECTED)
    advisory = Advisory(cve, "", "", Level.UNKNOWN, None, "", "", "", "")
    return Affects(advisory, b"", key(until) if until else OPEN, "", until, "", state, scope)


class Stated(Shard):
    """A shard of statements by hand, with the look-ups of the real one."""

    def __init__(self, stated: Mapping[tuple[str, str], Sequence[Affects]]) -> None:
        self._stated = stated

    def statements(self, release: str, name: str) -> list[Affects]:
        return list(self._stated.get((release, name), ()))

    def affecting(self, release: str, name: str, key: bytes) -> list[Affects]:
        return [
            each
            for each in self.statements(release, name)
            if each.low <= key < each.high and each.state is not FixState.NOT_AFFECTED
        ]


def ask(
    stated: Mapping[tuple[str, str], Sequence[Affects]],
    *ranks: tuple[str, ...],
    installed: str = "1-1",
    names: tuple[str, ...] = ("x",),
    build: Build = Build(),  # noqa: B008 - frozen
    programs: Mapping[str, Functions] | None = None,
) -> list[tuple[str, str]]:
    """Release and record of what holds; the whole walk must say the same."""
    question = Question(
        "E", (Stream(ranks),), tuple(Name(name, installed, key(installed)) for name in names), "rpm", build
    )
    inquiry = Inquiry(Stated(stated), programs or {})
    found = [(each.place.release, each.affects.advisory.id) for each in inquiry.found(question)]
    walked = [(each.place.release, each.affects.advisory.id) for each in inquiry.considered(question) if not each.why]
    assert found == walked
    return found


def whys(stated: Mapping[tuple[str, str], Sequence[Affects]], build: Build, installed: str = "1-1") -> list[str]:
    question = Question("E", (Stream((("8",),)),), (Name("x", installed, key(installed)),), "rpm", build)
    return [each.why for each in Inquiry(Stated(stated), {}).considered(question)]


# --- streams ----------------------------------------------------------------------------------


def test_the_first_rank_that_speaks_of_a_vulnerability_decides() -> None:
    stated = {
        ("eus", "x"): [said("CVE-1", "1-1")],  # mended there
        ("main", "x"): [said("CVE-1", "2-1"), said("CVE-2", "2-1")],
    }
    assert ask(stated, ("eus",), ("main",)) == [("main", "CVE-2")]
    assert ask(stated, ("main",)) == [("main", "CVE-1"), ("main", "CVE-2")]


def test_of_an_erratum_what_a_rank_before_has_decided_is_left_out(tmp_path: Path) -> None:
    pro = record("UBUNTU-CVE-2026-1111", "x", *fixed("1"), ecosystem="Ubuntu:Pro:24.04:LTS")
    mended = ["CVE-2026-1111", "CVE-2026-2222"]
    notice = record("USN-1", "x", *fixed("9"), ecosystem="Ubuntu:24.04:LTS", upstream=mended)
    with database(tmp_path, {"Ubuntu": [pro, notice]}, coverage={"Ubuntu": {"complete": True}}) as known:
        inventory = Inventory(Distro("ubuntu", "24.04"), (Package("deb", "x", "1"),))
        assert [each.id for each in match(inventory, known, NOW).findings] == ["CVE-2026-2222"]
        (why,) = [
            each.why for each in explain(inventory, known, NOW, "CVE-2026-1111").considered if each.record == "USN-1"
        ]
    assert why == "here it is of CVE-2026-2222 only"


def test_a_vendor_that_calls_it_not_affected_silences_the_ranks_below() -> None:
    stated = {("a", "x"): [said("CVE-1", state=FixState.NOT_AFFECTED)], ("b", "x"): [said("CVE-1")]}
    assert ask(stated, ("a",), ("b",)) == []
    assert ask(stated, ("a", "b")) == [("b", "CVE-1")]  # in one rank it holds that one calls it affected


def test_the_first_name_goes_before_the_second() -> None:
    stated = {("8", "x-libs"): [said("CVE-1", "1-1")], ("8", "x"): [said("CVE-1"), said("CVE-2")]}
    assert ask(stated, ("8",), names=("x-libs", "x")) == [("8", "CVE-2")]


def test_names_of_one_program_do_not_silence_one_another() -> None:
    stated = {("8", "x:x"): [said("CVE-1", "1-1")], ("8", "y:x"): [said("CVE-1"), said("CVE-2")]}
    assert ask(stated, ("8",), names=("x:x", "y:x"), build=Build(plain=True)) == [("8", "CVE-1"), ("8", "CVE-2")]


def test_streams_do_not_silence_one_another() -> None:
    stated = {("rhel", "x"): [said("CVE-1", "1-1")], ("layered", "x"): [said("CVE-1", "3-1")]}
    question = Question("E", (Stream((("rhel",),)), Stream((("layered",),))), (Name("x", "1-1", key("1-1")),), "rpm")
    found = Inquiry(Stated(stated), {}).found(question)
    assert [each.place.release for each in found] == ["layered"]


def test_a_statement_on_another_build_decides_nothing() -> None:
    stated = {
        ("a", "x"): [said("CVE-1", "1-1", scope=Scope(arches=("s390x",)))],
        ("b", "x"): [said("CVE-1", "2-1")],
    }
    assert ask(stated, ("a",), ("b",), build=Build("x86_64")) == [("b", "CVE-1")]


# --- builds -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("scope", "build", "meant"),
    [
        (Scope(), Build("x86_64"), True),
        (Scope(arches=("x86_64",)), Build("x86_64"), True),
        (Scope(arches=("aarch64",)), Build("x86_64"), False),
        (Scope(arches=("aarch64",)), Build("noarch"), True),
        (Scope(arches=("src",)), Build("x86_64"), True),
        (Scope(arches=("aarch64",)), Build(), True),
        (Scope(module="nodejs:18"), Build(module="nodejs:18:8070020221009213521:bd1311ed:x86_64"), True),
        (Scope(module="nodejs:18"), Build(module="nodejs:18"), True),
        (Scope(module="nodejs:1"), Build(module="nodejs:18:8070:bd"), False),
        (Scope(module="nodejs:18"), Build(module="nodejs:16:8070:bd"), False),
        (Scope(module="nodejs:18"), Build(), False),
        (Scope(), Build(module="nodejs:18:8070:bd", modular=True), False),
        (Scope(), Build(module="nodejs:18:8070:bd"), True),
        (Scope(flavour="fips"), Build(), False),
        (Scope(), Build(flavour="fips"), False),
        (Scope(flavour="fips"), Build(flavour="fips"), True),
    ],
)
def test_which_build_is_meant(scope: Scope, build: Build, meant: bool) -> None:
    stated = {("8", "x"): [said("CVE-1", "2-1", scope=scope)]}
    assert bool(ask(stated, ("8",), build=build)) is meant


@pytest.mark.parametrize(
    ("fix", "installed", "meant"),
    [
        ("2-1.module_el8.7.0+1+a", "1-1.module_el8.5.0+1+b", True),
        ("2-1.module_el8.7.0+1+a", "1-1.el8", False),
        ("2-1.el8", "1-1.module_el8.5.0+1+b", False),
        ("2-1.el8", "1-1.el8", True),
    ],
)
def test_where_a_feed_names_no_module_the_release_tells(fix: str, installed: str, meant: bool) -> None:
    assert bool(ask({("8", "x"): [said("CVE-1", fix)]}, ("8",), installed=installed)) is meant


def test_a_state_without_a_module_is_of_modular_packages_where_none_names_theirs() -> None:
    plain, own = said("CVE-1"), said("CVE-1", "1-0", scope=Scope(module="m:1"))
    build = Build("x86_64", "m:1:2:3", modular=True)
    assert ask({("8", "x"): [plain]}, ("8",), build=build) == [("8", "CVE-1")]
    assert ask({("8", "x"): [plain, own]}, ("8",), build=build) == []


def test_a_module_whose_label_is_not_known_is_known_by_its_release() -> None:
    stated = {("8", "x"): [said("CVE-1", "2-1.module+el8", scope=Scope(module="x:1"))]}
    assert ask(stated, ("8",), installed="1-1.module+el8") == [("8", "CVE-1")]
    assert ask(stated, ("8",), installed="1-1.el8") == []


# --- functions --------------------------------------------------------------------------------


def functions(*names: str) -> Functions:
    return Functions(zlib.compress(b"\0" + b"".join(name.encode() + b"\0" for name in names)))


@pytest.mark.parametrize(
    ("programs", "path", "holds"),
    [
        ({"app": functions("main.main", "a.Bad")}, "app", True),
        ({"app": functions("main.main", "a.Good")}, "app", False),
        ({"app": functions("main.main", "a.Good")}, "other", True),  # nobody can tell
        ({"app": Functions(b"")}, "app", True),
        ({}, "app", True),
    ],
)
def test_a_program_without_the_functions_is_not_affected(
    programs: dict[str, Functions], path: str, holds: bool
) -> None:
    stated = {("", "x"): [said("CVE-1", scope=Scope(symbols=(Symbols("a", ("Bad",)),)))]}
    assert bool(ask(stated, ("",), build=Build(path=path), programs=programs)) is holds


@pytest.mark.parametrize(
    ("symbols", "why"),
    [
        ((Symbols("a", ("Bad",)),), ""),
        ((Symbols("a", ("Worse",)),), "the program holds none of the functions that it names"),
        ((Symbols("a", ("Bad",), ("windows",)),), "it is of programs for windows"),
        ((Symbols("a", ("Bad",), ("windows",)), Symbols("b", (), ("js",), ("wasm",))),
         "it is of programs for windows, js, wasm"),
        ((Symbols("a", ("Bad",), ("windows",)), Symbols("a", ("Bad",))), ""),
        ((Symbols("a", ("Bad",), ("windows",)), Symbols("a", ("Worse",))),
         "the program holds none of the functions that it names"),
        ((Symbols("data"),), "the program holds none of the functions that it names"),
        ((Symbols("a"),), ""),
    ],
)  # fmt: skip
def test_a_program_of_another_system_is_not_affected(symbols: tuple[Symbols, ...], why: str) -> None:
    stated = {("", "x"): [said("CVE-1", scope=Scope(symbols=symbols))]}
    names = zlib.compress(b"\0main.main\0a.Bad\0")
    programs = {"app": Functions(names, "", "linux", "amd64")}
    question = Question("E", (Stream((("",),)),), (Name("x", "1-1", key("1-1")),), "rpm", Build(path="app"))
    inquiry = Inquiry(Stated(stated), programs)
    assert [each.why for each in inquiry.considered(question)] == [why]
    assert bool(inquiry.found(question)) is not bool(why)
    assert inquiry.found(Question("E", question.streams, question.names, "rpm", Build(path="other")))


def test_the_functions_are_told() -> None:
    stated = {("", "x"): [said("CVE-1", scope=Scope(symbols=(Symbols("a", ("Bad", "Worse")),)))]}
    question = Question("E", (Stream((("",),)),), (Name("x", "1-1", key("1-1")),), "rpm", Build(path="app"))
    (found,) = Inquiry(Stated(stated), {"app": functions("main.main", "a.Worse")}).found(question)
    assert found.symbols == ("a.Worse",)


# --- why not ----------------------------------------------------------------------------------


def test_every_statement_says_why_it_does_not_hold() -> None:
    stated = {
        ("8", "x"): [
            said("CVE-1", "1-1"),
            said("CVE-2", state=FixState.NOT_AFFECTED),
            said("CVE-3", scope=Scope(arches=("s390x",))),
            said("CVE-4", scope=Scope(module="x:1")),
            said("CVE-5", scope=Scope(flavour="fips")),
            said("CVE-6"),
        ]
    }
    assert whys(stated, Build("x86_64")) == [
        "version 1-1 is not in its range",
        "it calls the package not affected",
        "it is of s390x",
        "it is of the module x:1",
        "it is of fips builds",
        "",
    ]


def test_either_of_two_builds_mends() -> None:
    both = [said("ALSA-1", "1-1.alma"), said("ALSA-1", "1-1")]
    assert ask({("8", "x"): both}, ("8",)) == []
    assert ask({("8", "x"): both}, ("8",), installed="1-1.alma") == []
    assert ask({("8", "x"): both}, ("8",), installed="1-0") == [("8", "ALSA-1")] * 2
    apart = [said("ALSA-1", "1-1"), said("ALSA-2", "1-1.alma")]  # of two errata each counts
    assert ask({("8", "x"): apart}, ("8",)) == [("8", "ALSA-2")]
    assert whys({("8", "x"): both}, Build()) == ["it names 1-1 as a fix too", "version 1-1 is not in its range"]


CVES = st.sampled_from(["CVE-2026-1111", "CVE-2026-2222", "CVE-2026-3333"])
SAID = st.builds(
    said,
    CVES,
    st.sampled_from(["", "1-1", "1-1.alma", "2-1", "1-1.module_el8"]),
    state=st.sampled_from([None, FixState.NOT_AFFECTED]),
    scope=st.sampled_from([Scope(), Scope(arches=("s390x",)), Scope(module="m:1"), Scope(flavour="fips")]),
)


@given(
    st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from(["x", "y"])), st.lists(SAID, max_size=4)),
    st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=2, unique=True).map(tuple), min_size=1, max_size=3),
    st.sampled_from([("x",), ("x", "y")]),
    st.sampled_from([Build(), Build("x86_64"), Build("s390x", "m:1:2"), Build(flavour="fips", plain=True)]),
    st.sampled_from(["1-0", "1-1", "1-1.alma", "1-1.module_el8"]),
)
def test_the_quick_way_and_the_whole_walk_agree(
    stated: dict[tuple[str, str], list[Affects]],
    ranks: list[tuple[str, ...]],
    names: tuple[str, ...],
    build: Build,
    installed: str,
) -> None:
    ask(stated, *ranks, installed=installed, names=names, build=build)


def test_a_real_shard(tmp_path: Path) -> None:
    records = [record("CVE-2026-1", "x", *fixed("2-1"), ecosystem="AlmaLinux:9")]
    with database(tmp_path, {"AlmaLinux": records}) as opened:
        shard = opened.shard("osv", "AlmaLinux")
        assert shard is not None
        question = Question("AlmaLinux", (Stream((("9",),)),), (Name("x", "1-1", key("1-1")),), "rpm")
        inquiry = Inquiry(shard, {})
        found = inquiry.found(question)
        assert [each.affects.advisory.id for each in found] == ["CVE-2026-1"]
        assert [end.fixed for end in inquiry.above(found, question.build)] == ["2-1"]
        assert inquiry.spoken(question) == {"CVE-2026-1"}
