"""The metadata of an installed Python distribution in, the distribution out.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/ (``*.dist-info/METADATA``),
https://packaging.python.org/en/latest/specifications/core-metadata/ (its headers), and the older forms of setuptools,
https://setuptools.pypa.io/en/latest/deprecated/python_eggs.html (``*.egg-info`` as a folder or a file, ``EGG-INFO``
within an egg that is a folder or a zip archive). Where a distribution did not come from an index, direct_url.json
beside its metadata says so: https://packaging.python.org/en/latest/specifications/direct-url-data-structure/.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import PurePosixPath

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._zip import Archive, Budget
from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_DIRECT = "direct_url.json"
_EGG_MEMBER = "EGG-INFO/PKG-INFO"
_LICENCES = 32
_LICENCE_LENGTH = 256
# A header begins with its name, as RFC 5322 section 3.6.8 says; a line with a blank in front goes on with the last one.
_HEADER = re.compile(r"([!-9;-~]*):(.*)", re.DOTALL)
_SEPARATORS = re.compile(r"[-_.]+")
_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_VERSION_LENGTH = 256
_HASH = re.compile(r"(?:md5|sha1|sha224|sha256|sha384|sha512):[0-9a-f]{32,128}")
# NAME-VERSION.dist-info, NAME-VERSION[-pyX.Y[-PLATFORM]].egg-info or .egg: the parts hold no hyphen
_FOLDER = re.compile(r"(?P<name>[^-/]+)-(?P<version>[^-/]+)(?:-py[0-9.]+(?:-[^/]+)?)?\.(?:dist-info|egg-info|egg)")
_EXTRA = re.compile(r";.*\bextra\b", re.DOTALL)  # needed only where that extra was asked for, which nothing tells
_NEEDS = 1000
_CLASSIFIER = "License :: "
_CLASSIFIER_ROOTS = ("License", "OSI Approved")


class _Metadata(msgspec.Struct, gc=False):
    """The headers that we read; of a header that must stand once the first one holds, as in ``email``."""

    name: str = ""
    version: str = ""
    licence: str = ""
    expression: str = ""
    classified: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def parse(file: File) -> Iterable[Fact]:
    """The distribution that the file is the metadata of; nothing for a file of the same name elsewhere. Raises
    ``Unreadable`` where neither the headers nor the folder tell name and version."""
    folder, _, base = file.path.rpartition("/")
    label = folder.rpartition("/")[2]
    if base == _DIRECT:
        return _direct(file, label) if label.lower().endswith(".dist-info") else ()
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
    licences = _licences(metadata)
    return Package("pypi", normalise(name), version, licences=licences, path=path, depends=metadata.needs)


class _Archive(msgspec.Struct, frozen=True):
    hash: str = ""  # the older form: ``sha256=<hex>``
    hashes: dict[str, str] = {}


class _Vcs(msgspec.Struct, frozen=True):
    vcs: str = ""
    commit_id: str = ""


class _DirectUrl(msgspec.Struct, frozen=True):
    url: str = ""
    archive_info: _Archive | None = None
    vcs_info: _Vcs | None = None


def _direct(file: File, label: str) -> Iterable[Fact]:
    """What METADATA does not tell: the hashes of the archive, or that the source was a repository, so that what is
    known of a version need not hold for it."""
    origin = from_json(file.read(), _DirectUrl, _DIRECT)
    named = _FOLDER.fullmatch(label)
    if named and origin.archive_info:
        archive = origin.archive_info
        hashes = archive.hashes or dict([archive.hash.partition("=")[::2]])
        told = tuple(f"{kind}:{digest}" for kind, digest in hashes.items() if _HASH.fullmatch(f"{kind}:{digest}"))
        if told:
            name = normalise(named["name"])
            return (Package("pypi", name, named["version"], path=file.path, hashes=told, stated=True),)
    if origin.vcs_info:
        commit, place = origin.vcs_info.commit_id[:64], origin.url[:200]
        what = f"{label!r} was installed from commit {commit!r} of {place!r}: what is known of its version may not hold"
        return (Problem(file.path, what),)
    return ()


def normalise(name: str) -> str:
    """The one spelling by which names compare: runs of ``-``, ``_`` and ``.`` become a hyphen, in lower case
    (https://packaging.python.org/en/latest/specifications/name-normalization/)."""
    return _SEPARATORS.sub("-", name).lower()


def _headers(data: bytes) -> _Metadata:
    metadata = _Metadata()
    classified: list[str] = []
    needs = dict[str, None]()
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
        elif field == "requires-dist" and not _EXTRA.search(value):
            named = _NAME.match(value)
            if named and len(needs) < _NEEDS:
                needs[normalise(named[0])] = None
    metadata.classified = tuple(dict.fromkeys(classified))
    metadata.needs = tuple(needs)
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


_CLAIM = Claim(names=("METADATA", "PKG-INFO", _DIRECT), suffixes=(".egg-info", ".egg"))
CATALOGUER = Cataloguer("python", 2, _CLAIM, parse)
