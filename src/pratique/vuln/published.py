"""An ecosystem in, the files that its vendor publishes brought up to date in a folder out, and whether any has changed.

The files stay, since a shard is made of all of them and they change one by one.
"""

from __future__ import annotations

import contextlib
import datetime
import email.utils
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from pratique import plugins
from pratique.errors import NotFound, Unreadable
from pratique.limits import Limits
from pratique.net.download import Validators
from pratique.vuln.bulletin import Remote, Vendor, nothing_published
from pratique.vuln.carry_in import results
from pratique.vuln.mirror import Mirror

KEPT = ".feeds"
"""The folder below the downloads."""

_AT_ONCE = 8
_PATH = re.compile(r"(?:[A-Za-z0-9][A-Za-z0-9 ._+-]{0,150}/){1,5}[A-Za-z0-9][A-Za-z0-9._+-]{0,150}")


class Held(msgspec.Struct, frozen=True):
    """A file that is there, by its path in a source folder, and what tells whether it is the newest."""

    path: str
    validators: Validators = Validators()
    version: str = ""


class Fetched(msgspec.Struct, frozen=True):
    """The ``files`` that are there; whether one is new, newer, or gone."""

    files: tuple[Held, ...]
    changed: bool


class Published:
    """What vendors publish themselves. ``known`` tells of a path what was fetched last. Safe for threads: of those that
    want one file the first fetches it."""

    def __init__(self, mirror: Mirror, folder: Path, known: Callable[[str], Held], today: datetime.date) -> None:
        self._mirror, self._folder, self._known, self._today = mirror, folder, known, today
        found: list[Vendor] = list(plugins.load("pratique.vuln.vendor", "VENDOR").values())
        self._vendors = [vendor for vendor in found if vendor.remotes is not nothing_published]
        self._lock = threading.Lock()
        self._busy: dict[str, threading.Lock] = {}
        self._done: dict[str, tuple[Held | None, bool]] = {}

    @property
    def ecosystems(self) -> frozenset[str]:
        """Those whose vendors' files can be fetched."""
        return frozenset(vendor.ecosystem for vendor in self._vendors)

    def forget(self) -> None:
        """Begin anew: the files are another mirror's."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def fetch(self, ecosystem: str) -> Fetched:
        """Bring the files of the ecosystem's vendors up to date. Raises ``NetworkError``, ``Unreadable``,
        ``StorageError``."""
        found = list[tuple[Held | None, bool]]()
        for vendor in self._vendors:
            if vendor.ecosystem == ecosystem:
                looked_up: list[Remote] = []
                remotes = self._remotes(vendor, looked_up)
                with ThreadPoolExecutor(_AT_ONCE) as pool:
                    found += results([pool.submit(self._one, remote) for remote in remotes], pool)
                found += [
                    (self._one(remote)[0], False) for remote in looked_up
                ]  # they tell of files, and hold no record
                found.append((None, self._sweep([*remotes, *looked_up])))
        files = {held.path: held for held, _ in found if held is not None}
        return Fetched(tuple(files[path] for path in sorted(files)), any(changed for _, changed in found))

    def export(self, path: str, limits: Limits) -> tuple[Held | None, bool]:
        """Bring OSV's export up to date, to lie beside the vendors' files; None where it is not served, and whether it
        has changed. Raises as ``fetch``."""

        def fetch(to: Path, known: Validators) -> Validators | None:
            return self._mirror.download(path, to, known, limits.feed_archive)

        return self._once(path, "", fetch)

    def _remotes(self, vendor: Vendor, looked_up: list[Remote]) -> tuple[Remote, ...]:
        """The vendor's files; none where those that tell of them are not served."""

        def get(remote: Remote) -> bytes:
            looked_up.append(remote)
            if self._one(remote)[0] is None:
                raise NotFound(f"{remote.path!r} is not served")
            return (self._folder / remote.path).read_bytes()

        try:
            return vendor.remotes(get, self._today)
        except NotFound:
            return ()

    def _one(self, remote: Remote) -> tuple[Held | None, bool]:
        def fetch(to: Path, known: Validators) -> Validators | None:
            return self._mirror.download_remote(remote, to, known)

        if not _PATH.fullmatch(remote.path) or ".." in remote.path:
            raise Unreadable(f"a vendor's list names the file {remote.path[:200]!r}")
        return self._once(remote.path, remote.version, fetch)

    def _once(
        self, path: str, version: str, fetch: Callable[[Path, Validators], Validators | None]
    ) -> tuple[Held | None, bool]:
        """What is there of the file, None where it is not served; and whether that is new."""
        with self._lock:
            busy = self._busy.setdefault(path, threading.Lock())
        with busy:
            if path not in self._done:
                to = self._folder / path
                there = to.is_file()
                known = self._known(path) if there else Held(path)
                try:
                    same = bool(version) and known.version == version
                    validators = None if same else fetch(to, known.validators)
                    if validators is not None:
                        _date(to, validators.modified)
                    held = Held(path, known.validators if validators is None else validators, version)
                    self._done[path] = held, validators is not None
                except NotFound:
                    to.unlink(missing_ok=True)
                    self._done[path] = None, there
            return self._done[path]

    def _sweep(self, remotes: Iterable[Remote]) -> bool:
        """Remove what the vendor no longer names; whether there was any."""
        named = {self._folder / remote.path for remote in remotes}
        folders = [folder for folder in {path.parent for path in named} if folder.is_dir()]
        here = (path for folder in folders for path in folder.iterdir() if path.is_file())
        old = [path for path in here if path not in named and ".part" not in path.name]
        for path in old:
            path.unlink(missing_ok=True)
        return bool(old)


def _date(path: Path, modified: str) -> None:
    """Give the file the time at which its publisher last changed it (RFC 9110, section 8.8.2): a feed without a date of
    its own is as old as that."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        moment = email.utils.parsedate_to_datetime(modified).timestamp()
        os.utime(path, (moment, moment))
