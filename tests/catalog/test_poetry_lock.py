"""poetry.lock: one that Poetry wrote, the older forms by Poetry's own source, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.python_projects import RICH, RUNTIME
from pratique.catalog.poetry_lock import CATALOGUER
from pratique.errors import Unreadable

PATH = "app/poetry.lock"
FIXTURE = (Path(__file__).parent / "poetry_lock" / "poetry.lock").read_bytes()
# lock-version 1.1: categories, and the files' hashes apart
OLD = f"""
[[package]]
name = "rich"
version = "13.9.4"
category = "main"
optional = false
[package.dependencies]
Pygments = ">=2"
ipywidgets = {{version = ">=7", optional = true}}
colorama = [{{version = "*", optional = true}}, {{version = "^1"}}]
[[package]]
name = "iniconfig"
version = "2.0.0"
category = "dev"
optional = false
[metadata]
lock-version = "1.1"
[metadata.files]
rich = [{{file = "rich-13.9.4-py3-none-any.whl", hash = "{RICH}"}},
        {{file = "rich-13.9.4-cp311-cp311-linux_x86_64.whl", hash = "sha256:{"0" * 64}"}}]
"""


def test_as_poetry_wrote_it() -> None:
    assert told(CATALOGUER, FIXTURE, PATH) == RUNTIME | {
        "colorama": ("0.4.6", ""),
        "iniconfig": ("2.0.0", "dev"),
        "typing-extensions": ("4.12.2", "optional"),
    }
    (rich,) = (one for one in packages(CATALOGUER, FIXTURE, PATH) if one.name == "rich")
    assert (rich.depends, rich.hashes) == (("markdown-it-py", "pygments"), (RICH,))


def test_older_forms() -> None:
    assert told(CATALOGUER, OLD, PATH) == {"rich": ("13.9.4", ""), "iniconfig": ("2.0.0", "dev")}
    rich = packages(CATALOGUER, OLD, PATH)[0]
    assert (rich.depends, rich.hashes) == (("pygments", "colorama"), (RICH,))  # and not a wheel's for one platform


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, FIXTURE, folder + "poetry.lock") == []


@pytest.mark.parametrize(
    "data", [b"package = 1", b"[[package]]\nname = 1", b"[[package]]\n[[package]", b"a = 1\na = 2", FIXTURE[:-5]]
)
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_a_file_that_is_cut_short_is_told() -> None:
    data = FIXTURE[: FIXTURE.index(b"[metadata]")]
    assert len(facts(CATALOGUER, data, PATH)) == len(facts(CATALOGUER, FIXTURE, PATH)) + 1
    assert len(problems(CATALOGUER, data, PATH)) == len(problems(CATALOGUER, b"", PATH)) == 1


def test_nonsense() -> None:
    is_refused(
        CATALOGUER,
        PATH,
        b"a." * 50_000 + b"a = 1",
        b"[" + b"a . " * 50_000 + b"a]",
        b"a = " + b"9" * 10_000,
        b"#" * (17 << 20),
    )


@settings(max_examples=60, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
