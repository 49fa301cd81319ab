"""A package.json in, the npm package that it describes out (https://docs.npmjs.com/cli/configuring-npm/package-json).

Any ``package.json`` with a name and a version is taken, wherever it lies: below ``node_modules``, in the folders of
global npm, yarn and corepack, as a copy inside another package, or as the application's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_BOM = b"\xef\xbb\xbf"
_ABSENT = msgspec.Raw(b"null")
# "name": at most 214 characters, safe in a URL, no leading dot; before that rule, upper case was allowed.
_NAME = re.compile(r"(?:@[A-Za-z0-9~!*'()_.-]+/)?[A-Za-z0-9~!*'()_-][A-Za-z0-9~!*'()_.-]*")
_NAME_LENGTH = 214
_VERSION_LENGTH = 256  # MAX_LENGTH of https://github.com/npm/node-semver
_LICENCES = 32
_LICENCE_LENGTH = 256
# node_modules/NAME/package.json and node_modules/@SCOPE/NAME/package.json: the root of an installed package
_INSTALLED = re.compile(r"(?:^|/)node_modules/(?:@[^/]+/)?[^/@.][^/]*/package\.json$")


class _Manifest(msgspec.Struct, gc=False):
    """The members that we read, undecoded: in the wild each of them comes in every JSON type. Of two members with one
    name the last one holds, as in ``JSON.parse``."""

    name: msgspec.Raw = _ABSENT
    version: msgspec.Raw = _ABSENT
    license: msgspec.Raw = _ABSENT
    licenses: msgspec.Raw = _ABSENT


class _Licence(msgspec.Struct, gc=False):
    """The deprecated object form: ``{"type": "MIT", "url": …}``."""

    type: str = ""


_manifest = msgspec.json.Decoder(_Manifest)
_text = msgspec.json.Decoder(str)
_licence = msgspec.json.Decoder(str | _Licence | list[msgspec.Raw] | None)
_licence_in_list = msgspec.json.Decoder(str | _Licence)


def parse(file: File) -> Iterable[Fact]:
    """The package, or nothing where the file names none (a marker such as ``{"type": "module"}``, a private
    application). Raises ``Unreadable`` for what is not a JSON object, where a package is installed; elsewhere, as in
    the tests of ``resolve``, that is a problem and no package. Raises ``LimitExceeded``."""
    data = file.read()
    try:
        manifest = _decode(data)
        name = _string(manifest.name)
        version = _string(manifest.version).strip()
    except RecursionError as error:  # Node reads it
        raise LimitExceeded("package.json is nested too deeply") from error
    except UNDECODABLE as error:
        what = f"package.json is no JSON object: {error}"
        if _INSTALLED.search(file.path):
            raise Unreadable(what) from error
        return (Problem(file.path, what),)
    if not name or not version:
        return _unnamed(file.path, name, version)
    if not (_NAME.fullmatch(name) and len(name) <= _NAME_LENGTH and _is_version(version)):
        what = f"package.json names {name[:_NAME_LENGTH]!r} {version[:_VERSION_LENGTH]!r}, which npm cannot install"
        return (Problem(file.path, what),)
    scope, _, bare = name.rpartition("/")
    licences = _licences(manifest)
    return (Package("npm", bare, version, namespace=scope, licences=licences, path=file.path),)


def _decode(data: bytes) -> _Manifest:
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
    manifest = _manifest.decode(data)
    if not data.isascii():
        try:
            data.decode()
        except UnicodeDecodeError:  # Node reads such a file with U+FFFD in place of the wrong bytes
            return _manifest.decode(data.decode(errors="replace").encode())
    return manifest


def _string(raw: msgspec.Raw) -> str:
    """The member's text; "" where it is absent or of another type."""
    return _text.decode(raw) if bytes(memoryview(raw)[:1]) == b'"' else ""


def _is_version(text: str) -> bool:
    """Whether it may be shown and compared; whether it is semver is for who compares."""
    return len(text) <= _VERSION_LENGTH and text.isprintable()


def _unnamed(path: str, name: str, version: str) -> tuple[Problem, ...]:
    """An installed package must tell its name and its version, or nobody can say what is known of it; elsewhere the
    file is only a marker or a test's fixture, and so is one with neither."""
    if not (name or version) or not _INSTALLED.search(path):
        return ()
    missing = (
        f"{name[:_NAME_LENGTH]!r} has no version" if name else f"of version {version[:_VERSION_LENGTH]!r} has no name"
    )
    return (Problem(path, f"package.json of the installed package {missing}", hides=True),)


def _licences(manifest: _Manifest) -> tuple[str, ...]:
    """``license`` (SPDX expression), or the deprecated objects and lists of ``license`` and ``licenses``. A licence of
    an unknown shape is an unknown licence: the package still counts."""
    for raw in (manifest.license, manifest.licenses):
        try:
            value = _licence.decode(raw)
            if isinstance(value, list):
                found = [_licence_name(_licence_in_list.decode(item)) for item in value[:_LICENCES]]
            else:
                found = [_licence_name(value)]
        except UNDECODABLE:
            continue
        if any(found):
            return tuple(dict.fromkeys(name for name in found if name))
    return ()


def _licence_name(value: str | _Licence | None) -> str:
    name = value.type if isinstance(value, _Licence) else value or ""
    return name.strip()[:_LICENCE_LENGTH]


CATALOGUER = Cataloguer("npm", 3, Claim(names=("package.json",)), parse)
