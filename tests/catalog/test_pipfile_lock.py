"""Pipfile.lock: one that Pipenv wrote, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.python_projects import RICH, RUNTIME
from pratique.catalog.pipfile_lock import CATALOGUER
from pratique.errors import Unreadable

PATH = "app/Pipfile.lock"
FIXTURE = (Path(__file__).parent / "pipfile_lock" / "Pipfile.lock").read_bytes()


def test_as_pipenv_wrote_it() -> None:
    assert told(CATALOGUER, FIXTURE, PATH) == RUNTIME | {"iniconfig": ("2.0.0", "dev")}
    assert [one.hashes for one in packages(CATALOGUER, FIXTURE, PATH) if one.name == "rich"] == [(RICH,)]


def test_other_categories_are_optional_and_a_repository_tells_no_version() -> None:
    text = '{"_meta": {}, "docs": {"a": {"version": "===1"}}, "default": {"b": {"git": "https://example.org/b"}}}'
    assert facts(CATALOGUER, text, PATH)[0].scope == "optional"  # type: ignore[union-attr]
    assert facts(CATALOGUER, text, PATH)[0].version == "1"  # type: ignore[union-attr]
    assert problems(CATALOGUER, text, PATH) == ["names 'b' without a version, so nothing can be known of it"]


def test_too_many_hashes_tell_nothing() -> None:
    hashes = ", ".join(f'"sha256:{number:064}"' for number in range(17))
    (one,) = packages(
        CATALOGUER, '{"_meta": {}, "default": {"a": {"version": "==1", "hashes": [' + hashes + "]}}}", PATH
    )
    assert one.hashes == ()


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, FIXTURE, folder + "Pipfile.lock") == []


@pytest.mark.parametrize("data", [b"", b"[]", b'{"default": []}', b'{"default": {"a": {"version": 1}}}', FIXTURE[:-9]])
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b'{"default": {"../a": {"version": "==1"}, "b": {"version": "==\\u001b[2J"}}}')


@settings(max_examples=60, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
