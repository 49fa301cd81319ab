"""Which releases of a vendor's feed are asked together, and which only where those are silent."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Stream(msgspec.Struct, frozen=True):
    """Releases that one stream of updates serves. Of a record the first rank decides that says anything of a package;
    in a rank a version is affected where any release says so. What any stream calls affected is."""

    ranks: tuple[tuple[str, ...], ...]


def flat(streams: Iterable[Stream]) -> tuple[str, ...]:
    """All releases of the streams, each once, the likeliest first."""
    return tuple(dict.fromkeys(release for stream in streams for rank in stream.ranks for release in rank))
