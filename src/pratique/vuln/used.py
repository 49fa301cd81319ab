"""The ecosystems that scans asked for in and out: a small file, so that ``db update`` and ``db pull`` bring what this
machine uses. It holds names and days, nothing of the images."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection
from datetime import date, timedelta
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE
from pratique.model import Struct

FILE = "ecosystems.json"
DAYS = 90
"""For so long an ecosystem that nobody asks for any more is still kept up to date."""

_LARGEST = 1 << 20
_MOST = 1000


class Used(Struct, frozen=True):
    """The day (YYYY-MM-DD) on which each ecosystem was last asked for."""

    ecosystems: dict[str, str]


def recent(path: Path, today: date) -> tuple[str, ...]:
    """The ecosystems that were asked for of late, sorted; none where nothing was learnt."""
    first = (today - timedelta(days=DAYS)).isoformat()
    return tuple(sorted(name for name, day in _read(path).ecosystems.items() if day >= first))


def learn(path: Path, names: Collection[str], today: date) -> None:
    """Note that these were asked for today. Where it cannot be written, nothing is learnt."""
    known = _read(path).ecosystems
    day = today.isoformat()
    fresh = dict.fromkeys(names, day)
    if all(known.get(name, "") >= day for name in names):
        return
    merged = known | {name: max(day, known.get(name, "")) for name in fresh}
    newest = sorted(merged, key=lambda name: (merged[name], name))[-_MOST:]
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft.write_bytes(
            msgspec.json.format(msgspec.json.encode(Used({name: merged[name] for name in sorted(newest)})))
        )
        draft.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            draft.unlink()


def _read(path: Path) -> Used:
    try:
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_LARGEST), type=Used)
    except (OSError, *UNDECODABLE):
        return Used({})
