"""A target that names a document or package URLs in (``sbom:PATH``, ``purl:URL``, ``purl:PATH``); what it states out.

``-`` as the path is standard input.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pratique.catalog.sbom._shape import Document, Part
from pratique.catalog.sbom.inventory import PURLS, Stated, inventory
from pratique.catalog.sbom.read import read
from pratique.errors import LimitExceeded, NotFound, Unreadable, UsageError
from pratique.given import check_ends
from pratique.limits import Limits
from pratique.package_url import parse


def open_document(target: str, limits: Limits) -> tuple[Stated, ...]:
    """What the document states, of one image or of each that it lists. Raises ``UsageError``, ``NotFound`` and
    ``Unreadable``."""
    scheme, _, rest = target.partition(":")
    if not rest:
        raise UsageError(f"{target!r}: there is nothing after {scheme + ':'!r}")
    if scheme == "purl":
        return (inventory(_listed(rest, limits), target, rest, limits),)
    data = _bytes(rest, limits.sbom)
    return tuple(inventory(document, target, rest, limits) for document in read(data, rest, limits))


def _listed(rest: str, limits: Limits) -> Document:
    """One package URL, or those of a file: one a line, empty lines and comments left out. Raises ``UsageError`` for a
    line that is none."""
    if rest.startswith("pkg:"):
        lines = [rest]
    else:
        try:
            lines = _bytes(rest, limits.file_list).decode().splitlines()
        except NotFound as error:
            error.hint = "a package URL begins with pkg:, as in purl:pkg:pypi/django@4.2"
            raise
        except UnicodeDecodeError as error:
            raise Unreadable(f"{rest!r} is no list of package URLs: byte {error.start} is no UTF-8") from error
    found = [text for line in lines if (text := f" {line}".split(" #", 1)[0].strip())]
    for text in found:
        try:
            parse(text)
        except ValueError as error:
            raise UsageError(str(error), hint="purl: takes a package URL, or a file of them, one a line") from error
    return Document(PURLS, parts=tuple(Part(str(place), text, purl=text) for place, text in enumerate(found)))


def _bytes(path: str, most: int) -> bytes:
    try:
        if path == "-":
            data = sys.stdin.buffer.read(most + 1)
        else:
            check_ends(path, "the document")
            with Path(path).open("rb") as file:
                data = file.read(most + 1)
    except (FileNotFoundError, ValueError):
        raise NotFound(f"{path!r}: there is no such file") from None
    except OSError as error:
        raise Unreadable(f"cannot read {path!r}: {error.strerror or error}") from error
    if len(data) > most:
        raise LimitExceeded(f"{path!r} is larger than {most} bytes")
    return data
