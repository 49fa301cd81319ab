"""The ``release`` file of a JDK or JRE in, the runtime out, named and told by CPE as its maker does.

https://openjdk.org/projects/jdk/ (the build's ``make/ReleaseFile.gmk`` writes it): lines ``NAME="value"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from pratique.catalog._cpe import java_cpe_name
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_MOST = 64 * 1024  # bytes
_LINE = re.compile(rb'^([A-Z_]+)="?([^"\r\n]*)"?[ \t]*\r?$', re.MULTILINE)
_VERSION = re.compile(r"(\d{1,4}(?:\.\d{1,6}){0,6})(?:_(\d{1,4}))?(?:[-+][0-9A-Za-z.+-]*)?")


class _Maker(msgspec.Struct, frozen=True):
    """``marks`` are texts of IMPLEMENTOR; ``name`` is ours, ``cpe`` NVD's vendor and product."""

    marks: tuple[str, ...]
    name: str
    cpe: str


_GRAALVM = _Maker((), "graalvm", "oracle:graalvm_for_jdk")
_OPENJ9 = _Maker((), "semeru", "ibm:semeru_runtime")
_ORACLE = _Maker((), "jdk", "oracle:jdk")
_OPENJDK = _Maker((), "openjdk", "oracle:openjdk")
# NVD tells what is known of OpenJDK under its own name, by the version that all builds share
_MAKERS = (
    _Maker(("Eclipse Adoptium", "Eclipse Foundation", "Temurin"), "temurin", _OPENJDK.cpe),
    _Maker(("Azul",), "zulu", _OPENJDK.cpe),
    _Maker(("Amazon",), "corretto", _OPENJDK.cpe),
    _Maker(("Microsoft",), "microsoft-openjdk", _OPENJDK.cpe),
    _Maker(("IBM", "International Business Machines"), "semeru", "ibm:semeru_runtime"),
    _Maker(("SAP",), "sapmachine", _OPENJDK.cpe),
    _Maker(("BellSoft",), "liberica", _OPENJDK.cpe),
    _Maker(("GraalVM",), "graalvm", "oracle:graalvm_for_jdk"),
)


def parse(file: File) -> Iterable[Fact]:
    """The runtime; nothing for a file of that name that tells no Java. A version that makes no sense is a problem."""
    with file.open() as stream:
        said = {
            name.decode("ascii"): value.decode("utf-8", "replace") for name, value in _LINE.findall(stream.read(_MOST))
        }
    text = said.get("JAVA_VERSION", "")
    if not text:
        return ()
    found = _VERSION.fullmatch(text)
    if found is None:
        return (Problem(file.path, f"a Java runtime of version {text[:200]!r}, which is none", hides=True),)
    maker = _maker(said)
    version, update = found.groups()
    full = f"{version}_{update}" if update else version
    cpe = java_cpe_name(maker.cpe, full)
    vendor = said.get("IMPLEMENTOR", "")
    return (Package("generic", maker.name, full, vendor=vendor, arch=said.get("OS_ARCH", ""), path=file.path, cpe=cpe),)


def _maker(said: dict[str, str]) -> _Maker:
    """Who built it; distributions and everybody else build OpenJDK. Oracle builds OpenJDK as well: its own JDK is a
    commercial build, or one from sources of which OpenJDK's are a part (``open:``)."""
    if "GRAALVM_VERSION" in said:
        return _GRAALVM
    text = f"{said.get('IMPLEMENTOR', '')} {said.get('IMPLEMENTOR_VERSION', '')}"
    for maker in _MAKERS:
        if any(mark in text for mark in maker.marks):
            return maker
    own = said.get("BUILD_TYPE") == "commercial" or " open:" in said.get("SOURCE", "")
    if own and ("Oracle" in text or text == " "):
        return _ORACLE
    return _OPENJ9 if said.get("JVM_VARIANT", "").lower() == "openj9" else _OPENJDK


CATALOGUER = Cataloguer("jdk-release", 2, Claim(names=("release",)), parse)
