"""A go.mod in, the modules that it requires out: https://go.dev/ref/mod#go-mod-file.

A module that ``replace`` puts another one in the place of is that one; one that a folder replaces has no version that
anybody else knows. go.sum is not read: it names modules that are only looked at, not built.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._projects import is_of_a_package
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_TOKEN = re.compile(r'//.*|"((?:[^"\\]|\\.)*)"|`([^`]*)`|=>|[()]|[^\s()"`]+')
_PATH = re.compile(r"[A-Za-z0-9][\w.~!/+@-]*")
_VERSION = re.compile(r"v[0-9][\w.+-]*")
_MOST_LINE = 8192  # characters
_LOCAL = (".", "/")


class _Module:
    """What has been read of the file so far."""

    def __init__(self) -> None:
        self.requires = dict[str, str]()  # the highest version of several is not sought: go keeps one line a module
        self.named = False
        self.replaces = dict[tuple[str, str], tuple[str, str]]()  # (path, version or "") -> (path, version)


def parse(file: File) -> Iterator[Fact]:
    """The required modules, as ``replace`` leaves them; nothing for a file in the cache of modules or in tests' data.
    Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    data = file.read()
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"go.mod of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    try:
        module = _read(data.decode())
    except UnicodeDecodeError as error:
        raise Unreadable(f"no go.mod: {error}") from error
    if not module.named:
        yield Problem(file.path, "go.mod names no module: it is damaged, or none")
    for path, version in module.requires.items():
        path, version = module.replaces.get((path, version)) or module.replaces.get((path, "")) or (path, version)
        if path.startswith(_LOCAL):
            continue
        if not _PATH.fullmatch(path) or not _VERSION.fullmatch(version):
            raise Unreadable(f"go.mod requires {path[:200]!r} {version[:200]!r}, which is no module and version")
        namespace, _, name = path.rpartition("/")
        yield Package("golang", name, version, namespace=namespace, path=file.path, declared=True)


def _read(text: str) -> _Module:
    """Lines of words; a block in parentheses repeats its verb for each of its lines."""
    module, block = _Module(), ""
    for line in text.splitlines():
        if len(line) > _MOST_LINE:
            raise Unreadable(f"go.mod has a line of {len(line)} characters")
        words = [_word(found) for found in _TOKEN.finditer(line) if not found[0].startswith("//")]
        if not words:
            continue
        if block:
            if words == [")"]:
                block = ""
            else:
                _take(module, block, words)
        elif words[1:] == ["("]:
            block = words[0]
        else:
            _take(module, words[0], words[1:])
    if block:
        raise Unreadable(f"go.mod ends within a block of {block[:40]!r}")
    return module


def _word(found: re.Match[str]) -> str:
    return next((text for text in found.groups() if text is not None), found[0])


def _take(module: _Module, verb: str, words: list[str]) -> None:
    if verb == "module":
        module.named = True
    elif verb == "require":
        if len(words) != 2:
            raise Unreadable(f"go.mod requires {' '.join(words)[:200]!r}, which is no module and version")
        module.requires[words[0]] = words[1]
    elif verb == "replace" and "=>" in words:
        at = words.index("=>")
        if at in (1, 2) and len(words) - at in (2, 3):
            old, new = (*words[:at], "")[:2], (*words[at + 1 :], "")[:2]
            module.replaces[old[0], old[1]] = (new[0], new[1])


CATALOGUER = Cataloguer("go-mod", 2, Claim(names=("go.mod",)), parse)
