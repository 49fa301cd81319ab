"""Which direct dependency brought a package."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Package
from pratique.policy import brought
from pratique.policy.brought import Brought, _Graph


def npm(name: str, *depends: str, version: str = "1.0.0", folder: str = "app/node_modules/") -> Package:
    return Package("npm", name, version, path=f"{folder}{name}/package.json", depends=depends)


APP = Package("npm", "app", "1.0.0", path="app/package.json", depends=("web", "log"))
WEB, QUERY, BODY, LOG = npm("web", "query@1.0.0", "body"), npm("query", "body"), npm("body"), npm("log")
ALL = (APP, WEB, QUERY, BODY, LOG)


def test_what_the_application_needs_is_direct_and_brings_what_it_needs() -> None:
    asked = Brought(ALL)
    assert asked.by([BODY]) == asked.by([QUERY]) == ("web",)
    assert asked.by([WEB]) == asked.by([LOG]) == ()


def test_without_an_application_what_nothing_needs_is_direct() -> None:
    assert Brought((WEB, QUERY, BODY)).by([BODY]) == ("web",)


def test_a_distributions_package_is_nobodys() -> None:
    assert Brought(ALL).by([Package("deb", "bash", "1")]) == ()


@pytest.mark.parametrize("count", [10, brought._FEW + 10])
def test_a_long_line(count: int) -> None:
    line = [npm(f"p{place}", f"p{place + 1}") for place in range(count)]
    assert Brought(line).by([line[-1]]) == ("p0",)


NAMES = st.sampled_from("abcdef")
PACKAGES = st.lists(
    st.builds(
        lambda name, depends, version, folder: npm(name, *depends, version=version, folder=folder),
        NAMES,
        st.lists(st.one_of(NAMES, NAMES.map(lambda name: f"{name}@1.0.0")), max_size=3),
        st.sampled_from(["1.0.0", "2.0.0"]),
        st.sampled_from(["app/node_modules/", "app/node_modules/a/node_modules/", "app/"]),
    ),
    max_size=10,
    unique_by=lambda package: package.path,
)


@given(PACKAGES)
def test_the_part_of_the_packages_that_is_looked_at_tells_what_all_do(packages: list[Package]) -> None:
    whole, asked = _Graph(packages), Brought(packages)
    for package in packages:
        assert asked.by([package]) == tuple(sorted(whole.direct(package) or ()))
