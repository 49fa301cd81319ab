"""Facts in; those same facts without the owned paths that can matter to nobody, and who owns a path, out.

Distributions moved ``/bin``, ``/sbin`` and ``/lib*`` below ``/usr`` and left links there
(https://www.freedesktop.org/wiki/Software/systemd/TheCaseForTheUsrMerge/); their packages' lists still name either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from pratique.model import Copies, Fact, Owns

_MERGED = re.compile(r"usr/(?=s?bin/|lib(?:32|64|x32)?/)")


class Owners(msgspec.Struct, frozen=True):
    """What a layer says of its files, by canonical path: ``packages`` are the distribution's packages that own them,
    ``others`` the files that packages of other types own, ``originals`` the programs that some are copies of."""

    packages: dict[str, str] = {}
    others: set[str] = set()
    originals: dict[str, str] = {}


def canonical(path: str) -> str:
    """The path without the ``usr/`` that one of the merged folders may or may not have."""
    return path[4:] if _MERGED.match(path) else path


def reduced(facts: dict[str, tuple[Fact, ...]], executables: Iterable[str] = ()) -> dict[str, tuple[Fact, ...]]:
    """Owned paths are many. Those stay that this layer has facts of, or as executables: who owns a file is asked of the
    layer that brought it (``_squash``)."""
    told = (path for path, found in facts.items() if found)
    known = {name for path in (*told, *executables) for name in _names(canonical(path))}
    return {path: tuple(_useful(found, known)) for path, found in facts.items()}


def _names(path: str) -> tuple[str, ...]:
    """A canonical path, and the other name of it where it has one."""
    return (path, f"usr/{path}") if _MERGED.match(f"usr/{path}") else (path,)


def _useful(found: Iterable[Fact], known: set[str]) -> Iterable[Fact]:
    for fact in found:
        if not isinstance(fact, Owns):
            yield fact
            continue
        paths = tuple([path for path in fact.paths if path in known])
        if paths:
            yield Owns(fact.package, paths, fact.type)


def owners(facts: Iterable[Fact]) -> Owners:
    """Of several packages that own a path the first counts."""
    found = Owners({}, set(), {})
    for fact in facts:
        if isinstance(fact, Copies):
            found.originals.update(dict.fromkeys(map(canonical, fact.paths), canonical(fact.original)))
        elif isinstance(fact, Owns):
            paths = map(canonical, fact.paths)
            if fact.type:
                found.others.update(paths)
            else:
                for path in paths:
                    found.packages.setdefault(path, fact.package)
    return found
