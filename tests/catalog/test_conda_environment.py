"""environment.yml by conda's documentation, conda-lock.yml by one that conda-lock wrote, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, problems
from catalog.hostile import survives
from catalog.lock_files import fixture
from catalog.mutated import mutated
from pratique.catalog.conda_environment import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH, LOCK = "app/environment.yml", "app/conda-lock.yml"
TEXT = b"""name: harbour
channels: [conda-forge]
dependencies:
  - python=3.10
  - conda-forge::numpy=1.26.0=py310hb13e2d6_0
  - SciPy == 1.11.3
  - openssl 3.1.4 hd590300_0
  - pandas>=2
  - six
  - zlib=1.2.*
  - pip
  - pip:
      - rich[jupyter]==13.9.4 ; python_version > "3"
      - click
      - -r requirements.txt
"""
LOCKED = f"""version: 1
metadata: {{platforms: [linux-64, osx-64]}}
package:
- name: openssl
  version: 3.1.4
  manager: conda
  platform: linux-64
  dependencies: {{ca-certificates: '', libgcc-ng: '>=12'}}
  url: https://example.org/openssl-3.1.4-hd590300_0.conda
  hash: {{md5: {"0" * 32}, sha256: {"1" * 64}}}
  category: main
  optional: false
- {{name: openssl, version: 3.1.4, manager: conda, platform: osx-64, category: main, optional: false}}
- {{name: pytest, version: 7.10, manager: conda, platform: linux-64, category: dev, optional: true}}
- {{name: sphinx, version: '7.2', manager: conda, platform: linux-64, category: docs, optional: true}}
- {{name: Rich, version: 13.9.4, manager: pip, platform: linux-64, category: main, optional: false}}
""".encode()


def told(data: bytes, path: str) -> list[tuple[str, str, str, str]]:
    found = [one for one in facts(CATALOGUER, data, path) if isinstance(one, Package)]
    assert all(one.declared for one in found)
    return [(one.type, one.name, one.version, one.scope) for one in found]


def test_what_an_environment_pins() -> None:
    assert told(TEXT, PATH) == [
        ("conda", "python", "3.10", ""),  # the text as it stands, and no number
        ("conda", "numpy", "1.26.0", ""),
        ("conda", "scipy", "1.11.3", ""),
        ("conda", "openssl", "3.1.4", ""),
        ("pypi", "rich", "13.9.4", ""),
    ]
    assert problems(CATALOGUER, TEXT, PATH) == [
        "names 'click' without a version, so nothing can be known of it",
        "names 'pandas', 'six', 'zlib', 'pip' without an exact version, so nothing can be known of it",
    ]


def test_what_conda_lock_wrote() -> None:
    data = fixture("conda-lock.yml")
    assert told(data, LOCK) == [
        ("conda", "keel", "0.3.1", "dev"),
        ("conda", "mast", "2.1.0", ""),
        ("conda", "rope", "1.4.2", ""),
        ("pypi", "quay-crane", "3.0.0rc1", ""),
    ]


def test_a_lock_file_names_a_package_once_a_platform() -> None:
    assert told(LOCKED, LOCK) == [
        ("conda", "openssl", "3.1.4", ""),
        ("conda", "pytest", "7.10", "dev"),
        ("conda", "sphinx", "7.2", "optional"),
        ("pypi", "rich", "13.9.4", ""),
    ]
    first = packages(CATALOGUER, LOCKED, LOCK)[0]
    assert first.depends == ("ca-certificates", "libgcc-ng")
    assert first.hashes == ("md5:" + "0" * 32, "sha256:" + "1" * 64)


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, TEXT, folder + "environment.yml") == []


@pytest.mark.parametrize("data", [b"", b"[]", b"a", b"dependencies: [", b"a: &a {}\ndependencies: *a", b"\xff\xfe\0"])
def test_what_is_no_environment_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b"dependencies: [a" + b" " * 1_000_000 + b"b]", b"dependencies: {a: b}")
    is_refused(CATALOGUER, LOCK, b"package: [1]", b"package: [{name: a}]", b"package: [{name: [a], version: {}}]")
    assert facts(CATALOGUER, b"dependencies: [{pip: [a" + b" " * 1_000_000 + b"b]}]", PATH)


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT), mutated(LOCKED))
def test_any_bytes(text: bytes, locked: bytes) -> None:
    survives(CATALOGUER, PATH, text)
    survives(CATALOGUER, LOCK, locked)
