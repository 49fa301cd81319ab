"""A Linux kernel's file in, the kernel and its version out: https://docs.kernel.org/arch/x86/boot.html (``HdrS``,
``kernel_version``) for x86; for a kernel that is not packed its banner, ``Linux version …`` (init/version.c).

A packed one of another architecture tells its version by its name alone (``vmlinuz-6.1.0-18-arm64``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_NAMED = re.compile(r"(vmlinu[xz]|bzImage|Image|kernel)(?:-([0-9].*))?")
_BELOW_MODULES = re.compile(r"(?:.*/)?lib/modules/([0-9][^/]*)/vmlinu[xz]")
_BANNER = re.compile(rb"Linux version (\d+\.\d+[^\s\0]{0,200}) ")
_RELEASE = re.compile(r"\d+\.\d+[^\s\0]*")
# a distribution's own number behind upstream's ("6.1.0-18-amd64") says that upstream's tells little
_UPSTREAM = re.compile(r"(\d+\.\d+(?:\.\d+)?)(?:[-+_][A-Za-z].*)?")
_MAGIC_AT, _VERSION_AT, _SETUP = 0x202, 0x20E, 0x200
_LONGEST = 256
_MOST = 64 << 20  # bytes that a banner is looked for in


def parse(file: File) -> Iterable[Fact]:
    """One ``Package``; nothing for a file that is no kernel's by name and content. Raises ``Unreadable`` for one that
    is called ``vmlinuz`` and tells no version."""
    named = _NAMED.fullmatch(file.path.rpartition("/")[2])
    return _kernel(file, named) if named else ()


def _kernel(file: File, named: re.Match[str]) -> Iterator[Fact]:
    with file.open() as stream:
        data = stream.read(_MOST)
    version = _of_setup(data) or _of_banner(data) or _of_name(file.path, named)
    if version:
        yield Package("generic", "linux-kernel", version, path=file.path, cpe=_cpe(version))
    elif named[1].startswith("vmlinu") and data:
        raise Unreadable(f"{file.path!r} does not tell which version of Linux it is")


def _of_setup(data: bytes) -> str:
    """The version that x86's setup code points to, "" for none."""
    if data[_MAGIC_AT : _MAGIC_AT + 4] != b"HdrS":
        return ""
    at = int.from_bytes(data[_VERSION_AT : _VERSION_AT + 2], "little") + _SETUP
    text = data[at : at + _LONGEST].partition(b"\0")[0].decode("latin-1")
    found = _RELEASE.match(text)
    return found[0] if found else ""


def _of_banner(data: bytes) -> str:
    found = _BANNER.search(data)
    return found[1].decode("latin-1") if found else ""


def _of_name(path: str, named: re.Match[str]) -> str:
    below = _BELOW_MODULES.fullmatch(path)
    version = below[1] if below else named[2] if named[1] == "vmlinuz" else ""
    return version if version and _RELEASE.fullmatch(version) else ""


def _cpe(version: str) -> str:
    number = _UPSTREAM.fullmatch(version)
    return f"cpe:2.3:o:linux:linux_kernel:{number[1]}:*:*:*:*:*:*:*" if number else ""


CATALOGUER = Cataloguer(
    "kernel",
    1,
    Claim(names=("vmlinuz", "vmlinux"), folders=(("boot", ""),), executables=("elf", "pe"), head=1 << 20),
    parse,
)
