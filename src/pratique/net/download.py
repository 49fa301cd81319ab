"""A URL in, its bytes in memory or in a file out: only if it has changed, and resumed where it broke off.

Conditional and range requests: RFC 9110 (https://www.rfc-editor.org/rfc/rfc9110), sections 13 and 14.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, AuthError, LimitExceeded, NetworkError, StorageError
from pratique.model import Struct
from pratique.net.client import Client
from pratique.net.response import Response
from pratique.net.retry import Breaks, patience_after

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(?:\d{1,18}|\*)")


class Validators(Struct, frozen=True):
    """What tells one version of a resource from another: ``ETag`` and ``Last-Modified``, as they were sent."""

    etag: str = ""
    modified: str = ""

    def conditions(self) -> dict[str, str]:
        """The fields that ask for a change only."""
        fields = {"If-None-Match": self.etag, "If-Modified-Since": self.modified}
        return {name: value for name, value in fields.items() if value}

    @property
    def strong(self) -> str:
        """What ``If-Range`` may carry: no weak tag (RFC 9110, section 13.1.5)."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


_UNKNOWN = Validators()


def read_if_changed(client: Client, url: str, known: Validators, limit: int) -> tuple[bytes, Validators] | None:
    """The bytes (at most ``limit``) and their validators; None if they are those that ``known`` names. Raises
    ``NotFound``, ``AuthError``, ``NetworkError``, ``LimitExceeded``."""
    with client.request("GET", url, headers=known.conditions()) as response:
        response.expect(url, 200, 304)
        return None if response.status == 304 else (response.read(limit), _validators(response))


def download(
    client: Client,
    url: str,
    target: Path,
    known: Validators = _UNKNOWN,
    *,
    limit: int,
    progress: Callable[[int], None] | None = None,
) -> Validators | None:
    """Puts the resource at ``target``, whole or not at all, and gives its validators; None if it has not changed. What
    a broken attempt has brought stays beside it (``.part``) and is gone on with, also by a later run. ``progress`` is
    told the bytes so far. Raises as ``read_if_changed`` does, and ``StorageError``."""
    part = _Part(target)
    breaks = Breaks(client.limits.retries, part.size)
    try:
        while True:
            before = part.size
            try:
                patience = patience_after(breaks.silences, client.patience)
                return _attempt(client, url, part, known, limit, progress, patience)
            except AuthError:
                raise
            except NetworkError as error:
                if breaks.too_many(error, part.size) or (before, part.size) == (0, 0):
                    raise
    except OSError as error:
        raise StorageError(f"{str(target)!r} cannot be written: {error.strerror}", hint="is the disk full?") from error


class _Part:
    """What has arrived of a resource, and the version it is of."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.data = target.with_name(f"{target.name}.part")
        self._note = target.with_name(f"{target.name}.part.json")

    @property
    def size(self) -> int:
        return self.data.stat().st_size if self.data.exists() else 0

    @property
    def version(self) -> Validators:
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Validators)
        except (OSError, *UNDECODABLE):
            return Validators()

    def begin(self, version: Validators) -> None:
        self.data.write_bytes(b"")
        self._note.write_bytes(msgspec.json.encode(version))

    def finish(self) -> None:
        self.data.replace(self.target)
        self._note.unlink(missing_ok=True)

    def drop(self) -> None:
        self.data.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)


def _attempt(
    client: Client,
    url: str,
    part: _Part,
    known: Validators,
    limit: int,
    progress: Callable[[int], None] | None,
    patience: float,
) -> Validators | None:
    had, version = part.size, part.version
    fields = known.conditions()
    if had and version.strong:
        fields = {"Range": f"bytes={had}-", "If-Range": version.strong}
    with client.request("GET", url, headers=fields, read_seconds=patience) as response:
        response.expect(url, 200, 206, 304, 416)
        if response.status == 416:  # what we have is as long as the resource, or longer: not to be trusted
            part.drop()
            raise NetworkError(f"{response.host}: the rest of {url!r} cannot be had")
        if response.status == 304:
            part.drop()
            return None
        if response.status == 200:
            version = _validators(response)
            part.begin(version)
        elif not _continues(response, had):
            part.drop()
            raise NetworkError(f"{response.host}: not the range that was asked for")
        _append(response, part, limit, progress)
    part.finish()
    return version


def _append(response: Response, part: _Part, limit: int, progress: Callable[[int], None] | None) -> None:
    total = part.size
    with part.data.open("ab") as out:
        for data in response.stream():
            total += len(data)
            if total > limit:
                part.drop()
                raise LimitExceeded(f"{response.host}: more than {limit} bytes")
            out.write(data)
            if progress is not None:
                progress(total)
        out.flush()
        os.fsync(out.fileno())


def _continues(response: Response, position: int) -> bool:
    matched = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    return matched is not None and int(matched[1]) == position


def _validators(response: Response) -> Validators:
    return Validators(response.headers.get("etag", ""), response.headers.get("last-modified", ""))
