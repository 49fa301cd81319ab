from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.bundler import CATALOGUER
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT

PATH = "app/Gemfile.lock"


def test_what_bundler_writes() -> None:
    found = packages(CATALOGUER, PATH, fixture("Gemfile.lock"))
    assert {name: package.depends for name, package in found.items()} == {
        "gem/hull@0.1.0": ("rope@1.4.2",),
        "gem/keel@1.0.0": (),
        "gem/mast@2.1.0": ("rope@1.4.2",),
        "gem/rope@1.4.2": (),
        "gem/sail@0.3.0.pre1": (),
    }


LOCK = b"""\
GIT
  remote: https://git.example.org/a.git
  revision: 1234567
  specs:
    a (1.0)
      b (>= 1, < 3)

GEM
  remote: https://gems.example.org/
  specs:
    b (2.0-java)
    b (2.0-x86_64-linux)
      c
    c (1.0.rc1)

PLATFORMS
  java

DEPENDENCIES
  a!
  d (1.0)

CHECKSUMS
  b (2.0-java) sha256=3e23e8160039594a33894f6564e1b1348bbd7a0088d42c4acb73eeaed59c009d
  c (1.0.rc1) sha256=ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb
  d (1.0)

BUNDLED WITH
   2.5.0
"""


@pytest.mark.parametrize("newline", [b"\n", b"\r\n"])
def test_git_platforms_and_checksums(newline: bytes) -> None:
    found = packages(CATALOGUER, "app/gems.locked", LOCK.replace(b"\n", newline))
    assert {name: package.depends for name, package in found.items()} == {
        "gem/a@1.0": ("b@2.0",),
        "gem/b@2.0": ("c@1.0.rc1",),
        "gem/c@1.0.rc1": (),
    }
    assert {name: package.hashes for name, package in found.items() if package.hashes} == {
        "gem/c@1.0.rc1": ("sha256:ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",)
    }


@pytest.mark.parametrize("data", [b"", b"PLATFORMS\n  ruby\n", b"GEM\n<<<<<<< HEAD\n", b"\xff", b"gem 'rails'\n"])
def test_what_bundler_does_not_write_is_not_read(data: bytes) -> None:
    assert "lock file of Bundler" in problem(CATALOGUER, PATH, data)


def test_a_project_that_needs_nothing_names_nothing() -> None:
    assert facts(CATALOGUER, PATH, b"GEM\n  specs:\n\nPLATFORMS\n  ruby\n\nDEPENDENCIES\n") == []


def test_a_file_past_the_bound_is_told() -> None:
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, PATH, b"\n" * (DEFAULT.file_list + 1))


def test_the_lock_file_of_the_next_release_counts_too() -> None:
    assert "Gemfile.next.lock" in CATALOGUER.claim.names
    assert packages(CATALOGUER, "app/Gemfile.next.lock", fixture("Gemfile.lock"))
