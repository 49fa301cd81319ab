"""What a feed is asked of a package: under which names and versions, in which release, and of which build."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pratique import version
from pratique.model import Package
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution, Named
from pratique.vuln.ground import Ground
from pratique.vuln.manifest import ReleaseFacts
from pratique.vuln.place import Question, Refusal, covers, feed_of, fill_namespace, place, quote
from pratique.vuln.streams import Stream
from vuln.feeds import database, fixed, record

FACTS = ReleaseFacts("9")
SOME = Distribution(("some",), "Some Linux", "rpm", "some", ecosystem="Rocky Linux")
BASH = Package("rpm", "bash-libs", "0:5.2-1", source_name="bash", source_version="5.2-1", arch="x86_64")


def ground(distribution: Distribution = SOME) -> Ground:
    return Ground(distribution, FACTS, streams=(Stream((("9",),)),))


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Database:
    """A database of PyPI, Maven and Go."""
    folder: Path = tmp_path_factory.mktemp("place")
    names = {"PyPI": "x", "Maven": "a:x", "Go": "example.org/x"}
    return database(
        folder, {each: [record(f"{each}-1", name, *fixed("2"), ecosystem=each)] for each, name in names.items()}
    )


def asked(package: Package, known: Database, where: Ground = Ground()) -> Question:  # noqa: B008 - frozen
    found = place(package, where, known)
    assert isinstance(found, Question)
    return found


@pytest.mark.parametrize(
    ("named", "names"),
    [
        (Named.BINARY, [("bash-libs", "0:5.2-1")]),
        (Named.SOURCE, [("bash", "0:5.2-1")]),
        (Named.BOTH, [("bash-libs", "0:5.2-1"), ("bash", "0:5.2-1")]),
    ],
)
def test_the_names_of_a_distributions_package(named: Named, names: list[tuple[str, str]], known: Database) -> None:
    question = asked(BASH, known, ground(msgspec.structs.replace(SOME, named=named)))
    assert [(each.text, each.version) for each in question.names] == names
    assert {each.key for each in question.names} == {version.key("rpm", "0:5.2-1")}
    assert (question.ecosystem, question.release, question.scheme) == ("Rocky Linux", "9", "rpm")
    assert (question.name, question.version, question.build.arch) == (*names[0], "x86_64")


def test_a_source_package_of_the_same_name_is_asked_for_once(known: Database) -> None:
    alone = msgspec.structs.replace(BASH, name="bash")
    question = asked(alone, known, ground(msgspec.structs.replace(SOME, named=Named.BOTH)))
    assert [each.text for each in question.names] == ["bash"]


def test_without_a_feed_of_the_distribution_its_reason_is_told(known: Database) -> None:
    assert place(BASH, Ground(SOME, None, "no feed speaks for Some"), known) == Refusal("no feed speaks for Some")
    assert place(BASH, Ground(), known) == Refusal("the distribution is not known")
    deb = msgspec.structs.replace(BASH, type="deb")
    assert place(deb, ground(), known) == Refusal("Some Linux has no packages of type 'deb'")


@pytest.mark.parametrize(
    ("package", "ecosystem", "name", "text"),
    [
        (Package("pypi", "My.Package", "1"), "PyPI", "my-package", "1"),
        (Package("maven", "x", "1", namespace="a"), "Maven", "a:x", "1"),
        (Package("maven", "a:x", "1"), "Maven", "a:x", "1"),
        (Package("golang", "x", "v1.0.0", namespace="example.org"), "Go", "example.org/x", "v1.0.0"),
        (Package("golang", "stdlib", "go1.22.1 X:nocoverage"), "Go", "stdlib", "1.22.1"),
    ],
)
def test_names_and_versions_of_languages(
    package: Package, ecosystem: str, name: str, text: str, known: Database
) -> None:
    question = asked(package, known)
    assert (question.ecosystem, question.name, question.version, question.release) == (ecosystem, name, text, "")


def test_only_of_a_program_in_go_its_functions_are_asked_for(known: Database) -> None:
    assert asked(Package("golang", "example.org/x", "v1.0.0", path="bin/x"), known).build.path == "bin/x"
    assert asked(Package("pypi", "x", "1", path="x/METADATA"), known).build.path == ""


def test_what_cannot_be_asked(known: Database) -> None:
    refused = place(Package("npm", "x", "1.0.0"), Ground(), known)
    assert isinstance(refused, Refusal)
    assert (refused.reason, refused.ecosystem, refused.blocking) == ("the database has no feed of npm", "npm", True)
    assert place(Package("swift-tool", "x", "1"), Ground(), known) == Refusal(
        "no feed speaks for packages of type 'swift-tool'"
    )
    program = Package("generic", "busybox", "1.31.1", cpe="cpe:2.3:a:busybox:busybox:1.31.1:*:*:*:*:*:*:*")
    assert place(program, Ground(), known) == Refusal(
        "the database has no feed of NVD", ecosystem="NVD", blocking=False
    )
    owned = msgspec.structs.replace(program, owner="busybox-static")
    assert place(owned, Ground(), known) == Refusal("they are files of packages that are not assessed", owned=True)
    assert place(Package("pypi", "x", "not one"), Ground(), known) == Refusal(
        "its version cannot be read", "'not one' of 'x' is no pypi version"
    )


@pytest.mark.parametrize(
    ("package", "where", "feed"),
    [
        (BASH, ground(), "Rocky Linux"),
        (msgspec.structs.replace(BASH, type="deb"), ground(), ""),
        (BASH, Ground(), ""),
        (Package("pypi", "x", "1"), ground(), "PyPI"),
        (Package("generic", "x", "1"), ground(), ""),
    ],
)
def test_the_feed_that_speaks_of_such_packages(package: Package, where: Ground, feed: str) -> None:
    assert feed_of(package, where) == feed


def test_the_namespace_is_the_distributions_own_where_it_has_such_packages() -> None:
    assert fill_namespace(BASH, ground(), "id").namespace == "some"
    assert fill_namespace(msgspec.structs.replace(BASH, type="deb"), ground(), "id").namespace == "id"
    assert fill_namespace(BASH, Ground(), "").namespace == ""
    assert fill_namespace(msgspec.structs.replace(BASH, namespace="other"), ground(), "id").namespace == "other"
    assert fill_namespace(Package("npm", "x", "1"), ground(), "id").namespace == ""


def test_what_the_silence_of_a_feed_means() -> None:
    partial = ReleaseFacts("9", complete=False)
    assert covers(ReleaseFacts("9"), "x", holds=False)
    assert covers(partial, "x", holds=True)
    assert not covers(partial, "x", holds=False)
    named = ReleaseFacts("9", complete=False, covered=("x",))
    assert [covers(named, name, holds=False) for name in "xy"] == [True, False]
    assert covers(named, "y", holds=True)


def test_a_long_value_is_cut_where_it_is_shown() -> None:
    assert quote("a'\n") == '"a\'\\n"'
    assert quote("a" * 100) == f"'{'a' * 100}'"
    assert quote("a" * 101) == f"'{'a' * 100}…'"
