"""The metadata of an installed Python distribution in, the distribution out.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/ (``*.dist-info/METADATA``),
https://packaging.python.org/en/latest/specifications/core-metadata/ (its headers), and the older forms of setuptools,
https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html (``*.egg-info`` as a folder or a file, ``EGG-INFO``
within an egg that is a folder or a zip archive).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import msgspec

from pratique.catalog._zip import Archive, Budget
from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_EGG_MEMBER = "EGG-INFO/PKG-INFO"
_LICENCES = 32
_LICENCE_LENGTH = 256
# A header begins with its name, as RFC 5322 section 3.6.8 says; a line with a blank in front goes on with the last one.
_HEADER = re.compile(r"([!-9;-~]*):(.*)", re.DOTALL)
_SEPARATORS = re.compile(r"[-_.]+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION_LENGTH = 256
# NAME-VERSION.dist-info, NAME-VERSION[-pyX.Y[-PLATFORM]].egg-info or .egg: the parts hold no hyphen
_FOLDER = re.compile(r"(?P<name>[^-/]+)-(?P<version>[^-/]+)(?:-py[0-9.]+(?:-[^/]+)?)?\.(?:dist-info|egg-info|egg)")
_CLASSIFIER = "License :: "
_CLASSIFIER_ROOTS = ("License", "OSI Approved")


class _Metadata(msgspec.Struct, gc=False):
    """The headers that we read; of a header that must stand once the first one holds, as in ``email``."""

    name: str = ""
    version: str = ""
    licence: str = ""
    expression: str = ""
    classified: tuple[str, ...] = ()


def parse(file: File) -> Iterable[Fact]:
    """The distribution that the file is the metadata of; nothing for a file of the same name elsewhere. Raises
    ``Unreadable`` where neither the headers nor the folder tell name and version."""
    folder, _, base = file.path.rpartition("/")
    label = folder.rpartition("/")[2]
    if base == "METADATA":
        if not label.lower().endswith(".dist-info"):
            return ()
        data = file.read()
    elif base == "PKG-INFO":
        if label == "EGG-INFO":
            label = PurePosixPath(folder).parent.name
        elif not label.lower().endswith(".egg-info"):
            return ()
        data = file.read()
    else:
        label = base
        data = file.read() if base.lower().endswith(".egg-info") else _from_egg(file, DEFAULT)
    return (_package(file.path, label, _headers(data)),)


def _package(path: str, label: str, metadata: _Metadata) -> Package:
    name, version = metadata.name, metadata.version
    if not name or not version:  # broken headers: the folder says the same
        named = _FOLDER.fullmatch(label)
        if named:
            name, version = name or named["name"], version or named["version"]
    if not _NAME.fullmatch(name) or not 0 < len(version) <= _VERSION_LENGTH or not version.isprintable():
        raise Unreadable(f"metadata name no distribution: Name {name[:256]!r}, Version {version[:256]!r}")
    return Package("pypi", normalise(name), version, licences=_licences(metadata), path=path)


def normalise(name: str) -> str:
    """The one spelling by which names compare: runs of ``-``, ``_`` and ``.`` become a hyphen, in lower case
    (https://packaging.python.org/en/latest/specifications/name-normalization/)."""
    return _SEPARATORS.sub("-", name).lower()


def _headers(data: bytes) -> _Metadata:
    metadata = _Metadata()
    classified: list[str] = []
    for field, value in _fields(_decode(data)):
        if field == "name":
            metadata.name = metadata.name or value
        elif field == "version":
            metadata.version = metadata.version or " ".join(value.split())  # unfolded (RFC 5322, section 2.2.3)
        elif field == "license":
            metadata.licence = metadata.licence or value
        elif field == "license-expression":
            metadata.expression = metadata.expression or value
        elif field == "classifier" and value.startswith(_CLASSIFIER):
            name = value.rpartition(" :: ")[2]
            if name not in _CLASSIFIER_ROOTS and len(classified) < _LICENCES:
                classified.append(name[:_LICENCE_LENGTH])
    metadata.classified = tuple(dict.fromkeys(classified))
    return metadata


def _decode(data: bytes) -> str:
    """The text of the headers. UTF-8 is the rule (core metadata, "The standard file format"); files from before it are
    in any of the ASCII supersets, and what we read of them is ASCII."""
    head = _head(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"), b"\n\n")  # spares the description what follows
    head = _head(head.replace(b"\r\n", b"\n").replace(b"\r", b"\n"), b"\n\n")
    try:
        return head.decode()
    except UnicodeDecodeError:
        return head.decode("latin-1")


def _head(data: bytes, end: bytes) -> bytes:
    place = data.find(end)
    return data if place < 0 else data[:place]


def _fields(text: str) -> Iterable[tuple[str, str]]:
    """Headers in order, names in lower case, continuation lines joined. A line that is no header ends them, as in
    ``email.parser``: what follows is the description."""
    field, value = "", ""
    for line in text.split("\n"):
        if line[:1] in (" ", "\t"):
            value += "\n" + line
            continue
        if field:
            yield field, value.strip()
        header = _HEADER.match(line)
        if header is None:
            field = ""
            break
        field, value = header[1].lower(), header[2]
    if field:
        yield field, value.strip()


def _licences(metadata: _Metadata) -> tuple[str, ...]:
    """``License-Expression``, else the classifiers, else ``License`` where it is a name and not the licence's text."""
    if metadata.expression:
        return (metadata.expression[:_LICENCE_LENGTH],)
    if metadata.classified:
        return metadata.classified
    name = metadata.licence
    return (name,) if name and "\n" not in name and len(name) <= _LICENCE_LENGTH and name != "UNKNOWN" else ()


def _from_egg(file: File, limits: Limits) -> bytes:
    """The metadata of an egg that is a zip archive."""
    with file.open() as stream:
        archive = Archive(stream, 0, file.size, Budget(limits))
        for member in archive.listing((b"/pkg-info",)).members:
            if member.name == _EGG_MEMBER:
                return archive.read(member, limits.text)
    raise Unreadable(f"egg without {_EGG_MEMBER}")


CATALOGUER = Cataloguer("python", 1, Claim(names=("METADATA", "PKG-INFO"), suffixes=(".egg-info", ".egg")), parse)
