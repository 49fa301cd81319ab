"""pylock.toml: one that uv wrote, groups and extras as PEP 751 marks them, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.python_projects import RICH, RUNTIME
from pratique.catalog.pylock import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

PATH = "app/pylock.toml"
FIXTURE = (Path(__file__).parent / "pylock" / "pylock.toml").read_bytes()
MARKED = f"""
lock-version = "1.0"
[[packages]]
name = "Attrs"
version = "25.1.0"
marker = "'test' in dependency_groups"
[[packages.dependencies]]
name = "Zope.Interface"
[packages.archive]
url = "https://example.org/attrs-25.1.0.tar.gz"
hashes = {{sha256 = "{"a" * 64}", made-up = "x"}}
[[packages]]
name = "cattrs"
version = "24.1.2"
marker = "python_version > '3.8' and 'fast' in extras"
"""


def test_as_uv_wrote_it() -> None:
    found = {one.name: one for one in facts(CATALOGUER, FIXTURE, PATH) if isinstance(one, Package)}
    assert {name: (one.version, one.scope) for name, one in found.items()} == RUNTIME | {
        "colorama": ("0.4.6", ""),
        "iniconfig": ("2.0.0", ""),  # that it is for development is not told here
        "typing-extensions": ("4.12.2", ""),
    }
    assert found["rich"].hashes == (RICH,)
    assert problems(CATALOGUER, FIXTURE, PATH) == ["names 'mast' without a version, so nothing can be known of it"]


def test_groups_and_extras() -> None:
    path = "app/pylock.dev.toml"
    assert told(CATALOGUER, MARKED, path) == {"attrs": ("25.1.0", "dev"), "cattrs": ("24.1.2", "optional")}
    first = facts(CATALOGUER, MARKED, path)[0]
    assert isinstance(first, Package)
    assert (first.depends, first.hashes) == (("zope-interface",), ("sha256:" + "a" * 64,))


@pytest.mark.parametrize("path", [*(folder + "pylock.toml" for folder in WITHIN), "app/my.pylock.toml"])
def test_other_files_say_nothing(path: str) -> None:
    assert facts(CATALOGUER, FIXTURE, path) == []


@pytest.mark.parametrize("data", [b"packages = 1", b"[[packages]]", FIXTURE[:-9]])
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH)


@settings(max_examples=40, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
