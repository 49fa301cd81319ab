"""The files in which cabal and stack fix versions in, the packages of Hackage that they name out.

``cabal.project.freeze`` (https://cabal.readthedocs.io/en/stable/cabal-commands.html#cabal-freeze) lists constraints;
``stack.yaml.lock`` (https://docs.haskellstack.org/en/stable/topics/lock_files/) and ``extra-deps`` of ``stack.yaml``
(https://docs.haskellstack.org/en/stable/configure/yaml/project/#extra-deps) what is taken beside a snapshot.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.catalog._documents import Yaml, from_yaml
from pratique.catalog._lock import Left, declared
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_NAME = r"[A-Za-z0-9]++(?:-(?=[0-9]*[A-Za-z])[A-Za-z0-9]++)*"  # https://cabal.readthedocs.io/, "package-name"
_FROZEN = re.compile(rf"(?:any\.)?({_NAME}) *== *([0-9.]+)")
_FIELD = re.compile(r"^[A-Za-z-]+:", re.MULTILINE)
_SNAPSHOTS = frozenset({"resolver", "snapshot"})
_PLACES = ("git", "github", "archive", "filepath", "url")  # what tells no version by itself
_PINNED = re.compile(rf"({_NAME})-([0-9]+(?:\.[0-9]+)*)(?:@.*)?")


def parse(file: File) -> Iterable[Fact]:
    """The declared packages; what comes from Git or an archive has no version unless it is told beside."""
    return declared(file, _freeze if file.path.endswith(".freeze") else _stack)


def _freeze(data: bytes, path: str) -> Iterator[Fact]:
    """Constraints of the form ``any.NAME ==VERSION``; flags and other constraints fix no version."""
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    text = data.decode("utf-8-sig", errors="replace")
    if not _FIELD.search(text):
        raise Unreadable("no frozen project of cabal: it has no fields")
    for part in _FIELD.sub(",", text).split(","):
        found = _FROZEN.fullmatch(part.strip())
        if found:
            yield Package("hackage", found[1], found[2], path=path, declared=True)


def _stack(data: bytes, path: str) -> Iterator[Fact]:
    tree = from_yaml(data, "file of stack")
    if not isinstance(tree, dict):
        raise Unreadable("no file of stack")
    lock = path.endswith(".lock")
    if "packages" not in tree if lock else not _SNAPSHOTS & tree.keys():
        raise Unreadable(f"no file of stack: it has no {'packages' if lock else 'snapshot'}")
    left = Left()
    listed = tree.get("packages" if lock else "extra-deps", [])
    for one in listed if isinstance(listed, list) else ():
        name, version = _identity(one)
        if name and not left.out(name, version):
            yield Package("hackage", name, version, path=path, declared=True)
    yield from left.told(path)
    if lock and "snapshots" not in tree:
        yield Problem(path, "lock file of stack without its snapshots, which follow the packages: it is cut short")


def _identity(one: Yaml) -> tuple[str, str]:
    """``NAME-VERSION@sha256:…``; in a lock file below ``completed``, as ``hackage`` or as ``name`` and ``version``."""
    if isinstance(one, dict):
        completed = one.get("completed", one)
        if not isinstance(completed, dict):
            return "", ""
        name, version = completed.get("name", ""), completed.get("version", "")
        if isinstance(name, str) and isinstance(version, str) and name:
            return name, version
        place = next((text for key in _PLACES if isinstance(text := completed.get(key), str)), "")
        if place:
            return place, ""
        one = completed.get("hackage", "")
    found = _PINNED.fullmatch(one) if isinstance(one, str) else None
    if found:
        return found[1], found[2]
    return (one, "") if isinstance(one, str) and ":" in one else ("", "")  # a folder of the project's own is no package


CATALOGUER = Cataloguer("hackage", 2, Claim(names=("cabal.project.freeze", "stack.yaml.lock", "stack.yaml")), parse)
