"""Matching alone: 1,000 real packages, for which there is a promise, and all package names of five exports.

    python benchmarks/match.py FEEDS [--images DIR]

"match" is the database opened anew and ``vuln.match.match``, in this process, with no version parsed before and garbage
collected as the command line does; "process" a Python process that does only that; "osv-scanner" its run on the same
packages and the same export, where it is found (it looks nothing up for AlmaLinux). The 1,000 packages are the first
that the images hold of npm, and those of Debian that they hold, once each, filled up with the names of Debian's export.
"""

from __future__ import annotations

import gc
import itertools
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec

import _measure
import _osv_scanner
from pratique import api, cli, version
from pratique.model import Inventory, Package
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.match import match

NOW = datetime(2026, 11, 21, tzinfo=UTC)
PROMISE = 0.05  # seconds for 1,000 packages, database open included
THOUSAND = 1000


def timed(inventory: Inventory, folder: Path) -> float:
    version.key.cache_clear()
    gc.collect()
    start = time.perf_counter()
    with Database.open(folder) as database:
        match(inventory, database, NOW)
    return time.perf_counter() - start


def thousands(feeds: Path, images: Path) -> Iterator[tuple[str, Inventory]]:
    """1,000 packages of npm and 1,000 of Debian, where the images are there."""
    layouts = sorted(str(path.parent) for path in images.glob("*/index.json"))
    found = [outcome.report.packages for outcome in api.inventory(layouts, api.Settings(now=NOW))]
    node = tuple(package for packages in found for package in packages if package.type == "npm")
    if len(node) >= THOUSAND:
        yield "npm, 1,000 of images", Inventory(None, node[:THOUSAND])
    export = _osv_scanner.inventory(feeds, "Debian")
    debian: dict[tuple[str, str], Package] = {}
    for package in itertools.chain(*found, export.packages):
        if package.type == "deb":
            debian.setdefault((package.name, package.version), package)
    if len(debian) >= THOUSAND // 2:
        filled = itertools.islice(itertools.cycle(debian.values()), THOUSAND)
        yield "Debian, 1,000 of images", Inventory(export.distro, tuple(filled))


def main() -> int:
    """0 where the promise is kept, or was not put to the test."""
    parser = _measure.arguments(__doc__)
    parser.add_argument("feeds", type=Path)
    parser.add_argument(
        "--images", type=Path, default=Path.home() / ".cache/pratique-images/oci", help="folder of OCI layouts"
    )
    options = parser.parse_args()
    gc.set_threshold(*cli.COLLECT)
    figures: dict[str, dict[str, float]] = {}
    kept = True
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(options.feeds, folder / "db")
        for what, inventory in thousands(options.feeds, options.images):
            figures[what] = measured(inventory, folder / "db", options.runs)
            kept = kept and figures[what]["match"] <= PROMISE
        exports(options.feeds, folder, options.runs, figures)
    for what, each in figures.items():
        print(what, {key: round(value, 4) for key, value in each.items()})
    print(f"1,000 packages take at most {PROMISE * 1000:.0f} ms: {'kept' if kept else 'BROKEN'}")
    _measure.write(options.json, figures)
    return 0 if kept else 1


def measured(inventory: Inventory, database: Path, runs: int) -> dict[str, float]:
    with Database.open(database) as opened:
        found = len(match(inventory, opened, NOW).findings)
    return {
        "packages": len(inventory.packages),
        "findings": found,
        "match": _measure.median(lambda: timed(inventory, database), runs),
    }


def exports(feeds: Path, folder: Path, runs: int, figures: dict[str, dict[str, float]]) -> None:
    """All package names of each export, also as a process, and beside osv-scanner."""
    there = bool(os.environ.get("OSV_SCANNER") or shutil.which("osv-scanner"))
    environment = _osv_scanner.cache(feeds, folder / "cache")
    for ecosystem in _osv_scanner.TYPES:
        inventory = _osv_scanner.inventory(feeds, ecosystem)
        stored, listed = folder / f"{ecosystem}.json", folder / f"{ecosystem}.cdx.json"
        stored.write_bytes(msgspec.json.encode(inventory))
        listed.write_text(_osv_scanner.document(inventory))
        figures[ecosystem] = measured(inventory, folder / "db", runs)
        command = [sys.executable, "-c", _PROCESS, str(stored), str(folder / "db")]
        figures[ecosystem]["process"] = _measure.median(lambda: _measure.seconds(command), runs)  # noqa: B023
        if there:
            theirs = _osv_scanner.command(listed)
            figures[ecosystem]["osv-scanner"] = _measure.median(
                lambda: _measure.seconds(theirs, codes=(0, 1), environment=environment),  # noqa: B023
                runs,
            )


_PROCESS = """
import pathlib, sys
from datetime import UTC, datetime
import msgspec
from pratique.model import Inventory
from pratique.vuln.database import Database
from pratique.vuln.match import match
inventory = msgspec.json.decode(pathlib.Path(sys.argv[1]).read_bytes(), type=Inventory)
with Database.open(pathlib.Path(sys.argv[2])) as database:
    match(inventory, database, datetime(2026, 11, 21, tzinfo=UTC))
"""

if __name__ == "__main__":
    sys.exit(main())
