"""``sources.json`` of a database folder in, what the shards in it came of out.

The validators are those of RFC 9110 (https://www.rfc-editor.org/rfc/rfc9110#section-8.8).
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE
from pratique.model import Struct
from pratique.net.download import Validators

SOURCES = "sources.json"


class Source(Struct, frozen=True):
    """What was last fetched for a shard, where ``shard`` is the digest of the rows that came of it; or a vendor's file,
    by its path, and its ``version``."""

    name: str
    shard: str
    validators: Validators
    version: str = ""


class Sources(Struct, frozen=True):
    """``coverage`` is the digest of the mirror's ``coverage.json``: under another one all shards are made anew."""

    mirror: str = ""
    coverage: str = ""
    sources: tuple[Source, ...] = ()


def read_sources(target: Path) -> Sources:
    """What we remember; nothing where we do not, for then all is fetched anew."""
    try:
        return msgspec.json.decode((target / SOURCES).read_bytes(), type=Sources)
    except (OSError, *UNDECODABLE):
        return Sources()
