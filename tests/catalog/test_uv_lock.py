"""uv.lock: one that uv wrote, what its graph says, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, told
from catalog.hostile import survives
from catalog.mutated import mutated
from catalog.python_projects import RICH, RUNTIME
from pratique.catalog.uv_lock import CATALOGUER
from pratique.errors import Unreadable

PATH = "app/uv.lock"
FIXTURE = (Path(__file__).parent / "uv_lock" / "uv.lock").read_bytes()
GRAPH = """
version = 1
[[package]]
name = "app"
version = "0.1.0"
source = { editable = "." }
dependencies = [{ name = "a", extra = ["x"] }, { name = "twice", version = "1.0", marker = "m" }]
[package.dev-dependencies]
dev = [{ name = "c" }, { name = "a" }]
[[package]]
name = "a"
version = "1.0"
source = { registry = "r" }
dependencies = [{ name = "a" }]
[package.optional-dependencies]
x = [{ name = "b" }]
y = [{ name = "d" }]
[[package]]
name = "b"
version = "1.0"
[[package]]
name = "c"
version = "1.0"
dependencies = [{ name = "d" }]
[[package]]
name = "d"
version = "1.0"
[[package]]
name = "twice"
version = "1.0"
[[package]]
name = "twice"
version = "2.0"
[[package]]
name = "stray"
version = "1.0"
"""


def test_as_uv_wrote_it() -> None:
    assert told(CATALOGUER, FIXTURE, PATH) == RUNTIME | {
        "colorama": ("0.4.6", ""),
        "mast": ("2.1.0", ""),
        "iniconfig": ("2.0.0", "dev"),
        "typing-extensions": ("4.12.2", "optional"),
    }  # and not "harbour", which is virtual
    (rich,) = (one for one in packages(CATALOGUER, FIXTURE, PATH) if one.name == "rich")
    assert (rich.depends, rich.hashes) == (("markdown-it-py", "pygments"), (RICH,))


def test_what_a_package_is_for_follows_from_who_needs_it() -> None:
    found = [(one.name, one.version, one.scope) for one in packages(CATALOGUER, GRAPH, PATH)]
    assert found == [
        ("app", "0.1.0", ""),
        ("a", "1.0", ""),
        ("b", "1.0", ""),  # by the extra that the project asks for
        ("c", "1.0", "dev"),
        ("d", "1.0", "dev"),
        ("twice", "1.0", ""),
        ("twice", "2.0", ""),
        ("stray", "1.0", ""),  # nobody needs it: nothing is known
    ]
    assert packages(CATALOGUER, GRAPH, PATH)[0].depends == ("a", "twice@1.0")


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, FIXTURE, folder + "uv.lock") == []


@pytest.mark.parametrize("data", [b"package = 1", b"[[package]]", FIXTURE[:-9], b"[[package]]\nname = 'a'\nname = 'b'"])
def test_what_is_no_lock_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense_and_a_long_chain() -> None:
    is_refused(CATALOGUER, PATH)
    chain = "".join(
        f'[[package]]\nname = "p{n}"\nversion = "1"\ndependencies = [{{ name = "p{n + 1}" }}]\n' for n in range(3000)
    )
    chain += '[[package]]\nname = "p3000"\nversion = "1"\n'
    root = '[[package]]\nname = "r"\nsource = { virtual = "." }\n[package.dev-dependencies]\ndev = [{ name = "p0" }]\n'
    assert set(told(CATALOGUER, "version = 1\n" + root + chain, PATH).values()) == {("1", "dev")}


@settings(max_examples=60, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)


def test_a_script_s_as_uv_wrote_it() -> None:
    script = (Path(__file__).parent / "uv_lock" / "harbour.py.lock").read_bytes()
    wanted = {name: RUNTIME[name] for name in ("markdown-it-py", "mdurl", "pygments", "rich")}
    assert told(CATALOGUER, script, "srv/harbour.py.lock") == wanted | {"iniconfig": ("2.0.0", "")}
