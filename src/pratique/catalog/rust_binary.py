"""A program in; the Rust crates that it was linked from out, by what cargo-auditable leaves in it, and the standard
library, by what rustc leaves in it:
https://github.com/rust-secure-code/cargo-auditable/blob/master/PARSING.md (``.dep-v0`` holds JSON, compressed by zlib),
https://github.com/rust-secure-code/cargo-auditable/blob/master/cargo-auditable.schema.json; ``.comment`` holds a text
of each compiler (``rustc version 1.74.0 (79e9716c9 2023-11-13)``), unless it was stripped."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import Annotated

import msgspec

from pratique.catalog._cpe import cpe_name
from pratique.catalog._executable import read, read_executable
from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_SECTION, _COMMENT = b".dep-v0", b".comment"
_MOST_COMMENT = 64 * 1024  # bytes
_RUSTC = re.compile(rb"(?:^|\0)rustc version (\d+\.\d+\.\d+(?:-[0-9A-Za-z.]+)?)")


class _Crate(msgspec.Struct, frozen=True):
    """``kind`` is "runtime" where it is absent; another one is not in the program."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=256)]
    kind: str = "runtime"
    dependencies: tuple[int, ...] = ()  # places in the list


class _Audit(msgspec.Struct, frozen=True):
    packages: tuple[_Crate, ...]


_DECODER = msgspec.json.Decoder(_Audit)


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` a crate, the program's own too; crates that only built it are left out. The standard library, for
    which NVD has the name of Rust itself.

    Nothing for a program that tells neither. Raises ``Unreadable`` where the section or the program is damaged.
    """
    program = read_executable(file)
    if program is None:
        return
    stream = file.open()
    comment = program.section(_COMMENT)
    rustc = _RUSTC.search(read(stream, comment, _MOST_COMMENT)) if comment else None
    if rustc:
        version = rustc[1].decode("ascii")
        cpe = cpe_name("rust-lang:rust", version)
        yield Package(type="generic", name="libstd", version=version, path=file.path, cpe=cpe)
    region = program.section(_SECTION)
    if region is None:
        return
    if region.size > DEFAULT.module_list:
        raise LimitExceeded(f"the list of crates in {file.path!r} has {region.size} bytes")
    crates = _crates(read(stream, region, DEFAULT.module_list), file.path)
    for crate in crates:
        if crate.kind == "runtime":
            needs = (crates[place] for place in dict.fromkeys(crate.dependencies) if 0 <= place < len(crates))
            depends = tuple(f"{need.name}@{need.version}" for need in needs if need.kind == "runtime")
            yield Package(type="cargo", name=crate.name, version=crate.version, path=file.path, depends=depends)


def _crates(data: bytes, path: str) -> tuple[_Crate, ...]:
    inflater = zlib.decompressobj()
    try:
        text = inflater.decompress(data, DEFAULT.module_list)
        if inflater.unconsumed_tail:
            raise LimitExceeded(f"the list of crates in {path!r} is longer than {DEFAULT.module_list} bytes")
        return _DECODER.decode(text).packages
    except (zlib.error, *UNDECODABLE) as error:
        raise Unreadable(f"the list of crates in {path!r} cannot be read: {error}") from None


CATALOGUER = Cataloguer("rust-binary", 3, Claim(executables=("elf", "pe", "mach-o")), parse)
