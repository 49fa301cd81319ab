"""The shapes one can add, and ``load()``: a plug-in is one module that binds one constant, found by its folder."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any, BinaryIO, Literal, Protocol, overload

import msgspec

from pratique.model import Fact

if TYPE_CHECKING:
    import argparse

    from pratique.model import Report


class File(Protocol):
    """A file of an image, as a cataloguer sees it. Never on disk under its own name."""

    path: str  # no leading slash, normalised, "/" between parts
    size: int  # bytes
    mode: int  # permission bits

    def read(self) -> bytes:
        """All bytes. Raises ``LimitExceeded`` past ``limits.text``: larger files are for ``open``."""
        ...

    def open(self) -> BinaryIO:
        """A seekable stream over all bytes, in memory or in an unlinked temporary file."""
        ...


Format = Literal["elf", "elf-object", "pe", "mach-o"]


class Claim(msgspec.Struct, frozen=True):
    """Which files a cataloguer wants; no globs, so that one index of dicts serves all claims.

    ``paths``    exact paths.                    ``names``   base names.
    ``suffixes`` of the base name, from a dot on (".jar", ".deps.json"), lower case.
    ``parts``    (part, suffix): base names that have the part in them and that last suffix, both lower case.
    ``folders``  (folder, ending): files that lie directly in the folder and end so ("" for all).
    ``below``    (folder, depth, ending): files so many folders below one whose path ends in those parts (0: directly
                 in it), wherever it is.
    ``children`` folders that lie directly in these: they come as files of no bytes.
    ``executables`` regular files whose content begins as that of one of these formats: "elf" (programs and libraries),
                 "elf-object" (what is still to be linked, as the kernel's modules), "pe", "mach-o".
    ``head``     bytes at the file's beginning that suffice, 0 for all: a file whose claimants all say so may be read no
                 further. ``File.size`` is still the whole file's.
    """

    paths: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    parts: tuple[tuple[str, str], ...] = ()
    folders: tuple[tuple[str, str], ...] = ()
    below: tuple[tuple[str, int, str], ...] = ()
    children: tuple[str, ...] = ()
    executables: tuple[Format, ...] = ()
    head: int = 0


class Cataloguer(msgspec.Struct, frozen=True):
    """A claim and a pure function from a file to facts; ``version`` enters the cache key: raise it with each change of
    what the function yields.

    ``parse`` raises ``Unreadable`` for bytes that it cannot read (it becomes a ``Problem`` at the file's path), and may
    yield ``Problem`` for a part. ``blocking`` says whether such a problem hides whole packages of the distribution (a
    package database) or one foreign package.
    """

    name: str
    version: int
    claim: Claim
    parse: Callable[[File], Iterable[Fact]]
    blocking: bool = False


class Claimant(msgspec.Struct, frozen=True):
    """What of a cataloguer enters the cache key: what is cached is found without importing one."""

    name: str
    version: int
    claim: Claim
    blocking: bool = False


class Cataloguers(Sequence[Cataloguer]):
    """All of a package, as its claimants say; the module of each is imported when it first parses a file, for an image
    has files for few of them. The module of ``os-release`` is ``os_release``."""

    def __init__(self, package: str, claimants: Sequence[Claimant]) -> None:
        self._all = tuple(_late(package, one) for one in claimants)

    def __len__(self) -> int:
        return len(self._all)

    @overload
    def __getitem__(self, index: int) -> Cataloguer: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[Cataloguer]: ...
    def __getitem__(self, index: int | slice) -> Cataloguer | Sequence[Cataloguer]:
        return self._all[index]


def _late(package: str, one: Claimant) -> Cataloguer:
    """A cataloguer whose module has not been imported yet."""

    @cache
    def found() -> Cataloguer:
        bound: Cataloguer = importlib.import_module(f"{package}.{one.name.replace('-', '_')}").CATALOGUER
        return bound

    def parse(file: File) -> Iterable[Fact]:
        return found().parse(file)

    return Cataloguer(one.name, one.version, one.claim, parse, one.blocking)


Key = tuple[Any, ...]


class Scheme(msgspec.Struct, frozen=True):
    """A version scheme: ``parse`` gives a tuple whose order is the scheme's order, or raises ``ValueError`` for a text
    that is no version. ``names`` are those that OSV and purl use.

    ``after``, where the scheme has versions that count as another one (PEP 440's local versions), gives a tuple above a
    version and all that count as it, and below every greater one."""

    names: tuple[str, ...]
    parse: Callable[[str], Key]
    after: Callable[[str], Key] | None = None


class Writer(msgspec.Struct, frozen=True):
    """An output format: reports to text. ``options`` are a writer's own (colour, width, all findings)."""

    name: str
    write: Callable[[tuple[Report, ...], WriteOptions], str]


class Build(msgspec.Struct, frozen=True):
    """The run of a continuous integration, as GitHub's dependency snapshots name it: commit, branch, job, workflow."""

    sha: str = ""
    ref: str = ""
    job: str = ""
    correlator: str = ""


class WriteOptions(msgspec.Struct, frozen=True):
    """``colour`` and ``width`` (columns) are those of the terminal; ``everything`` shows what is below the gate too;
    ``inventory`` says that the reports tell only what is in the images: no finding was sought, nothing was decided.
    ``variant`` is the version of the format that its name asks for, "" for the writer's own choice. ``build`` is the
    run that a dependency snapshot is of, ``dockerfile`` the path and the text of the file that the image was built
    from, for findings to be shown in it."""

    colour: bool = False
    width: int = 100
    everything: bool = False
    inventory: bool = False
    variant: str = ""
    build: Build = Build()
    dockerfile: tuple[str, str] = ("", "")


class Command(msgspec.Struct, frozen=True):
    """A command of the command line: ``configure`` adds its arguments, ``run`` returns the exit code; ``out`` takes the
    report, ``err`` messages."""

    name: str
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace, IO[str], IO[str]], int]


def load(package: str, constant: str) -> Mapping[str, Any]:
    """Modules of ``package`` that bind ``constant``, by module name, sorted. Names with an underscore are skipped."""
    found = {}
    for name in modules(importlib.import_module(package)):
        bound = getattr(importlib.import_module(f"{package}.{name}"), constant, None)
        if bound is not None:
            found[name] = bound
    return found


def modules(package: ModuleType) -> list[str]:
    """The names of the package's modules, sorted, without importing one. Names with an underscore are skipped."""
    # pkgutil tells them too, and imports inspect for it, which takes longer than --help may.
    files = (file.name for folder in package.__path__ for file in os.scandir(folder))
    return sorted({name.removesuffix(".py") for name in files if name.endswith(".py") and not name.startswith("_")})
