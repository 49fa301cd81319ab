"""Which packages are one: the rules told in ``_join``, each against its neighbours."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog._join import joined
from pratique.model import Package


def npm(path: str, layer: int = 0, **more: object) -> Package:
    return Package("npm", "x", "1", path=path, layer=layer, **more)  # type: ignore[arg-type]


def test_copies_of_a_layer_are_one_with_all_their_places() -> None:
    found = joined((npm("b/package.json"), npm("a/package.json"), npm("c/package.json", licences=("MIT",))))
    assert found == (npm("a/package.json", locations=("b/package.json", "c/package.json"), licences=("MIT",)),)


def test_copies_of_different_layers_owners_or_versions_stay() -> None:
    several = (npm("a", 0), npm("b", 1), npm("c", 0, owner="nodejs"), Package("npm", "x", "2", path="d", layer=0))
    assert set(joined(several)) == set(several)


def test_the_modules_of_two_programs_stay_apart_for_their_functions() -> None:
    several = tuple(Package("golang", "net", "0.1", namespace="golang.org/x", path=path, layer=0) for path in "ab")
    assert joined(several) == several


def test_what_is_only_spoken_of_is_a_place_of_what_is_installed() -> None:
    found = joined(
        (npm("package-lock.json", declared=True), npm("sbom.json", 2, stated=True), npm("m/package.json", 1))
    )
    assert found == (npm("m/package.json", 1, locations=("package-lock.json", "sbom.json")),)


def test_what_is_only_spoken_of_stays_where_nothing_is_installed() -> None:
    lock, sbom = npm("package-lock.json", declared=True), npm("sbom.json", stated=True)
    assert joined((lock,)) == (lock,)
    assert joined((lock, sbom)) == (npm("sbom.json", stated=True, locations=("package-lock.json",)),)


def test_what_a_document_names_without_a_type_is_what_something_else_proves() -> None:
    named = Package("generic", "x", "1", path="x.spdx.json", stated=True, layer=0)
    scoped = Package("generic", "@s/y", "2", path="y.spdx.json", stated=True, layer=0)
    installed = Package("npm", "y", "2", namespace="@s", path="y/package.json", layer=0)
    assert joined((named, npm("m/package.json"), scoped, installed)) == (
        npm("m/package.json", locations=("x.spdx.json",)),
        msgspec.structs.replace(installed, locations=("y.spdx.json",)),
    )
    stated = Package("apk", "curl", "8", namespace="wolfi", path="curl.spdx.json", stated=True, layer=0)
    curl = Package("apk", "curl", "8", arch="x86_64", path="lib/apk/db/installed", layer=0)
    assert joined((stated, curl)) == (msgspec.structs.replace(curl, locations=("curl.spdx.json",)),)
    library = msgspec.structs.replace(stated, type="rpm", namespace="centos")
    assert set(joined((library, curl))) == {library, curl}
    for other in (npm("lock", declared=True), Package("npm", "x", "2", path="a", layer=0)):
        assert set(joined((named, other))) == {named, other}
    program = Package("generic", "x", "1", path="bin/x", cpe="cpe:2.3:a:x:x:1:*:*:*:*:*:*:*", layer=0)
    assert joined((named, program)) == (msgspec.structs.replace(program, locations=("x.spdx.json",)),)


def test_a_program_s_own_text_tells_the_release_of_its_main_module() -> None:
    def module(version: str, name: str = "helm", cpe: str = "") -> Package:
        return Package("golang", name, version, namespace="helm.sh", path="bin/helm", layer=0, cpe=cpe)

    told = module("3.14.0", cpe="cpe:2.3:a:helm:helm:3.14.0:*:*:*:*:*:*:*")
    for built in ("(devel)", "v0.0.0-20240101000000-0123456789ab", "v3.0.1-0.20240101000000-0123456789ab+dirty"):
        assert joined((module(built), told)) == (told,)
        assert joined((module(built),)) == (module(built),)
    other = module("(devel)", "other")
    assert set(joined((module("v3.13.0"), told, other))) == {module("v3.13.0"), told, other}
    same = module("3.14.0")
    assert joined((same, told)) == (told,)


@given(
    st.lists(
        st.builds(
            npm,
            st.sampled_from("abcd"),
            st.integers(0, 2),
            declared=st.booleans(),
            stated=st.booleans(),
            scope=st.sampled_from(("", "dev")),
        ),
        max_size=8,
        unique_by=lambda one: (one.path, one.layer),
    )
)
def test_no_place_is_lost_none_invented_and_order_is_no_matter(packages: list[Package]) -> None:
    found = joined(packages)
    assert {place for one in found for place in (one.path, *one.locations)} == {one.path for one in packages}
    assert joined(reversed(packages)) == found
    assert joined(found) == found
    if any(not (one.declared or one.stated) for one in packages):
        assert not any(one.declared or one.stated for one in found)


def java(name: str, path: str, cpe: str = "cpe:2.3:a:oracle:openjdk:17.0.9:*:*:*:*:*:*:*", layer: int = 0) -> Package:
    return Package("generic", name, "17.0.9", path=path, cpe=cpe, layer=layer)


def test_a_jdk_stands_once() -> None:
    release = java("temurin", "opt/java/release")
    launchers = [java("openjdk", f"opt/java/{path}") for path in ("bin/java", "bin/javac", "lib/server/libjvm.so")]
    (found,) = joined([*launchers, release])
    assert (found.name, found.path) == ("temurin", "opt/java/release")
    assert found.locations == ("opt/java/bin/java", "opt/java/bin/javac", "opt/java/lib/server/libjvm.so")


@pytest.mark.parametrize(
    "launcher",
    [
        java("openjdk", "opt/other/bin/java"),
        java("openjdk", "opt/java/bin/java", cpe="cpe:2.3:a:oracle:openjdk:17.0.8:*:*:*:*:*:*:*"),
        java("openjdk", "opt/java/bin/java", layer=1),
        java("python", "opt/java/bin/python"),
    ],
)
def test_what_is_another_program_stands_beside_it(launcher: Package) -> None:
    assert len(joined([launcher, java("temurin", "opt/java/release")])) == 2
