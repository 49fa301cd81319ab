"""The functions of a Go program and the symbols of an advisory in, those of the symbols that the program holds out.

A symbol that the linker left out cannot run, nor one of another system. How symbols are spelled:
https://go.dev/doc/security/vuln/database#schema (``Type.Method``, ``Function``); how the linker does:
``path.(*Type[…]).Method``, with what is not plain in the last element of the path escaped
(https://go.dev/src/cmd/internal/objabi/path.go), and ``main`` for the main package's path.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from functools import cached_property

from pratique.limits import DEFAULT
from pratique.vuln.bulletin import Symbols

_FILES = "command-line-arguments"
"""The main package's path where single files were built: https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns."""


class Functions:
    """The names that a program holds, from the compressed form in which ``model.Functions`` carries them, with what
    that tells of the program."""

    def __init__(
        self,
        compressed: bytes,
        main: str = "",
        goos: str = "",
        goarch: str = "",
        replaced: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self._names = _inflated(compressed)
        self._main, self._goos, self._goarch = main, goos, goarch
        self._replaced = replaced

    def meant(self, symbols: Iterable[Symbols]) -> tuple[Symbols, ...]:
        """Those of the system and architecture that the program was built for; what it does not tell parts none."""
        return tuple(each for each in symbols if _among(self._goos, each.goos) and _among(self._goarch, each.goarch))

    def linked(self, symbols: Iterable[Symbols]) -> tuple[str, ...] | None:
        """The symbols that are there, ``path.Symbol``, sorted; for a path without symbols, which means the package as a
        whole, the path, where any function of the package is there. None where the program does not tell."""
        meant = self.meant(symbols)
        if meant and not self._names:
            return None
        return tuple(sorted({name for each in meant for name in self._of(each)}))

    def _of(self, symbols: Symbols) -> list[str]:
        paths = [path for path in self._called(symbols.path) if path in self._packages]
        if not symbols.names:
            return [symbols.path] if paths else []
        holds = (name for name in symbols.names if any(self._holds(path, name) for path in paths))
        return [f"{symbols.path}.{name}" for name in holds]

    def _called(self, path: str) -> list[bytes]:
        """What the linker calls the package: ``main`` where it is the program's own, which a program built from single
        files does not tell; and a module that replaces another bears the other's path."""
        if path == self._main:
            return [b"main"]
        origins = [old + path[len(new) :] for new, old in self._replaced if path == new or path.startswith(f"{new}/")]
        found = [_escaped(each) for each in (path, *origins)]
        return [*found, b"main"] if self._main == _FILES else found

    def _holds(self, path: bytes, symbol: str) -> bool:
        there = self._packages[path]
        type_, dot, method = symbol.rpartition(".")
        name = method.encode()
        if not dot:
            return name in there or any(one.startswith(name + b"[") for one in there)
        owner = type_.encode()
        if owner + b"." + name in there or b"(*" + owner + b")." + name in there:
            return True
        pattern = re.compile(rb"(?:\(\*)?" + re.escape(owner) + rb"\[.*\]\)?\." + re.escape(name), re.DOTALL)
        return any(pattern.fullmatch(one) for one in there if b"[" in one)

    @cached_property
    def _packages(self) -> dict[bytes, set[bytes]]:
        """The names by the package that the linker puts before them: up to the first dot of the path's last element."""
        found = dict[bytes, set[bytes]]()
        for name in self._names.split(b"\0"):
            head = name.partition(b"[")[0]  # type arguments hold paths of their own
            dot = head.find(b".", head.rfind(b"/") + 1)
            if dot > 0:
                found.setdefault(head[:dot], set()).add(name[dot + 1 :])
        return found


def _among(built: str, listed: tuple[str, ...]) -> bool:
    return not built or not listed or built in listed


def _inflated(compressed: bytes) -> bytes:
    """Nothing for what a damaged cache would hold."""
    try:
        return zlib.decompressobj().decompress(compressed, DEFAULT.go_names + 1) if compressed else b""
    except zlib.error:
        return b""


def _escaped(path: str) -> bytes:
    """The path as the linker writes it: dots of the last element escaped, and ``%``, ``"`` and what is no printable
    ASCII anywhere."""
    raw = path.encode()
    slash = raw.rfind(b"/")
    return b"".join(
        b"%%%02x" % byte
        if byte <= 0x20 or byte >= 0x7F or byte in b'%"' or (byte == 0x2E and at > slash)
        else bytes([byte])
        for at, byte in enumerate(raw)
    )
