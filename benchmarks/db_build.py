"""Building the database from exports of real size: records a second, memory, compressed size, and a delta.

python benchmarks/db_build.py [FEEDS] [--scale 1.0] [--made FOLDER]

Without FEEDS the exports are those that ``exports.py`` makes up, in FOLDER (kept, where one is named). A delta changes
records of the shards that hold the most ranges and the most records, as an update does: changed records are read, the
rows of packages made anew that they speak of, the shard written and its digest taken.
"""

from __future__ import annotations

import argparse
import io
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import zstandard

import _measure
import exports
from pratique.limits import DEFAULT
from pratique.vuln import build, delta, extent
from pratique.vuln.feed import osv
from pratique.vuln.feed._shape import Settings
from pratique.vuln.manifest import Manifest, Shard, read

LEVELS = (3, 12)
CHANGES = 500

_WHOLE = "import sys, pathlib; from pratique.vuln.build import build; build(*map(pathlib.Path, sys.argv[1:]))"


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("feeds", type=Path, nargs="?")
    parser.add_argument("--scale", type=float, default=1.0, help="of the exports made up (default 1.0)")
    parser.add_argument("--made", type=Path, help="where exports made up lie, or go")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.made) as folder:
        feeds, target = options.feeds or _made(options, Path(folder)), Path(folder) / "db"
        figures = _built(feeds, target, options.runs)
        bound = read(target, DEFAULT)
        figures |= _sizes(bound, target)
        figures["deltas"] = {shard.name: _delta(feeds, target, shard, options.runs) for shard in _largest(bound)}
    _measure.write(options.json, figures)


def _made(options: argparse.Namespace, folder: Path) -> Path:
    target: Path = options.made or folder / "feeds"
    if not (target / "ecosystems.txt").exists():
        exports.generate(target, options.scale)
    return target


def _built(feeds: Path, target: Path, runs: int) -> dict[str, object]:
    command = [sys.executable, "-c", _WHOLE, str(feeds), str(target)]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = _measure.median(lambda: _measure.seconds(command), runs)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) / (runs + 1)
    peak = _measure.peak_pss(command)
    shards = [shard for shard in read(target, DEFAULT).shards if shard.kind == "osv"]
    records, ranges = (sum(getattr(shard.facts, of) for shard in shards) for of in ("records", "ranges"))
    print(f"{records} records, {ranges} ranges in {seconds:.1f} s: {records / seconds:.0f} records a second")
    print(
        f"processor {spent:.1f} s: {records / spent * 2:.0f} records a second were two cores free; peak {peak:.0f} MB"
    )
    load = os.getloadavg()[0]
    return {
        "records": records,
        "ranges": ranges,
        "seconds": seconds,
        "per_second": records / seconds,
        "processor_seconds": spent,
        "per_second_of_two_free_cores": records / spent * 2,
        "peak_mb": peak,
        "load": load,
    }


def _sizes(bound: Manifest, target: Path) -> dict[str, object]:
    """Bytes of all shards, as they lie there and as they travel."""
    found: dict[str, object] = {"bytes": sum(shard.size for shard in bound.shards)}
    for level in LEVELS:
        packer = zstandard.ZstdCompressor(level=level)
        sizes = {shard.name: len(packer.compress((target / shard.file).read_bytes())) for shard in bound.shards}
        found[f"zstd_{level}"] = {"bytes": sum(sizes.values()), "shards": sizes}
        print(f"zstd -{level}: {sum(sizes.values()) / 1e6:.1f} MB of {sum(s.size for s in bound.shards) / 1e6:.1f} MB")
    return found


def _largest(bound: Manifest) -> list[Shard]:
    """The shards of the most ranges and of the most records."""
    shards = [shard for shard in bound.shards if shard.kind == "osv"]
    by_ranges = max(shards, key=lambda shard: shard.facts.ranges)
    by_records = max(shards, key=lambda shard: shard.facts.records)
    return [by_ranges] if by_ranges is by_records else [by_ranges, by_records]


def _delta(feeds: Path, target: Path, shard: Shard, runs: int) -> dict[str, float]:
    settings = Settings(DEFAULT, extent.Extents())
    fresh = dict(_changed(feeds / shard.name / "all.zip"))
    names = tuple(sorted(fresh))

    def once() -> float:
        with tempfile.TemporaryDirectory(dir=target) as work:
            start = time.perf_counter()
            listed = delta.listed((feeds / shard.name / "modified_id.csv").read_bytes())
            delta.changes(target / shard.file, listed, ())
            with build.draft(Path(work), osv.FEED.schema) as connection:
                facts = delta.apply(
                    connection,
                    target / shard.file,
                    shard.name,
                    delta.Changes(names, ()),
                    fresh.get,
                    settings,
                    Path(work),
                )
                if facts is None:
                    sys.exit("a record of the delta is missing")
                build.seal(connection, shard.kind, shard.name, facts, Path(work))
            return time.perf_counter() - start

    before = time.process_time()
    seconds = _measure.median(once, runs)
    spent = (time.process_time() - before) / (runs + 1)
    print(f"delta of {len(names)} records of {shard.name}: {seconds:.2f} s, of the processor {spent:.2f} s")
    return {"records": len(names), "seconds": seconds, "processor_seconds": spent}


def _changed(archive: Path) -> Iterator[tuple[str, bytes]]:
    """Every so many records, with another fix."""
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
        names = opened.namelist()
        for name in names[:: max(1, len(names) // CHANGES)][:CHANGES]:
            yield name.removesuffix(".json"), opened.read(name).replace(b'"fixed":"', b'"fixed":"1')


if __name__ == "__main__":
    main()
