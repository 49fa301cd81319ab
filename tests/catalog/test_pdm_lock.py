"""pdm.lock: one that PDM wrote, other shapes by its source (https://github.com/pdm-project/pdm), hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, told
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.python_projects import RICH, RUNTIME
from pratique.catalog.pdm_lock import CATALOGUER
from pratique.errors import Unreadable

PATH = "app/pdm.lock"
FIXTURE = (Path(__file__).parent / "pdm_lock" / "pdm.lock").read_bytes()
TEXT = f"""
[metadata]
groups = ["default", "dev", "typed"]
strategy = ["inherit_metadata"]
lock_version = "4.5.0"

[[package]]
name = "rich"
version = "13.9.4"
requires_python = ">=3.8.0"
summary = "Render rich text"
groups = ["default"]
dependencies = [
    "markdown-it-py>=2.2.0",
    "Pygments<3.0.0,>=2.13.0",
    "typing-extensions<5.0,>=4.0.0; python_version < \\"3.11\\"",
]
files = [{{file = "rich-13.9.4-py3-none-any.whl", hash = "{RICH}"}}]

[[package]]
name = "rich"
version = "13.9.4"
extras = ["jupyter"]
groups = ["default"]
dependencies = ["rich==13.9.4"]

[[package]]
name = "iniconfig"
version = "2.0.0"
groups = ["dev"]

[[package]]
name = "typing-extensions"
version = "4.12.2"
groups = ["typed"]
"""
OLD = f"""
[[package]]
name = "rich"
version = "13.9.4"
[metadata]
lock_version = "4.0"
[metadata.files]
"rich 13.9.4" = [{{url = "https://example.org/rich-13.9.4-py3-none-any.whl#x", hash = "{RICH}"}}]
"""


def test_as_pdm_wrote_it() -> None:
    assert told(CATALOGUER, FIXTURE, PATH) == RUNTIME | {
        "colorama": ("0.4.6", ""),
        "iniconfig": ("2.0.0", "dev"),
        "typing-extensions": ("4.12.2", "optional"),
    }
    (rich,) = (one for one in packages(CATALOGUER, FIXTURE, PATH) if one.name == "rich")
    assert ({"markdown-it-py", "pygments"} <= {*rich.depends}, rich.hashes) == (True, (RICH,))


def test_groups_dependencies_and_hashes() -> None:
    assert told(CATALOGUER, TEXT, PATH) == {
        "rich": ("13.9.4", ""),
        "iniconfig": ("2.0.0", "dev"),
        "typing-extensions": ("4.12.2", "optional"),
    }
    rich = packages(CATALOGUER, TEXT, PATH)
    assert [one.name for one in rich] == ["rich", "iniconfig", "typing-extensions"]  # and not twice
    assert rich[0].depends == ("markdown-it-py", "pygments", "typing-extensions")
    assert rich[0].hashes == packages(CATALOGUER, OLD, PATH)[0].hashes == (RICH,)


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, TEXT, folder + "pdm.lock") == []


@pytest.mark.parametrize("data", [b"package = {}", b"[[package]]\nversion = '1'", TEXT.encode()[:-4]])
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH)


@settings(max_examples=40, deadline=None)
@given(mutated(TEXT.encode()) | mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
