"""Red Hat's ``repository-to-cpe.json`` in, the releases that each content set serves out.

https://security.access.redhat.com/data/metrics/repository-to-cpe.json, in a source folder
``redhat/repository-to-cpe.json``: https://redhatproductsecurity.github.io/security-data-guidelines/scanning-vendors/
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.vuln.vendor._redhat_cpe import short


class Repositories(msgspec.Struct, frozen=True):
    """``releases`` by content set, as statements name them; ``date`` (RFC 3339) is the file's own, "" where it has
    none."""

    releases: dict[str, tuple[str, ...]] = {}
    date: str = ""


class _Repository(msgspec.Struct, frozen=True):
    cpes: list[str] | None = None


class _File(msgspec.Struct, frozen=True):
    data: dict[str, _Repository]
    last_updated: str | None = None


_FILE = msgspec.json.Decoder(_File)


def read(source: Path, limits: Limits) -> Repositories:
    """What the file says, nothing where there is none: then names of content sets have to do. Raises ``Unreadable`` for
    a file of another form and ``LimitExceeded`` past ``feed_file`` and ``feed_records``."""
    path = source / "redhat" / "repository-to-cpe.json"
    if not path.is_file():
        return Repositories()
    try:
        if path.stat().st_size > limits.feed_file:
            raise LimitExceeded(f"{path.name!r} is larger than feed_file, {limits.feed_file} bytes")
        found = _FILE.decode(path.read_bytes())
    except UNDECODABLE as error:
        raise Unreadable(f"{path.name!r} is no list of repositories: {error}") from error
    except OSError as error:
        raise Unreadable(f"{path.name!r} cannot be read: {error.strerror or error}") from error
    if len(found.data) > limits.feed_records:
        raise LimitExceeded(f"{path.name!r} has {len(found.data)} entries, feed_records is {limits.feed_records}")
    releases = {
        name: texts
        for name, repository in found.data.items()
        if len(name) <= limits.feed_text and (texts := _releases(repository, limits))
    }
    return Repositories(releases, found.last_updated or "")


def _releases(repository: _Repository, limits: Limits) -> tuple[str, ...]:
    texts = {short(cpe) for cpe in repository.cpes or ()}
    return tuple(sorted(text for text in texts if text and len(text) <= limits.feed_text))
