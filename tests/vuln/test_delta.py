"""A shard made whole and one brought there by a delta hold the same rows, whatever changed."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique.limits import DEFAULT
from pratique.vuln import build, delta, extent, manifest
from pratique.vuln.feed import osv
from pratique.vuln.feed._shape import Settings
from vuln.feeds import Record, write

versions = st.sampled_from(("1", "1.0", "2", "2.5", "10", "no version"))
events = st.one_of(
    st.tuples(st.just({"introduced": "0"})),
    st.builds(lambda low, high: ({"introduced": low}, {"fixed": high}), versions, versions),
    st.builds(lambda high: ({"introduced": "0"}, {"last_affected": high}), versions),
)
affected = st.builds(
    lambda release, name, events, listed: {
        "package": {"ecosystem": f"Debian:{release}", "name": name},
        "ranges": [{"type": "ECOSYSTEM", "events": list(events)}],
        "versions": listed,
    },
    st.sampled_from(("11", "12")),
    st.sampled_from(("x", "y", "z")),
    events,
    st.lists(versions, max_size=3),
)
records = st.dictionaries(st.sampled_from(("A-1", "A-2", "A-10", "B-1")), st.lists(affected, max_size=4), max_size=4)
FIELDS = Settings(DEFAULT, extent.Extents())


def as_records(stated: Mapping[str, list[object]]) -> list[Record]:
    return [
        {"id": id_, "modified": "2026-01-09T00:00:00Z", "affected": each, "upstream": ["CVE-2025-1"]}
        for id_, each in stated.items()
    ]


def shard(folder: Path) -> manifest.Shard:
    return next(one for one in manifest.read(folder, DEFAULT).shards if one.name == "Debian")


def changed(folder: Path, old: manifest.Shard, new: list[Record], ids: set[str]) -> manifest.Shard:
    fresh = {record["id"]: json.dumps(record).encode() for record in new}
    changes = delta.Changes(tuple(sorted(ids & fresh.keys())), tuple(sorted(ids - fresh.keys())))
    with build.workspace(folder) as work, build.draft(work, osv.FEED.schema) as connection:
        facts = delta.apply(connection, folder / old.file, "Debian", changes, fresh.get, FIELDS, work)
        assert facts is not None
        return build.seal(connection, "osv", "Debian", facts, work)


def one(*events: dict[str, str]) -> dict[str, list[object]]:
    package = {"ecosystem": "Debian:11", "name": "x"}
    return {"A-1": [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": list(events)}]}]}


@settings(max_examples=60, deadline=None)
@given(records, records)
@example(one({"introduced": "0"}), one({"introduced": "1"}, {"fixed": "1"}))  # from a range to none
def test_as_built_whole(before: dict[str, list[object]], after: dict[str, list[object]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build.build(write(folder / "before", {"Debian": as_records(before)}), folder / "old")
        build.build(write(folder / "after", {"Debian": as_records(after)}), folder / "new")
        differing = {id_ for id_ in before.keys() | after.keys() if before.get(id_) != after.get(id_)}
        made, whole = (
            changed(folder / "old", shard(folder / "old"), as_records(after), differing),
            shard(folder / "new"),
        )
        assert made.digest == whole.digest
        assert made.facts.releases == whole.facts.releases
        assert (made.facts.records, made.facts.ranges, made.facts.unassessable, made.facts.unknown_versions) == (
            whole.facts.records,
            whole.facts.ranges,
            whole.facts.unassessable,
            whole.facts.unknown_versions,
        )
