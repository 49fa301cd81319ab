"""Building the database from an export: records a second for each ecosystem, and the peak of memory.

python benchmarks/db_build.py FEEDS
"""

from __future__ import annotations

import sys
import tempfile
import time
import zipfile
from pathlib import Path

import _measure
from pratique.vuln.build import build
from pratique.vuln.feed.osv import shards


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("feeds", type=Path)
    options = parser.parse_args()
    figures: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in shards(options.feeds):
            with zipfile.ZipFile(options.feeds / name / "all.zip") as archive:
                records = len(archive.namelist())

            def once(name: str = name) -> float:
                start = time.perf_counter()
                build(options.feeds, Path(folder) / name, ecosystems=[name])
                return time.perf_counter() - start

            taken = _measure.median(once, options.runs)
            size = sum(path.stat().st_size for path in (Path(folder) / name).glob(f"{name}.*.sqlite"))
            figures[name] = {"records": records, "seconds": taken, "per_second": records / taken, "bytes": size}
            print(f"{name:12} {records:7} records {taken:7.3f} s {records / taken:9.0f} a second {size / 1e6:6.1f} MB")
        command = [sys.executable, "-c", _WHOLE, str(options.feeds), f"{folder}/whole"]
        whole = _measure.median(lambda: _measure.seconds(command), options.runs)
        peak = _measure.peak_pss(command)
    print(f"all, whole process: {whole:.2f} s, at most {peak:.0f} MB")
    _measure.write(options.json, {"ecosystems": figures, "whole": {"seconds": whole, "peak_mb": peak}})


_WHOLE = "import sys, pathlib; from pratique.vuln.build import build; build(*map(pathlib.Path, sys.argv[1:]))"

if __name__ == "__main__":
    main()
