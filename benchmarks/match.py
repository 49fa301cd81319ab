"""Matching alone: all package names of five exports in one inventory each, against osv-scanner's whole run.

    python benchmarks/match.py FEEDS

"match" is ``vuln.match.match`` with the database opened anew, in this process; "process" a Python process that does
only that; "osv-scanner" its run on the same packages and the same export, where it is found
(it looks nothing up for AlmaLinux).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

import _measure
import _osv_scanner
from pratique.model import Inventory
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.match import match

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def timed(inventory: Inventory, folder: Path) -> float:
    start = time.perf_counter()
    with Database.open(folder) as database:
        match(inventory, database, NOW)
    return time.perf_counter() - start


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("feeds", type=Path)
    options = parser.parse_args()
    there = bool(os.environ.get("OSV_SCANNER") or shutil.which("osv-scanner"))
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(options.feeds, folder / "db")
        environment = _osv_scanner.cache(options.feeds, folder / "cache")
        for ecosystem in _osv_scanner.TYPES:
            inventory = _osv_scanner.inventory(options.feeds, ecosystem)
            stored, listed = folder / f"{ecosystem}.json", folder / f"{ecosystem}.cdx.json"
            stored.write_bytes(msgspec.json.encode(inventory))
            listed.write_text(_osv_scanner.document(inventory))
            with Database.open(folder / "db") as database:
                found = len(match(inventory, database, NOW).findings)
            command = [sys.executable, "-c", _PROCESS, str(stored), str(folder / "db")]
            figures[ecosystem] = {
                "packages": len(inventory.packages),
                "findings": found,
                "match": _measure.median(lambda: timed(inventory, folder / "db"), options.runs),  # noqa: B023
                "process": _measure.median(lambda: _measure.seconds(command), options.runs),  # noqa: B023
            }
            if there:
                theirs = _osv_scanner.command(listed)
                figures[ecosystem]["osv-scanner"] = _measure.median(
                    lambda: _measure.seconds(theirs, codes=(0, 1), environment=environment),  # noqa: B023
                    options.runs,
                )
            print(ecosystem, {key: round(value, 4) for key, value in figures[ecosystem].items()})
    _measure.write(options.json, figures)


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
    main()
