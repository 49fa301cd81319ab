"""A folder that holds a vendor's CSAF feed in, each document's newest bytes out.

A feed is an archive of a day and the documents that have changed since, as files beside it; ``deletions.csv`` (a line
``"path","time"``) names those that the vendor has taken back.
https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html, section 7.1 (distribution).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pratique.limits import Limits
from pratique.vuln.bulletin import Unread
from pratique.vuln.vendor._csaf import released
from pratique.vuln.vendor._tar import Member, members

_PACKED = (".tar", ".tar.zst", ".tar.bz2")
_NEVER = datetime.min.replace(tzinfo=UTC)


class Folder(msgspec.Struct, frozen=True):
    """Where a feed lies: ``path``, below it the archives whose names begin with ``archive`` and the folders ``loose``,
    whose documents lie in them or in folders of them. ``name`` matches the base names of its documents."""

    path: Path
    archive: str
    loose: tuple[str, ...]
    name: re.Pattern[str]

    def present(self) -> bool:
        """Whether there is an archive or a document."""
        return bool(self.archives()) or next(self.files(), None) is not None

    def archives(self) -> tuple[Path, ...]:
        """The archives, the newest last where their names tell."""
        if not self.path.is_dir():
            return ()
        found = (path for path in self.path.iterdir() if path.name.startswith(self.archive) and path.is_file())
        return tuple(sorted(path for path in found if path.name.endswith(_PACKED)))

    def files(self) -> Iterator[Path]:
        """The documents that lie as files, sorted."""
        for folder in (self.path / name for name in self.loose):
            found = [*folder.glob("*.json"), *folder.glob("*/*.json")] if folder.is_dir() else []
            yield from sorted(path for path in found if self.name.fullmatch(path.name) and path.is_file())


class Found(msgspec.Struct, frozen=True):
    """A document: its base name and its bytes."""

    name: str
    data: bytes


def documents(folder: Folder, limits: Limits) -> Iterator[Found | Unread]:
    """Each document once: of an archive's and a file's the newer by its own date, and of equally old ones the file.
    Only the newest archive is read."""
    loose: dict[str, Path] = {}
    for path in folder.files():
        if path.name in loose:
            yield Unread(path.name, "the document lies in two folders")
        loose[path.name] = path
    gone = _deletions(folder.path / "deletions.csv", limits)
    seen: set[str] = set()
    for packed in folder.archives()[-1:]:
        for found in _packed(packed, folder, loose, seen, limits):
            if isinstance(found, Unread) or not _deleted(found, gone):
                yield found
    for name in sorted(loose.keys() - seen):
        file = _read(loose[name], limits)
        if isinstance(file, Unread) or not _deleted(file, gone):
            yield file


def _packed(
    packed: Path, folder: Folder, loose: dict[str, Path], seen: set[str], limits: Limits
) -> Iterator[Found | Unread]:
    def wanted(name: str) -> bool:
        return name.endswith(".json")

    for member in members(packed, wanted, limits):
        if isinstance(member, Unread):
            yield member
            continue
        name = member.name.rpartition("/")[2]
        if not folder.name.fullmatch(name):
            yield Unread(f"{packed.name}:{member.name[:200]}", "its name is not that of a document")
        elif name in seen:
            yield Unread(f"{packed.name}:{member.name[:200]}", "the document stands twice")
        else:
            seen.add(name)
            yield _newer(member, name, loose.get(name), limits)


def _newer(member: Member, name: str, file: Path | None, limits: Limits) -> Found | Unread:
    packed = Found(name, member.data)
    if file is None:
        return packed
    other = _read(file, limits)
    if isinstance(other, Unread):
        return other
    return packed if _date(packed.data) > _date(other.data) else other


def _read(path: Path, limits: Limits) -> Found | Unread:
    try:
        if path.stat().st_size > limits.csaf_document:
            return Unread(path.name, f"it is larger than csaf_document, {limits.csaf_document} bytes")
        return Found(path.name, path.read_bytes())
    except OSError as error:
        return Unread(path.name, f"it cannot be read: {error.strerror or error}")


def _deletions(path: Path, limits: Limits) -> dict[str, datetime]:
    """When each document was taken back, by its base name; what is no such list deletes nothing."""
    if not path.is_file() or path.stat().st_size > limits.feed_file:
        return {}
    text = path.read_text("utf-8", "replace").replace("\0", "")
    found: dict[str, datetime] = {}
    for row in csv.reader(text.splitlines()[: limits.feed_records]):
        if len(row) == 2:
            name = row[0].rpartition("/")[2]
            found[name] = max(_instant(row[1]), found.get(name, _NEVER))
    return found


def _deleted(found: Found, gone: dict[str, datetime]) -> bool:
    """A document that is younger than its deletion has come back."""
    return found.name in gone and _date(found.data) <= gone[found.name]


def _date(data: bytes) -> datetime:
    try:
        return _instant(released(data))
    except ValueError:
        return _NEVER


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return _NEVER
    return found if found.tzinfo else found.replace(tzinfo=UTC)
