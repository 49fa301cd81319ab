"""What a lock file or a list of requirements names in, declared packages of the Python Package Index out.

Names: https://packaging.python.org/en/latest/specifications/name-normalization/; versions: PEP 440; the names of
archives: https://packaging.python.org/en/latest/specifications/binary-distribution-format/ and
https://packaging.python.org/en/latest/specifications/source-distribution-format/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from urllib.parse import unquote

import msgspec

from pratique.catalog.python import normalise
from pratique.model import Fact, Package, Problem

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.!+_-]{0,199}")
_HASH = re.compile(r"(?:md5|sha1|sha224|sha256|sha384|sha512|blake2b|blake2s|sha3_256):[0-9a-fA-F]{32,128}")
_REQUIREMENT_NAME = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)")
_HASHES = 16  # where nothing tells which archive a hash is of, more of them tell little
_EXAMPLES = 5


class Archive(msgspec.Struct, frozen=True):
    """A source distribution or wheel: its file's name, and its hash as ``algorithm:hex``."""

    file: str
    hash: str = ""


class Locked(msgspec.Struct, frozen=True):
    """One package that a file names. An empty version is one that the file leaves open."""

    name: str
    version: str
    scope: str = ""
    depends: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()


def declared(path: str, found: Iterable[Locked]) -> Iterator[Fact]:
    """A package each; together one problem for those without a version, and one for those with a name or a version that
    cannot be one."""
    open_, wrong = list[str](), list[str]()
    for one in found:
        if not _NAME.fullmatch(one.name):
            wrong.append(one.name)
        elif not one.version:
            open_.append(one.name)
        elif not _VERSION.fullmatch(one.version):
            wrong.append(f"{one.name} {one.version}")
        else:
            yield Package(
                "pypi",
                normalise(one.name),
                one.version,
                path=path,
                depends=one.depends,
                hashes=one.hashes,
                declared=True,
                scope=one.scope,
            )
    if open_:
        yield Problem(path, f"names {_some(open_)} without a version, so nothing can be known of {_them(open_)}")
    if wrong:
        yield Problem(path, f"names {_some(wrong)}, which cannot be packages")


def archive_hashes(archives: Sequence[Archive]) -> tuple[str, ...]:
    """Those of the archives that are for every platform; of the others the file does not tell which is used."""
    found = (one.hash for one in archives if not one.file.endswith(".whl") or one.file.endswith("-none-any.whl"))
    return tuple(dict.fromkeys(digest for digest in found if _HASH.fullmatch(digest)))


def few_hashes(hashes: Iterable[str]) -> tuple[str, ...]:
    """All of them, where it is a few; the file does not tell which archive each of them is of."""
    found = tuple(dict.fromkeys(digest for digest in hashes if _HASH.fullmatch(digest)))
    return found if len(found) <= _HASHES else ()


def requirement_names(requirements: Iterable[str]) -> tuple[str, ...]:
    """The names in requirements such as ``rich[jupyter]>=13; python_version > "3.8"``."""
    found = (_REQUIREMENT_NAME.match(text) for text in requirements)
    return tuple(dict.fromkeys(normalise(name[1]) for name in found if name))


def archive_version(location: str) -> str:
    """The version in the name of the archive that a URL or path leads to, "" where it is none."""
    file = unquote(location.partition("#")[0].partition("?")[0]).rpartition("/")[2]
    if file.endswith(".whl"):
        parts = file.removesuffix(".whl").split("-")
        return parts[1] if len(parts) in (5, 6) else ""
    stem = file.removesuffix(".zip").removesuffix(".tar.gz")
    return stem.rpartition("-")[2] if stem != file and "-" in stem else ""


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name[:80]) for name in names[:_EXAMPLES])
    return shown + (f" and {len(names) - _EXAMPLES} more" if len(names) > _EXAMPLES else "")


def _them(names: Sequence[str]) -> str:
    return "it" if len(names) == 1 else "them"
