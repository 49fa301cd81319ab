"""Which releases of a feed are asked together, and which only where those are silent."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable

import msgspec


class Stream(msgspec.Struct, frozen=True):
    """Releases that one stream of updates serves. Of a vulnerability the first rank decides that says anything of the
    package; in a rank a version is affected where any release says so. What any stream calls affected is."""

    ranks: tuple[tuple[str, ...], ...]


@functools.lru_cache(maxsize=256)  # it is asked of every package, and most are of the same streams
def flat(streams: tuple[Stream, ...]) -> tuple[str, ...]:
    """All releases of the streams, each once, the likeliest first."""
    return tuple(dict.fromkeys(release for stream in streams for rank in stream.ranks for release in rank))


def known(streams: Iterable[Stream], is_known: Callable[[str], bool]) -> tuple[Stream, ...]:
    """The streams with only those releases that a feed has, and without what is then empty."""
    found = []
    for stream in streams:
        ranks = tuple(kept for rank in stream.ranks if (kept := tuple(filter(is_known, rank))))
        if ranks:
            found.append(Stream(ranks))
    return tuple(found)
