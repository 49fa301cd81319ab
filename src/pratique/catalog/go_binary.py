"""A program in, the Go modules that it was linked from and its functions out, by what the linker leaves in it:
https://pkg.go.dev/runtime/debug#BuildInfo (``path``, ``mod``, ``dep``, ``=>``, ``build``)."""

from __future__ import annotations

from collections.abc import Iterator

from pratique.catalog._executable import read_executable
from pratique.catalog._go_buildinfo import find_build_info, is_go
from pratique.catalog._go_functions import find_functions
from pratique.model import Fact, Functions, Package, Problem
from pratique.plugins import Cataloguer, Claim, File


def parse(file: File) -> Iterator[Fact]:
    """The main module, each dependency (the module that replaces it, where one does), the standard library, and the
    functions with what they were built for, where the program tells either.

    Nothing for a program of another language. Raises ``Unreadable`` for a program whose tables are damaged.
    """
    program = read_executable(file)
    if program is None:
        return
    stream = file.open()
    info = find_build_info(stream, program)
    if info is None:
        if is_go(program):
            what = f"{file.path!r} is a Go program without build information, so its modules are unknown"
            yield Problem(where=file.path, what=what)
        elif not program.named and _is_packed(file):
            yield Problem(where=file.path, what=f"{file.path!r} is packed by UPX, so what is in it is unknown")
        return
    yield from _modules(info.modules, file.path)
    if info.version:
        yield Package(type="golang", name="stdlib", version=_release(info.version), path=file.path)
    functions = _functions(file.path, find_functions(stream, program), info.modules)
    if functions.names or functions.goos or functions.goarch:
        yield functions


def _is_packed(file: File) -> bool:
    stream = file.open()
    return b"UPX!" in stream.read(1024)


def _release(version: str) -> str:
    """ "go1.22.3 X:boringcrypto" -> "1.22.3"; "devel go1.23-1a2b3c Tue…" -> "1.23-1a2b3c"; else the text itself."""
    for word in version.split():
        if word.startswith("go") and word[2:3].isdigit():
            return word[2:]
    return version


def _functions(path: str, names: bytes, text: str) -> Functions:
    def said(head: str) -> str:
        return next((line[len(head) :] for line in text.split("\n") if line.startswith(head)), "")

    return Functions(path, names, said("path\t"), said("build\tGOOS="), said("build\tGOARCH="), tuple(_replaced(text)))


def _replaced(text: str) -> Iterator[tuple[str, str]]:
    """A module that takes another's place, and the other's name, by which the program imports it."""
    before = ""
    for line in text.split("\n"):
        keyword, _, rest = line.partition("\t")
        name = rest.partition("\t")[0]
        if keyword == "=>" and before and name and not name.startswith((".", "/")):
            yield name, before
        before = name if keyword in ("mod", "dep") else ""


def _modules(text: str, path: str) -> Iterator[Fact]:
    """A line: keyword, module, version, sum, parted by tabs; ``=>`` replaces the module of the line before it."""
    module: tuple[str, str] | None = None
    for line in text.split("\n"):
        keyword, _, rest = line.partition("\t")
        if keyword not in ("mod", "dep", "=>"):
            continue
        name, _, rest = rest.partition("\t")
        version = rest.partition("\t")[0]
        if keyword == "=>" and module is not None:
            # a folder in place of a module has no name and no version that anybody else knows
            local = name.startswith(("./", "../", "/")) or not version
            module = (module[0], "(devel)") if local else (name, version)
            continue
        if module is not None:
            yield _package(*module, path)
        module = (name, version)
    if module is not None:
        yield _package(*module, path)


def _package(name: str, version: str, path: str) -> Fact:
    if not name or not version:
        return Problem(where=path, what=f"{path!r} lists a Go module without a name or a version: {name!r} {version!r}")
    namespace, _, last = name.rpartition("/")
    return Package(type="golang", namespace=namespace, name=last, version=version, path=path)


CATALOGUER = Cataloguer("go-binary", 4, Claim(executables=("elf", "pe", "mach-o")), parse)
