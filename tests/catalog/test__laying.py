"""Whether the digest is over all of the code that lays layers on one another."""

from __future__ import annotations

import ast
from pathlib import Path

import pratique
from pratique.catalog import _laying

PACKAGE = Path(pratique.__file__).parent
SHAPES = {"errors.py", "limits.py", "plugins.py", "catalog/__init__.py"}  # the limits are in the cache's key as values


def imported(file: Path, found: set[Path]) -> set[Path]:
    """The package's modules that a module imports when it is imported, and those that these do."""
    if file not in found:
        found.add(file)
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("pratique"):
                for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names)):
                    place = PACKAGE.joinpath(*name.split(".")[1:])
                    for module in (place.with_suffix(".py"), place / "__init__.py"):
                        if module.is_file() and module != PACKAGE / ".py":
                            imported(module, found)
    return found


def test_the_files_are_what_laying_imports_and_the_list_of_licences() -> None:
    modules = {str(file.relative_to(PACKAGE)) for file in imported(PACKAGE / "catalog" / "_squash.py", set())}
    wanted = {name for name in modules - SHAPES if not name.startswith("model/")} | {"model/fact.py", "spdx.txt"}
    assert set(_laying.FILES) == wanted - {"__init__.py"}


def test_the_digest_is_of_their_content() -> None:
    assert len(_laying.code()) == 64
    assert all((PACKAGE / file).is_file() for file in _laying.FILES)
