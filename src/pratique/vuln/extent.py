"""What a feed holds in, how much of its ecosystem it speaks for out: as declared, or too little to be all.

A source folder declares in ``coverage.json``, an object by ecosystem or ecosystem:release beside ``ecosystems.txt``:
``{"npm": {"complete": false, "note": "…", "packages": ["lodash"]}}``. Without ``packages`` a partial feed speaks only
for packages that it has records of.
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, UsageError


class Extent(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """``note`` says what is missing; ``packages`` names those that are covered though the feed is partial."""

    complete: bool = True
    note: str = ""
    packages: tuple[str, ...] | None = None


class Declared(msgspec.Struct, frozen=True):
    """An extent and the ``ecosystem[:release]`` that it is of."""

    of: str
    extent: Extent


class Extents(msgspec.Struct, frozen=True):
    """What was declared; ``find`` says how much a feed covers."""

    declared: tuple[Declared, ...] = ()

    def find(self, ecosystem: str, release: str, packages: int) -> Extent:
        """The extent of a release that holds records of so many packages: declared for the release, for the
        ecosystem, or judged by its size."""
        for wanted in (f"{ecosystem}:{release}" if release else ecosystem, ecosystem):
            for each in self.declared:
                if each.of == wanted:
                    return each.extent
        least = _PLAUSIBLE.get(ecosystem, 0)
        if packages < least:
            return Extent(False, f"records of {packages} packages only, a whole export has more than {least}")
        return Extent()


# Packages with records in the public exports (per release for a distribution), rounded down far: below, an export is a
# selection, and a package that it does not name is unknown rather than clean.
_PLAUSIBLE = {"npm": 2000, "Maven": 1000, "Debian": 1000, "Ubuntu": 1000}

_FILE = msgspec.json.Decoder(dict[str, Extent])


def read(path: Path) -> Extents:
    """The declarations in the file; none where it is absent. Raises ``UsageError`` for a file of another shape."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Extents()
    except OSError as error:
        raise UsageError(f"cannot read {str(path)!r}: {error.strerror}") from error
    try:
        found = _FILE.decode(data)
    except UNDECODABLE as error:
        raise UsageError(
            f"{str(path)!r} does not declare coverage: {error}",
            hint='write {"<ecosystem>[:<release>]": {"complete": false, "note": "…"}}',
        ) from error
    return Extents(tuple(Declared(of, found[of]) for of in sorted(found)))
