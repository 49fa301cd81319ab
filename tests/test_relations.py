"""What needs what within an image."""

from __future__ import annotations

from pratique.model import Package
from pratique.relations import Kind, Relation, relations


def npm(name: str, version: str, path: str, *depends: str, namespace: str = "") -> Package:
    return Package("npm", name, version, namespace=namespace, path=path, depends=depends)


def test_by_name_and_type() -> None:
    packages = (
        Package("deb", "a", "1", depends=("b", "absent")),
        Package("deb", "b", "1"),
        Package("npm", "b", "1"),
    )
    assert relations(packages) == [Relation(0, 1)]


def test_the_nearest_copy_is_meant() -> None:
    packages = (
        npm("a", "1", "app/node_modules/a/package.json", "b"),
        npm("b", "1", "app/node_modules/a/node_modules/b/package.json"),
        npm("b", "2", "app/node_modules/b/package.json"),
        npm("c", "1", "app/node_modules/c/package.json", "b"),
        npm("b", "3", "other/node_modules/b/package.json"),
    )
    assert relations(packages) == [Relation(0, 1), Relation(3, 2)]


def test_a_version_that_is_told_decides() -> None:
    packages = (npm("a", "1", "x", "b@2", "b@9", "@s/c@1"), npm("b", "1", "x"), npm("b", "2", "y"))
    assert relations(packages) == [Relation(0, 2)]


def test_names_with_a_namespace() -> None:
    packages = (
        npm("a", "1", "x", "@s/c", "@s/c@1"),
        npm("c", "1", "y", namespace="@s"),
        Package("maven", "d", "1", namespace="g", depends=("h:e",)),
        Package("maven", "e", "1", namespace="h"),
        Package("pypi", "f", "1", depends=("Zope_Interface",)),
        Package("pypi", "zope.interface", "1"),
    )
    assert relations(packages) == [Relation(0, 1), Relation(2, 3), Relation(4, 5)]


def test_an_archive_holds_what_lies_in_it() -> None:
    packages = (
        Package("maven", "app", "1", path="app.ear"),
        Package("maven", "lib", "1", path="app.ear!/a.war!/lib.jar"),
        Package("maven", "inner", "1", path="app.ear!/a.war!/lib.jar!/in.jar"),
    )
    assert relations(packages) == [Relation(0, 1, Kind.HOLDS), Relation(1, 2, Kind.HOLDS)]


def test_a_distributions_package_holds_what_it_installed() -> None:
    packages = (Package("deb", "python3-six", "1"), Package("pypi", "six", "1", path="p", owner="python3-six"))
    assert relations(packages) == [Relation(0, 1, Kind.HOLDS)]


def test_nothing_needs_itself() -> None:
    assert relations((npm("a", "1", "x", "a", "a@1"),)) == []
    assert relations(()) == []


def test_very_many_copies_take_no_time_apiece() -> None:
    packages = [npm("b", str(number), f"p{number}/b", "b") for number in range(2000)]
    assert len(relations(packages)) <= 2000
