"""A module of the Linux kernel in, that module as a package out: its section ``.modinfo`` holds ``key=value`` texts and
a zero byte behind each (modinfo(8), https://github.com/torvalds/linux/blob/master/include/linux/moduleparam.h)."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import BinaryIO

from pratique.catalog._executable import open_executable, read
from pratique.catalog._packed import unpacked
from pratique.catalog._relations import bounded
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_SECTION = b".modinfo"
_PACKED = (".ko.xz", ".ko.zst", ".ko.gz")
_ENDINGS = (".ko", *_PACKED)


def parse(file: File) -> Iterable[Fact]:
    """One ``Package``, whose version is the module's own or else that of the kernel it was built for. Nothing for other
    programs; raises ``Unreadable`` for a module without that section."""
    return (_module(file),) if file.path.endswith(_ENDINGS) else ()


def _module(file: File) -> Package:
    if file.path.endswith(".ko"):
        with file.open() as stream:
            return _package(file.path, stream, file.size)
    data = unpacked(file.read(), DEFAULT.text)
    return _package(file.path, io.BytesIO(data), len(data))


def _package(path: str, stream: BinaryIO, size: int) -> Package:
    program = open_executable(stream, size)
    region = program.section(_SECTION) if program is not None else None
    if region is None:
        raise Unreadable(f"{path!r} is no module of the Linux kernel")
    if region.size > DEFAULT.module_list:
        raise LimitExceeded(
            f".modinfo of {path!r} has {region.size} bytes; limits.module_list is {DEFAULT.module_list}"
        )
    text = read(stream, region, DEFAULT.module_list).decode("utf-8", "replace")
    fields = {key: value for key, _, value in (one.partition("=") for one in reversed(text.split("\0")))}
    kernel = fields.get("vermagic", "").partition(" ")[0]
    licence = fields.get("license", "")
    name = fields.get("name") or path.rpartition("/")[2].partition(".")[0].replace("-", "_")
    version = fields.get("version") or kernel
    if not version:
        raise Unreadable(f"{path!r} tells neither its version nor its kernel's")
    return Package(
        type="generic",
        name=name,
        version=version,
        source_name="linux-kernel" if kernel else "",
        source_version=kernel,
        licences=(licence,) if licence else (),
        path=path,
        depends=bounded(one for one in fields.get("depends", "").split(",") if one),
    )


CATALOGUER = Cataloguer("kernel-module", 1, Claim(suffixes=_PACKED, executables=("elf-object",)), parse)
