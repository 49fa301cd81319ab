"""The shape of a distribution: how os-release and package become a question to a feed."""

from __future__ import annotations

from collections.abc import Callable

import msgspec


def whole(version: str) -> tuple[str, ...]:
    """The release is VERSION_ID."""
    return (version,)


def major(version: str) -> tuple[str, ...]:
    """The release is what stands before the first dot."""
    return (version.partition(".")[0],)


def plain(version: str) -> str:
    """Every build is the plain one."""
    return ""


class Distribution(msgspec.Struct, frozen=True):
    """``ids`` are those of os-release(5); ``type`` and ``namespace`` the package URL's.

    ``ecosystem`` is OSV's name, "" where no feed that we read speaks for it: it is identified, and not assessed.
    ``releases`` gives the texts after OSV's colon for a VERSION_ID, the likeliest first; ``rolling`` ones have none.
    ``by_source`` feeds name source packages. ``table`` names it in the end-of-life table, "" where that has none.
    ``flavour`` of a package's version: which of the vendor's builds of one package it is, "" for the plain one.
    """

    ids: tuple[str, ...]
    name: str
    type: str
    namespace: str
    ecosystem: str = ""
    releases: Callable[[str], tuple[str, ...]] = whole
    rolling: bool = False
    by_source: bool = False
    table: str = ""
    flavour: Callable[[str], str] = plain
