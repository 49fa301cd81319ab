"""A Cargo.lock in, the crates that Cargo locked out: https://doc.rust-lang.org/cargo/guide/cargo-toml-vs-cargo-lock.html.

Its four versions differ in where the checksums stand and in how a dependency is written
(https://github.com/rust-lang/cargo, ``src/cargo/core/resolver/encode.rs``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_toml
from pratique.catalog._lock import unlisted
from pratique.catalog._projects import is_of_a_package
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,127}")
_VERSION = re.compile(r"[0-9][0-9A-Za-z.+-]{0,199}")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class _Crate(msgspec.Struct, frozen=True):
    name: str
    version: str
    source: str = ""
    checksum: str = ""
    dependencies: tuple[str, ...] = ()


class _Lock(msgspec.Struct, frozen=True):
    version: int = 0  # since version 3
    package: tuple[_Crate, ...] = ()
    root: _Crate | None = None  # version 1 before 2017
    metadata: dict[str, str] = {}  # "checksum NAME VERSION (SOURCE)" in version 1


def parse(file: File) -> Iterator[Fact]:
    """The crates, those of the workspace too; what they are needed for the file does not tell. Raises
    ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    lock = from_toml(file.read(), _Lock, "Cargo.lock")
    if not lock.package and not lock.root and not lock.version:
        raise Unreadable("no Cargo.lock: it names no crate")
    crates = (*lock.package, *((lock.root,) if lock.root else ()))
    for crate in crates:
        if not _NAME.fullmatch(crate.name) or not _VERSION.fullmatch(crate.version):
            what = f"Cargo.lock names {crate.name[:200]!r} {crate.version[:200]!r}, which is no crate and version"
            yield Problem(file.path, what)
            continue
        checksum = crate.checksum or lock.metadata.get(f"checksum {crate.name} {crate.version} ({crate.source})", "")
        yield Package(
            "cargo",
            crate.name,
            crate.version,
            path=file.path,
            depends=tuple(_need(text) for text in crate.dependencies),
            hashes=(f"sha256:{checksum}",) if _SHA256.fullmatch(checksum) else (),
            declared=True,
        )
    needed = (text.partition(" ")[0] for crate in crates for text in crate.dependencies)
    yield from unlisted(file.path, needed, {crate.name for crate in crates})


def _need(text: str) -> str:
    """ "NAME", "NAME VERSION" or "NAME VERSION (SOURCE)"."""
    name, _, rest = text.partition(" ")
    version = rest.partition(" ")[0]
    return f"{name}@{version}" if version else name


CATALOGUER = Cataloguer("cargo-lock", 3, Claim(names=("Cargo.lock",)), parse)
