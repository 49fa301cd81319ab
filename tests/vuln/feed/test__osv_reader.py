"""What a record says of many packages is what records of one package each say, however much of it is read only once."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.limits import DEFAULT, Limits
from pratique.vuln.ecosystem import BY_NAME
from pratique.vuln.extent import Extents
from pratique.vuln.feed._gather import Runs
from pratique.vuln.feed._osv_reader import Reader, keyer
from pratique.vuln.feed._shape import Settings
from pratique.vuln.feed._spool import Run, Spool
from pratique.vuln.rows import RecordRow
from pratique.vuln.statements import Packed
from vuln.feeds import TODAY, Record

Stated = dict[tuple[str, str], Packed]


def read(
    folder: Path, records: Iterable[bytes], ecosystem: str, limits: Limits = DEFAULT, skip: tuple[str, ...] = ()
) -> tuple[Run, list[RecordRow], Stated]:
    """What one part gives, its rows, and what it states by package and release."""
    spool = Spool(folder / "0.spool")
    reader = Reader(BY_NAME[ecosystem], Settings(limits, Extents(), skip=skip), spool)
    for at, data in enumerate(records):
        reader.add(f"{at}.json", data, at)
    run = spool.close()
    runs = Runs(folder, [run])
    held = [record for some in runs.records() for record in some]
    key = keyer(BY_NAME[ecosystem].scheme, limits.feed_text)
    packages = runs.packages({row[0]: origin for origin, row in held}, key)
    stated = {(name, release): packed for name, releases in packages.items() for release, packed in releases}
    return run, [row for _, row in held], stated


def of(id_: str, *affected: object, **fields: object) -> bytes:
    return json.dumps({"id": id_, "modified": TODAY, "affected": affected, **fields}).encode()


texts = st.sampled_from(("1", "1.5", "2", "2:1-1", "no version!", ""))
events = st.lists(
    st.sampled_from(("introduced", "fixed", "last_affected")).flatmap(
        lambda kind: texts.map(lambda text: {kind: text})
    ),
    max_size=2,
)
ranges = st.fixed_dictionaries({"type": st.sampled_from(("ECOSYSTEM", "GIT")), "events": events})
entries = st.fixed_dictionaries(
    {
        "package": st.fixed_dictionaries(
            {
                "ecosystem": st.sampled_from(("Debian:11", "Debian:12", "Debian", "npm", "Debianesque:11")),
                "name": st.sampled_from(("a", "b", "c")),
            }
        ),
    },
    optional={
        "ranges": st.none() | st.lists(ranges, max_size=2),
        "versions": st.none() | st.lists(texts, max_size=2),
        "ecosystem_specific": st.none() | st.fixed_dictionaries({"urgency": st.sampled_from(("low", "end-of-life"))}),
    },
)


@settings(max_examples=200)
@given(st.lists(st.sampled_from(range(4)), max_size=8), st.lists(entries, min_size=4, max_size=4))
def test_a_record_says_what_its_entries_say(chosen: Sequence[int], some: list[dict[str, object]]) -> None:
    """Each package in a release is asked for by itself: of its entries a record of its own is made."""
    affected = [some[at] for at in chosen]
    with tempfile.TemporaryDirectory() as folder:
        run, rows, stated = read(Path(folder), [of("A-1", *affected)], "Debian")
        places = {(each["package"]["name"], each["package"]["ecosystem"]) for each in affected}  # type: ignore[index]
        alone: Stated = {}
        unknown = 0
        for name, where in sorted(places):
            own = [each for each in affected if each["package"] == {"name": name, "ecosystem": where}]
            for each in own:  # between two of them stands another one, so that nothing is taken over from the last
                _, (row,), _ = read(Path(folder), [of("A-1", each)], "Debian")
                unknown += row[-1]
            between = {"package": {"ecosystem": "Pub", "name": "x"}, "versions": ["7"]}
            apart = [one for each in own for one in (each, between)]
            alone |= read(Path(folder), [of("A-1", *apart)], "Debian")[2]
    assert (run.records, run.unreadable) == (1, 0)
    assert stated == alone
    assert rows[0][-1] == unknown
    assert {release for _, release in stated} <= {"", "11", "12"}


def test_entries_in_a_row_that_say_the_same_are_told_from_those_that_do_not(tmp_path: Path) -> None:
    """One of the things that an entry says is changed at a time."""
    package = {"ecosystem": "Debian:12", "name": "a"}
    base = {"package": package, "versions": ["1"], "ecosystem_specific": {"urgency": "low"}}
    until = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2"}]}]
    for change in ({"versions": ["2"]}, {"ranges": until}, {"ecosystem_specific": {"urgency": "high"}}):
        other = base | change | {"package": package | {"name": "b"}}
        stated = read(tmp_path, [of("A-1", base, other)], "Debian")[2]
        assert stated["a", "12"] != stated["b", "12"]
        assert stated["b", "12"] == read(tmp_path, [of("A-1", other)], "Debian")[2]["b", "12"]


def test_a_severity_between_entries_that_say_the_same_is_heard(tmp_path: Path) -> None:
    entry = {"package": {"ecosystem": "PyPI", "name": "a"}, "versions": ["1"]}
    scored = entry | {"severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}]}
    for affected in ([entry, scored], [scored, entry], [entry, scored, entry]):
        (row,) = read(tmp_path, [of("A-1", *affected)], "PyPI")[1]
        assert (row[7], row[8]) == ("critical", 9.8)


def test_names_are_spelt_and_too_long_ones_left_out(tmp_path: Path) -> None:
    entries = [{"package": {"ecosystem": "PyPI", "name": name}, "versions": ["1"]} for name in ("A_b", "x" * 21)]
    stated = read(tmp_path, [of("A-1", *entries)], "PyPI", Limits(feed_text=20))[2]
    assert set(stated) == {("a-b", "")}


def test_a_record_past_a_bound_is_told_and_the_next_is_read(tmp_path: Path) -> None:
    entry = {"package": {"ecosystem": "PyPI", "name": "a"}, "versions": ["1", "2"]}
    large, small = of("A-1", entry, entry), of("A-2", entry)
    run, rows, stated = read(tmp_path, [large, small], "PyPI", Limits(feed_bounds=3))
    assert (run.records, run.unreadable, [row[0] for row in rows]) == (1, 1, ["A-2"])
    assert "feed_bounds" in run.examples[0]
    assert stated == read(tmp_path, [small], "PyPI")[2]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no OSV record"),
        (b"\xff", "no OSV record"),
        (of("A-1")[:-1], "no OSV record"),
        (of("A 1"), "the id is 'A 1'"),
        (of("A" * 21), "an id longer than feed_text"),
        (of("A-1", {"package": {"ecosystem": "PyPI", "name": "a"}, "ranges": "all"}), "no OSV record"),
        (b"[" * 100_000, "no OSV record"),
    ],
)
def test_what_is_no_record_is_told(tmp_path: Path, data: bytes, why: str) -> None:
    run, rows, stated = read(tmp_path, [data], "PyPI", Limits(feed_text=20))
    assert (run.records, run.unreadable, rows, stated) == (0, 1, [], {})
    assert why in run.examples[0]
    assert run.examples[0].startswith("'0.json'")


def test_records_of_a_prefix_are_left_out(tmp_path: Path) -> None:
    run, rows, _ = read(tmp_path, [of("MAL-1"), of("PYSEC-1")], "PyPI", skip=("MAL-",))
    assert (run.records, run.unreadable, [row[0] for row in rows]) == (1, 0, ["PYSEC-1"])


def test_a_row_holds_what_the_record_says(tmp_path: Path) -> None:
    fields: Record = {
        "published": "2026-01-01T00:00:00Z",
        "withdrawn": "soon",
        "summary": "x" * 300,
        "aliases": ["cve-2024-1", "GHSA-x"],
        "upstream": ["CVE-2024-2"],
        "related": ["CVE-2024-3"],
    }
    (row,) = read(tmp_path, [of("A-1", **fields)], "PyPI")[1]
    assert row[:7] == ("A-1", "osv", "CVE-2024-1 GHSA-x", "CVE-2024-2", fields["published"], TODAY, "unknown")
    assert row[7:] == ("unknown", None, "", "x" * 200, 0)
    assert msgspec.convert(row, RecordRow) == row
