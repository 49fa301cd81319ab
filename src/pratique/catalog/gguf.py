"""The first bytes of a model in the GGUF format in, the model out.

https://github.com/ggml-org/ggml/blob/master/docs/gguf.md: a magic, a version, two counts, then keys with typed values;
``general.name``, ``general.version``, ``general.license``, ``general.architecture`` and ``general.repo_url`` come first
in what the tools write, long lists of tokens after them.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from pratique.errors import Unreadable
from pratique.limits import MIB
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_HEAD = 16 * MIB  # a vocabulary of 256,000 tokens takes six
_PREFIX = "general."
_STRING, _ARRAY = 8, 9
_SIZES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}  # bytes of the other types
_KEY, _TEXT = 64 * 1024, MIB  # bytes; the format bounds a key, we bound the text
_MOST_KEYS, _MOST_ELEMENTS, _NESTING = 10_000, 2_000_000, 4
_REPOSITORY = re.compile(r"https://huggingface\.co/([\w.-]+)/([\w.-]+)/?")
_MOST = 256


def parse(file: File) -> Iterable[Fact]:
    """The model: of type ``huggingface`` where the file tells its repository, else ``generic``. Raises
    ``Unreadable``."""
    with file.open() as stream:
        if stream.read(4) != b"GGUF":
            raise Unreadable("a GGUF file begins with 'GGUF'")
        said = dict(_texts(stream))
    name = said.get("name", "") or file.path.rpartition("/")[2].rpartition(".")[0]
    namespace, kind = "", "generic"
    repository = _REPOSITORY.fullmatch(said.get("repo_url", ""))
    if repository:
        kind, namespace, name = "huggingface", repository[1], repository[2]
    licence = said.get("license", "")
    return (
        Package(
            kind,
            name,
            said.get("version", "") if not repository else "",  # that of a repository is a commit
            namespace=namespace,
            arch=said.get("architecture", ""),
            vendor=said.get("organization", "") or said.get("author", ""),
            licences=(licence,) if licence else (),
            path=file.path,
        ),
    )


def _texts(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    """The texts of ``general``, up to where the head ends or another group of keys has begun after them."""
    head = _read(stream, 4)
    order = "<" if head[0] else ">"  # the version is small: its first byte is 0 where the last one counts
    (version,) = struct.unpack(f"{order}I", head)
    if not 1 <= version <= 3:
        raise Unreadable(f"GGUF of version {version} is not known")
    count, length = ("2I", "I") if version == 1 else ("2Q", "Q")
    _, keys = struct.unpack(order + count, _read(stream, struct.calcsize(order + count)))
    reader = _Reader(stream, order, length)
    for _ in range(min(keys, _MOST_KEYS)):
        key = reader.text(_KEY).decode("utf-8", "replace")
        (kind,) = struct.unpack(f"{order}I", _read(stream, 4))
        if kind == _STRING and key.startswith(_PREFIX):
            text = reader.text(_TEXT).decode("utf-8", "replace").strip()
            if text.isprintable():
                yield key.removeprefix(_PREFIX), text[:_MOST]
        elif kind == _ARRAY and not key.startswith(_PREFIX):
            return  # the vocabulary: what is told of the model stands before it
        else:
            reader.skip(kind, 0)


class _Reader:
    """Values of one byte order and width of lengths, one after another."""

    def __init__(self, stream: BinaryIO, order: str, length: str) -> None:
        self._stream = stream
        self._length = struct.Struct(order + length)
        self._number = struct.Struct(f"{order}I")
        self._left = _MOST_ELEMENTS

    def text(self, most: int) -> bytes:
        """A string. Raises ``Unreadable`` for one past the bound or past the head."""
        (length,) = self._length.unpack(_read(self._stream, self._length.size))
        if length > most:
            raise Unreadable(f"GGUF with a text of {length} bytes")
        return _read(self._stream, length)

    def skip(self, kind: int, depth: int) -> None:
        """A value of a type."""
        if kind == _STRING:
            self.text(_TEXT)
        elif kind == _ARRAY:
            self._skip_array(depth)
        elif kind in _SIZES:
            _read(self._stream, _SIZES[kind])
        else:
            raise Unreadable(f"GGUF with a value of type {kind}")

    def _skip_array(self, depth: int) -> None:
        (kind,) = self._number.unpack(_read(self._stream, 4))
        (count,) = self._length.unpack(_read(self._stream, self._length.size))
        self._left -= count
        if self._left < 0 or depth > _NESTING:
            raise Unreadable(f"GGUF with a list of {count} values")
        for _ in range(count):
            self.skip(kind, depth + 1)


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise Unreadable("GGUF ends within its keys")
    return data


CATALOGUER = Cataloguer("gguf", 1, Claim(suffixes=(".gguf",), head=_HEAD), parse)
