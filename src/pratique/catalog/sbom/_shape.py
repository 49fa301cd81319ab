"""What any SBOM states, in one form, before it is known whose words it uses."""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import TypeVar

import msgspec

from pratique.errors import UNDECODABLE, Unreadable
from pratique.limits import Limits
from pratique.sbom_fields import Pair

_Decoded = TypeVar("_Decoded")


class Kind(enum.Enum):
    """What a part of a document is: ``SYSTEM`` the operating system, ``SUBJECT`` what the document is about."""

    PACKAGE = "package"
    SYSTEM = "system"
    SUBJECT = "subject"
    OTHER = "other"


class Part(msgspec.Struct, frozen=True, gc=False):
    """A component, package or artifact: ``purl`` is its package URL, ``hashes`` as ``sha256:<hex>``, ``places`` the
    files that prove it, ``pairs`` all names and values that its format has for more. ``ref`` is its name in the
    document."""

    ref: str
    name: str
    version: str = ""
    kind: Kind = Kind.PACKAGE
    group: str = ""
    purl: str = ""
    cpe: str = ""
    licences: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    scope: str = ""
    supplier: str = ""
    source: str = ""
    places: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()

    def get(self, name: str) -> str:
        """The first value of that name, "" for none."""
        return next((value for key, value in self.pairs if key == name), "")


class Document(msgspec.Struct, frozen=True):
    """One document. ``tools`` are the names of what wrote it, in lower case; ``links`` are pairs of references, of
    which the first needs the second; ``unread`` are sentences on parts that could not be read, each of which may be a
    package."""

    format: str
    tools: tuple[str, ...] = ()
    subject: Part | None = None
    parts: tuple[Part, ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    pairs: tuple[Pair, ...] = ()
    unread: tuple[str, ...] = ()


class Source(msgspec.Struct, frozen=True):
    """The bytes of a document, the name that messages call it, and the bounds."""

    data: bytes
    where: str
    limits: Limits


def decoded(decode: Callable[[bytes], _Decoded], source: Source, what: str) -> _Decoded:
    """What the bytes hold. Raises ``Unreadable``."""
    try:
        return decode(source.data)
    except UNDECODABLE as error:
        raise Unreadable(f"{source.where!r} is no {what}: {error}") from error


def hash_named(algorithm: str, value: str) -> str:
    """A digest as we write it, from any format's spelling of the algorithm."""
    return f"{algorithm.lower().replace('-', '').replace('_', '')}:{value.strip().lower()}"


def told(*texts: str | None) -> str:
    """The first text that says something: SPDX's NOASSERTION and NONE do not."""
    return next((text for text in texts if text and text not in ("NOASSERTION", "NONE")), "")
