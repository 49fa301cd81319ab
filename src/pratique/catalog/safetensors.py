"""The first bytes of a model in the safetensors format in, the model out.

https://github.com/huggingface/safetensors#format: eight bytes, the length of a JSON object, whose member
``__metadata__`` holds texts. The tools write the keys of https://github.com/Stability-AI/ModelSpec there
(``modelspec.title`` …); without a title the file's name is the model's.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable

import msgspec

from pratique.catalog._documents import from_json
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import MIB
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_HEAD = 16 * MIB  # the format allows 100 MB; 70 GB of weights have less than one
_PART = re.compile(r"-\d{5}-of-\d{5}$")
_TITLE, _VERSION, _LICENCE = "modelspec.title", "modelspec.version", "modelspec.license"
_MOST = 256


class _Header(msgspec.Struct, frozen=True):
    metadata: dict[str, str] | None = msgspec.field(default=None, name="__metadata__")


def parse(file: File) -> Iterable[Fact]:
    """The model, of type ``generic``; one package for all parts of a model that is split. Raises ``Unreadable``."""
    with file.open() as stream:
        start = stream.read(8)
        if len(start) < 8:
            raise Unreadable("a safetensors file begins with eight bytes, the length of its header")
        (length,) = struct.unpack("<Q", start)
        if length > file.size - 8:
            raise Unreadable(f"the safetensors header would have {length} bytes, and the file has {file.size}")
        if length > _HEAD - 8:
            raise LimitExceeded(f"a safetensors header of {length} bytes; at most {_HEAD - 8} are read")
        metadata = from_json(stream.read(length), _Header, "safetensors header").metadata or {}
    stem = file.path.rpartition("/")[2].rpartition(".")[0]
    name = _PART.sub("", _shown(metadata.get(_TITLE, "")) or stem)
    licence = _shown(metadata.get(_LICENCE, ""))
    version = _shown(metadata.get(_VERSION, ""))
    return (Package("generic", name[:_MOST], version, licences=(licence,) if licence else (), path=file.path),)


def _shown(text: str) -> str:
    text = text.strip()
    return text[:_MOST] if text.isprintable() else ""


CATALOGUER = Cataloguer("safetensors", 1, Claim(suffixes=(".safetensors",), head=_HEAD), parse)
