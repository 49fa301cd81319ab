"""A PE file in, the .NET assembly or the program of Windows that it is out.

An assembly's name is that of its NuGet package more often than not (it is the default of the build); its version is
the package's only in the version resource (``ProductVersion`` holds AssemblyInformationalVersion), for the assembly's
own is kept still over releases: https://learn.microsoft.com/en-us/dotnet/standard/assembly/versioning.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

from pratique.catalog._cli_metadata import read_assembly
from pratique.catalog._executable import read_executable
from pratique.catalog._pe import Pe
from pratique.catalog._pe_version import read_version
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]{0,98}\w)?", re.ASCII)  # of a NuGet package
_COMMAS = re.compile(r"(?<=\d),\s*(?=\d)")
_MARKS = re.compile("[\u00ae\u2122\u00a9]|\\((?:R|TM)\\)")
_VERSION = re.compile(
    r"(?:[A-Za-z]{1,20} )?v?(\d{1,9}(?:\.\d{1,9}){1,3})(-[0-9A-Za-z.-]{1,100})?(?:\+\S*)?(?:\s.*)?", re.DOTALL
)
# class libraries that came with a framework and no package, under names that packages have as well
_FRAMEWORKS = ("Mono Common Language Infrastructure", "Microsoft\u00ae .NET Framework")
_PRODUCT = re.compile(r"[\w .+#&()/-]{1,100}")


def parse(file: File) -> Iterator[Fact]:
    """A package of type ``nuget`` for an assembly, ``generic`` for another program that tells product and version;
    nothing for one that does not, or has the version 0. Raises ``Unreadable`` where its tables are damaged."""
    program = read_executable(file)
    if not isinstance(program, Pe):
        return
    with file.open() as stream:
        said = read_version(stream, program)
        try:
            assembly = read_assembly(stream, program)
        except struct.error as error:
            raise Unreadable(f"the assembly's tables are cut short: {error}") from None
    version = _version(said)
    vendor = said.get("CompanyName", "")
    if assembly is None:
        product = _product(said)
        if version and product:
            yield Package("generic", product, version, vendor=vendor, path=file.path)
    elif _NAME.fullmatch(assembly.name):
        version = _normalised(version or assembly.version)
        kind = "generic" if said.get("ProductName", "").startswith(_FRAMEWORKS) else "nuget"
        if version.strip("0."):
            yield Package(kind, assembly.name, version, vendor=vendor, path=file.path)
    else:
        raise Unreadable(f"the assembly's name is {assembly.name[:200]!r}")


def _product(said: dict[str, str]) -> str:
    """``ProductName``; of a part of Windows, which is the product of all of them, ``FileDescription``."""
    for key in ("ProductName", "FileDescription", "InternalName"):
        name = " ".join(_MARKS.sub("", said.get(key, "")).split())
        if _PRODUCT.fullmatch(name) and not name.endswith("Operating System"):
            return name
    return ""


def _version(said: dict[str, str]) -> str:
    """``ProductVersion``, else ``FileVersion``, where they begin with a version, maybe after a word; without build
    metadata. "" where neither does."""
    for key in ("ProductVersion", "FileVersion"):
        found = _VERSION.fullmatch(_COMMAS.sub(".", said.get(key, "")))
        if found and found[1].strip("0."):
            return found[1] + (found[2] or "")
    return ""


def _normalised(text: str) -> str:
    """As NuGet does: three parts, a fourth where it is not 0
    (https://learn.microsoft.com/en-us/nuget/concepts/package-versioning#normalized-version-numbers)."""
    numbers, dash, rest = text.partition("-")
    parts = [str(int(part)) for part in numbers.split(".")]
    parts += ["0"] * (3 - len(parts))
    return ".".join(parts[:3] if parts[3:] == ["0"] else parts) + dash + rest


CATALOGUER = Cataloguer("dotnet-assembly", 1, Claim(executables=("pe",)), parse)
