"""Packages that only a manifest of chisel's names, alone and beside dpkg's own database."""

from __future__ import annotations

from pratique.catalog._squash import squash
from pratique.model import Fact, LayerFacts, Package

WALL, STATUS = "var/lib/chisel/manifest.wall", "var/lib/dpkg/status"
CUT = tuple(Package("deb", name, "3.0.13-1", arch="amd64", path=WALL) for name in ("libssl3", "openssl"))
LIBSSL = Package("deb", "libssl3", "3.0.13-1", arch="amd64", source_name="openssl", path=STATUS)
OPENSSL = Package("deb", "openssl", "3.0.13-1", arch="amd64", path=STATUS)


def layer(number: int, facts: dict[str, tuple[Fact, ...]]) -> LayerFacts:
    return LayerFacts(f"sha256:{number}", facts)


def test_alone_it_blocks() -> None:
    (problem,) = squash((layer(1, {WALL: CUT}),)).problems
    assert (problem.blocking, problem.where, problem.layer) == (True, WALL, 0)
    assert "not found for its 2" in problem.what
    assert "dpkg's status" in problem.hint


def test_dpkg_s_database_tells_the_sources() -> None:
    found = squash((layer(1, {WALL: CUT}), layer(2, {STATUS: (LIBSSL, OPENSSL)})))
    assert found.problems == ()
    assert [(one.name, one.source_name, one.path) for one in found.packages] == [
        ("libssl3", "openssl", STATUS),
        ("openssl", "", STATUS),
    ]


def test_what_that_does_not_have_still_blocks() -> None:
    (problem,) = squash((layer(1, {WALL: CUT, STATUS: (LIBSSL,)}),)).problems
    assert "not found for its 1" in problem.what


def test_a_manifest_without_packages_is_no_problem() -> None:
    assert squash((layer(1, {WALL: ()}),)).problems == ()
