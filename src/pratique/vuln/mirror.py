"""Paths of a source folder in, the files out, over HTTP: from a mirror, or from the publishers themselves.

A mirror serves the layout of OSV's public export (https://google.github.io/osv.dev/data/), and what others publish
under the paths at which ``db build`` looks for it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote, urlsplit

from pratique.errors import NotFound, UsageError
from pratique.limits import Limits
from pratique.net.client import Client
from pratique.net.download import Validators, download, read_if_changed
from pratique.vuln.build import Progress
from pratique.vuln.bulletin import Remote

_AT_ONCE = 8  # requests, whoever asks


class Mirror:
    """Safe for threads, which wait for one another so that there are not too many requests at once. ``elsewhere`` gives
    the addresses of files that the mirror does not serve; with ``publishers`` a vendor's files come from the vendor."""

    def __init__(
        self,
        url: str,
        elsewhere: Mapping[str, str],
        client: Client,
        limits: Limits,
        told: Progress,
        *,
        publishers: bool = False,
    ) -> None:
        self.url = url.rstrip("/")
        self.elsewhere, self._publishers = elsewhere, publishers
        self._client, self._limits, self._told = client, limits, told
        self._turn = threading.BoundedSemaphore(_AT_ONCE)

    def small(self, path: str) -> bytes | None:
        """A small file, None where it is not served."""
        with self._turn, self._client.request("GET", self._address(path)) as response:
            if response.status in (404, 410):
                return None
            return response.expect(response.url, 200).read(self._limits.manifest)

    def changes(self, name: str, known: Validators) -> tuple[bytes, Validators] | None:
        """The list of an ecosystem's changes, None where it is the one that is known. Raises ``NotFound``."""
        address = self._address(f"{name}/modified_id.csv")
        with self._turn:
            return read_if_changed(self._client, address, known, self._limits.feed_file)

    def record(self, name: str, id_: str) -> bytes | None:
        """One record, None where single ones are not served."""
        url = f"{self.url}/{quote(name)}/{quote(f'{id_}.json', safe='')}"
        with self._turn, self._client.request("GET", url) as response:
            return response.read(self._limits.feed_record) if response.status == 200 else None

    def download(self, path: str, to: Path, known: Validators, limit: int) -> Validators | None:
        """A file of the mirror's to disk, None where it has not changed. Raises ``NotFound``."""
        return self._fetch(self._address(path), path, to, known, limit)

    def download_remote(self, remote: Remote, to: Path, known: Validators) -> Validators | None:
        """A vendor's file to disk, None where it has not changed. Raises ``NotFound``."""
        return self._fetch(self._of(remote), remote.path, to, known, self._limits.feed_archive)

    def _fetch(self, url: str, path: str, to: Path, known: Validators, limit: int) -> Validators | None:
        to.parent.mkdir(parents=True, exist_ok=True)
        told = self._told
        with self._turn:
            return download(
                self._client, url, to, known, limit=limit, progress=lambda size: told(f"{path} (bytes)", size, 0)
            )

    def _address(self, path: str) -> str:
        return self.elsewhere.get(path, f"{self.url}/{quote(path)}")

    def _of(self, remote: Remote) -> str:
        if self._publishers and not remote.url:
            raise NotFound(f"{remote.path!r}: its vendor does not tell where it is")
        return remote.url if self._publishers else f"{self.url}/{quote(remote.path)}"


def check_url(mirror: str) -> None:
    """A folder's address: its files' names are put behind it, and it is shown and stored, so it holds no secret.
    Raises ``UsageError``."""
    try:
        parts = urlsplit(mirror)
        plain = parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        plain = False
    if not plain:
        raise UsageError(f"{mirror!r} is no http or https URL of a folder", hint="the mirror serves ecosystems.txt")
    if "@" in parts.netloc:
        raise UsageError(
            "the mirror's URL holds credentials, which are not supported", hint="serve it without a log-in"
        )


def listing(mirror: Mirror) -> bytes:
    """What the mirror has. Raises ``NotFound``."""
    found = mirror.small("ecosystems.txt")
    if found is None:
        raise NotFound(f"no feeds at {mirror.url!r}", hint="it serves ecosystems.txt and <Ecosystem>/all.zip")
    return found
