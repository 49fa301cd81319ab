"""yarn's lock file in, the packages that it names out.

Version 1 has a format of its own (https://classic.yarnpkg.com/lang/en/docs/yarn-lock/), later ones are YAML
(https://yarnpkg.com/features/resolutions names their parts). Neither says what is needed for development only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._block_yaml import documents
from pratique.catalog._documents import Yaml
from pratique.catalog._lock import Left, declared, hexadecimal, integrity, scoped, unlisted
from pratique.catalog._npm_names import is_version, split
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_LATER = re.compile(rb'^"?__metadata"?:', re.MULTILINE)
_TEXT = r'(?:"((?:[^"\\\n]|\\.)*)"|([^\s"]+))'
_LINE = re.compile(rf"^( *)(?:([^\s#][^\n]*):|{_TEXT} {_TEXT})[ \r]*$|^[ \r]*([^\s#][^\n]*)$", re.MULTILINE)
_DESCRIPTOR = re.compile(r'"((?:[^"\\]|\\.)*)"|([^\s",]+(?:[^,"]*[^\s",])?)')
_NEEDS = frozenset({"dependencies", "optionalDependencies"})


class _Entry(msgspec.Struct):
    """An entry of a lock file of version 1: what asks for it, as it stands, and its members."""

    asked: tuple[str, ...]
    fields: dict[str, str] = {}
    needs: list[str] = []


def parse(file: File) -> Iterable[Fact]:
    """The declared packages. A file past ``limits.file_list`` raises ``LimitExceeded``."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"lock file of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    if not data.strip():
        raise Unreadable("no lock file of yarn: it is empty")
    if _LATER.search(data):
        return _later(data, path)
    try:
        return _first(data.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        raise Unreadable(f"lock file that is no UTF-8: {error.reason} at byte {error.start}") from error


def _first(text: str, path: str) -> Iterator[Fact]:
    entries = list(_entries(text))
    found = dict[str, str]()
    for entry in entries:
        name = _real_name(entry.asked[0])
        found.update(dict.fromkeys(entry.asked, f"{name}@{entry.fields.get('version', '')}"))
    left = Left()
    for entry in entries:
        name, version = _real_name(entry.asked[0]), entry.fields.get("version", "")
        if left.out(name, version):
            continue
        scope, bare = scoped(name)
        hashes = integrity(entry.fields.get("integrity", ""))
        hashes = hashes or hexadecimal("sha1", entry.fields.get("resolved", "").rpartition("#")[2])
        depends = tuple(found.get(need, split(need)[0]) for need in entry.needs)
        yield Package("npm", bare, version, scope, path=path, depends=depends, hashes=hashes, declared=True)
    yield from left.told(path)
    listed = {split(asked)[0] for entry in entries for asked in entry.asked}
    yield from unlisted(path, (split(need)[0] for entry in entries for need in entry.needs), listed)


def _entries(text: str) -> Iterator[_Entry]:
    """Entry by entry. Raises ``Unreadable`` for a line that yarn does not write, such as a conflict of Git's."""
    entry: _Entry | None = None
    block = ""
    for line in _LINE.finditer(text):
        indent, head = len(line[1] or ""), line[2]
        if line[7] is not None or (entry is None and (head is None or indent)):
            raise Unreadable(f"lock file of yarn with a line that is not read: {line[0][:80]!r}")
        if head is not None and not indent:
            if entry is not None:
                yield entry
            entry, block = _Entry(_asked(head), {}, []), ""
        elif head is not None:
            block = head
        elif entry is not None:
            key, value = _unquoted(line[3], line[4]), _unquoted(line[5], line[6])
            if indent == 2:
                entry.fields[key], block = value, ""
            elif block in _NEEDS:
                entry.needs.append(f"{key}@{value}")
    if entry is not None:
        yield entry


def _asked(head: str) -> tuple[str, ...]:
    asked = tuple(_unquoted(found[1], found[2]) for found in _DESCRIPTOR.finditer(head))
    if not asked:
        raise Unreadable(f"lock file of yarn with an entry that names nothing: {head[:80]!r}")
    return asked


def _unquoted(quoted: str | None, plain: str | None) -> str:
    if quoted is None:
        return plain or ""
    return re.sub(r"\\(.)", r"\1", quoted) if "\\" in quoted else quoted


def _real_name(descriptor: str) -> str:
    """``"name@range"``, or of an alias ``"alias@npm:name@range"``."""
    name, wanted = split(descriptor)
    return (split(wanted[4:])[0] or name) if wanted.startswith("npm:") and "@" in wanted[5:] else name


def _later(data: bytes, path: str) -> Iterator[Fact]:
    entries = list[tuple[dict[str, Yaml], str, str]]()
    found = dict[str, str]()
    listed, needed = set[str](), set[str]()
    left = Left()
    for tree in documents(data):
        for key, entry in tree.items() if isinstance(tree, dict) else ():
            if key == "__metadata" or not isinstance(entry, dict):
                continue
            listed.update(split(asked)[0] for asked in _DESCRIPTOR_LIST.split(key))
            needs = entry.get("dependencies")
            needed.update(needs if isinstance(needs, dict) else ())
            if entry.get("linkType") == "soft":
                continue  # a workspace, or a folder that is linked
            name, version = _resolved(_text(entry, "resolution")), _text(entry, "version")
            if left.out(name, version if is_version(version) else ""):
                continue
            entries.append((entry, name, version))
            found.update(dict.fromkeys(_DESCRIPTOR_LIST.split(key), f"{name}@{version}"))
    for entry, name, version in entries:
        scope, bare = scoped(name)
        depends = tuple(_needed(entry.get("dependencies"), found))
        yield Package("npm", bare, version, scope, path=path, depends=depends, declared=True)
    yield from left.told(path)
    yield from unlisted(path, needed, listed)


_DESCRIPTOR_LIST = re.compile(r", ?")


def _resolved(resolution: str) -> str:
    """``"name@npm:1.0.0"``, ``"name@patch:name@npm%3A1.0.0#…"``: the name before the protocol."""
    return split(resolution)[0]


def _text(entry: dict[str, Yaml], key: str) -> str:
    value = entry.get(key, "")
    return value if isinstance(value, str) else ""


def _needed(needs: Yaml | None, found: dict[str, str]) -> Iterator[str]:
    """Before version 8 of the format a range stands without its protocol."""
    for name, wanted in needs.items() if isinstance(needs, dict) else ():
        asked = f"{name}@{wanted}"
        yield found.get(asked) or found.get(f"{name}@npm:{wanted}") or name


CATALOGUER = Cataloguer("yarn-lock", 3, Claim(names=("yarn.lock",)), parse)
