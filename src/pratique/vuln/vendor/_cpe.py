"""A CPE name's text in, its attributes out: the formatted string of https://csrc.nist.gov/pubs/ir/7695/final, 6.2."""

from __future__ import annotations

import functools
import re

import msgspec

ANY, NOT_APPLICABLE = "*", "-"

# Targets that every program of a container may be for.
_HERE = frozenset((ANY, NOT_APPLICABLE, "docker", "kubernetes", "linux", "linux_kernel", "unix"))

_PREFIX = "cpe:2.3:"
_ATTRIBUTES = 11
_COLON = re.compile(r"(?<!\\):")
_QUOTED = re.compile(r"\\(.)")
_WILD = re.compile(r"(?<!\\)[*?]")


class Cpe(msgspec.Struct, frozen=True):
    """A name, its quoting taken away; ``ANY`` and ``NOT_APPLICABLE`` are the logical values. ``software`` is the
    target's; ``wild`` says that the version is a pattern."""

    part: str
    vendor: str
    product: str
    version: str
    update: str
    software: str
    wild: bool = False


@functools.lru_cache(maxsize=1 << 14)
def parse(text: str) -> Cpe:
    """Raises ``ValueError`` for another text."""
    attributes = _COLON.split(text.removeprefix(_PREFIX))
    if not text.startswith(_PREFIX) or len(attributes) != _ATTRIBUTES or not all(attributes):
        raise ValueError(f"{text[:100]!r} is no CPE 2.3 name")
    wild = attributes[3] != ANY and _WILD.search(attributes[3]) is not None
    part, vendor, product, version, update, _, _, _, software, _, _ = (
        _QUOTED.sub(r"\1", each) if "\\" in each else each for each in attributes
    )
    return Cpe(part, vendor, product, version, update, software, wild)


def version_of(cpe: Cpe) -> str:
    """The version with its update (``1.0``, ``rc1`` is ``1.0-rc1``); it names one."""
    return cpe.version if cpe.update in (ANY, NOT_APPLICABLE) else f"{cpe.version}-{cpe.update}"


def target(cpe: Cpe) -> str:
    """The software that the program is for where it is a plug-in or a port (``node.js``, ``wordpress``), else ""."""
    return "" if cpe.software in _HERE else cpe.software
