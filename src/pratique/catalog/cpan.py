"""What Perl's installers leave behind in, the distributions of CPAN out.

``cpanfile.snapshot`` (https://metacpan.org/pod/Carton) says what is to be installed; the folder ``.meta/NAME-VERSION``
of cpanm with its ``install.json`` (https://metacpan.org/pod/App::cpanminus) and ``MYMETA.json``
(https://metacpan.org/pod/CPAN::Meta::Spec), and ``perllocal.pod`` (https://metacpan.org/pod/ExtUtils::Install) what is;
``auto/…/.packlist`` (https://perldoc.perl.org/ExtUtils::Packlist) which files it brought, without a version.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left, declared, once
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_SNAPSHOT = re.compile(r"^  ([^\s]+)\n    pathname: ([^\n]+)\n", re.MULTILINE)
_DISTRIBUTION = re.compile(r"^  \S", re.MULTILINE)
_HEAD = "# carton snapshot format: version 1"
_DIST = re.compile(r"(.+?)-(v?\d[^-]*(?:-TRIAL)?)")
_POD = re.compile(r"^=head2 [^\n]*?L<([^|<>\n]+)(?:\|[^<>\n]*)?>((?:(?!^=head2)[^\n]*\n?)*+)", re.MULTILINE)
_POD_VERSION = re.compile(r"C<VERSION: ([^<>\n]+)>")
_PACKLIST = re.compile(r"(?:^|/)auto/(.+)/\.packlist$")


_LICENCE_LENGTH = 256


class _Install(msgspec.Struct, gc=False):
    """``name`` is a module of the distribution, ``dist`` the distribution with its version."""

    dist: str = ""


class _Meta(msgspec.Struct, gc=False):
    """CPAN::Meta::Spec 2."""

    name: str = ""
    version: str | float | int | None = ""
    license: list[str] = []


def parse(file: File) -> Iterable[Fact]:
    """The distributions, or the files of one. Raises ``Unreadable``."""
    name = file.path.rpartition("/")[2]
    if name == "cpanfile.snapshot":
        return declared(file, _snapshot)
    if name == ".packlist":
        return _owned(file)
    if name == "perllocal.pod":
        return once(_listed(_text(file.read()), file.path))
    return _described(file) if name == "MYMETA.json" else _installed(file)


def _text(data: bytes) -> str:
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    return data.decode(errors="replace")


def _snapshot(data: bytes, path: str) -> Iterator[Fact]:
    text = _text(data)
    if not text.startswith(_HEAD):
        raise Unreadable("no snapshot of Carton")
    left = Left()
    archives = list(_SNAPSHOT.finditer(text))
    for found in archives:
        name, version = _split(found[1])
        if not left.out(name, version):
            yield Package("cpan", name, version, path=path, declared=True)
    if len(archives) < len(_DISTRIBUTION.findall(text)):
        yield Problem(path, "snapshot of Carton with a distribution that has no archive: it is damaged")
    yield from left.told(path)


def _split(dist: str) -> tuple[str, str]:
    """``"Capture-Tiny-0.48"`` (https://metacpan.org/pod/CPAN::DistnameInfo)."""
    found = _DIST.fullmatch(dist)
    return (found[1], found[2]) if found else (dist, "")


def _installed(file: File) -> Iterator[Fact]:
    about = from_json(file.read(), _Install, "record of an installation by cpanm")
    name, version = _split(about.dist)
    if Left().out(name, version):
        raise Unreadable(f"record of an installation by cpanm that names {about.dist[:256]!r}")
    yield Package("cpan", name, version, path=file.path)


def _described(file: File) -> Iterator[Fact]:
    """What it needs are modules: of which distributions, the file does not say, so that they are not told."""
    about = from_json(file.read(), _Meta, "metadata of a distribution of CPAN")
    version = str(about.version or "")
    if Left().out(about.name, version):
        raise Unreadable(f"metadata of a distribution of CPAN that names {about.name[:256]!r} {version[:256]!r}")
    licences = tuple(one[:_LICENCE_LENGTH] for one in about.license[:32] if one != "unknown")
    yield Package("cpan", about.name, version, licences=licences, path=file.path)


def _listed(text: str, path: str) -> Iterator[Fact]:
    """A section for each installation, the later ones below: of one module the last holds."""
    if text.strip() and not _POD.search(text):
        raise Unreadable("no record of what is installed beside Perl: it has no section")
    found = dict[str, str]()
    for section in _POD.finditer(text):
        told = _POD_VERSION.search(section[2])
        found[section[1].strip()] = told[1].strip() if told else ""
    left = Left()
    for module, version in found.items():
        if not left.out(module, version):
            yield Package("cpan", module.replace("::", "-"), version, path=path)
    yield from left.told(path)


def _owned(file: File) -> Iterator[Fact]:
    """Lines are paths, some with attributes behind them. Perl's own list lies elsewhere."""
    where = _PACKLIST.search(file.path)
    if where:
        lines = (line.split(" type=")[0].strip() for line in _text(file.read()).splitlines())
        paths = tuple(line.lstrip("/") for line in lines if line.startswith("/"))
        yield Owns(where[1].replace("/", "-"), paths[: DEFAULT.owned_paths], "cpan")


CATALOGUER = Cataloguer(
    "cpan",
    2,
    Claim(
        names=("cpanfile.snapshot", "perllocal.pod", ".packlist"),
        below=((".meta", 1, "install.json"), (".meta", 1, "MYMETA.json")),
    ),
    parse,
)
