"""VEX files in, documents out: the format is told by the content.

OpenVEX, CycloneDX and CSAF; one folder a format's module, as all plug-ins.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec

from pratique import plugins
from pratique.errors import UNDECODABLE, NotFound, UsageError
from pratique.given import check_ends
from pratique.limits import Limits
from pratique.vuln.vex._shape import Document, Format, Head


def read_files(paths: Sequence[Path], limits: Limits) -> tuple[tuple[Path, Document], ...]:
    """Every file's document. Raises ``NotFound`` for one that is not there, ``UsageError`` for what is no VEX."""
    return tuple((path, _read(path, limits)) for path in paths)


def parse(data: bytes, where: str) -> Document:
    """The document in those bytes. Raises ``UsageError`` for what is none of the formats."""
    try:
        head = msgspec.json.decode(data, type=Head)
    except UNDECODABLE as error:
        raise UsageError(f"{where!r} is no VEX document: {error}", hint=_HINT) from error
    formats: list[Format] = list(plugins.load("pratique.vuln.vex", "VEX").values())
    found = next((each for each in formats if each.is_head(head)), None)
    if found is None:
        raise UsageError(f"{where!r} is no VEX document that we know", hint=_HINT)
    try:
        return found.read(data)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where!r} is no {found.name} document: {error}", hint=_HINT) from error


_HINT = "OpenVEX, CycloneDX and CSAF are read, as JSON"


def _read(path: Path, limits: Limits) -> Document:
    try:
        check_ends(path, "the VEX document")
        with path.open("rb") as file:
            data = file.read(limits.vex + 1)
    except FileNotFoundError:
        raise NotFound(f"no VEX document at {str(path)!r}") from None
    except OSError as error:
        raise UsageError(f"cannot read {str(path)!r}: {error.strerror or error}") from error
    if len(data) > limits.vex:
        raise UsageError(f"{str(path)!r} is larger than vex, {limits.vex} bytes")
    return parse(data, str(path))
