"""``version.key()`` a scheme, in microseconds a version, beside ``packaging.version.Version``; and what loading costs.

Versions: those of the real feeds (``--feeds DIR``, the folder with ``<Ecosystem>/all.zip``), 3,000 of each ecosystem at
most. "first" is a version never seen before, "again" one that the cache of keys holds.
"""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from pathlib import Path

import msgspec
from packaging.version import InvalidVersion, Version

import _measure
from pratique import version

ECOSYSTEMS = {
    "deb": "Debian",
    "rpm": "AlmaLinux",
    "apk": "Wolfi",
    "pypi": "PyPI",
    "npm": "npm",
    "golang": "Go",
    "maven": "Maven",
    "gem": "RubyGems",
    "cargo": "crates.io",
    "composer": "Packagist",
    "bitnami": "Bitnami",
}
MOST = 3000
LOAD_ONE = "from pratique import version; version.key('deb', '1')"
LOAD_ALL = "from pratique import plugins; plugins.load('pratique.version', 'SCHEME')"


class Range(msgspec.Struct):
    type: str
    events: list[dict[str, str]] = []


class Affected(msgspec.Struct):
    ranges: list[Range] = []
    versions: list[str] = []


class Record(msgspec.Struct):
    affected: list[Affected] = []


def texts(feeds: Path, ecosystem: str) -> list[str]:
    """Distinct versions of the ecosystem's records, evenly drawn."""
    found: set[str] = set()
    with zipfile.ZipFile(feeds / ecosystem / "all.zip") as archive:
        for name in archive.namelist():
            for affected in msgspec.json.decode(archive.read(name), type=Record).affected:
                found.update(affected.versions)
                found.update(
                    text
                    for one in affected.ranges
                    if one.type != "GIT"
                    for event in one.events
                    for text in event.values()
                )
    ordered = sorted(found)
    return ordered[:: max(1, len(ordered) // MOST)][:MOST]


def valid(scheme: str, some: list[str]) -> list[str]:
    """Those that the scheme takes for versions."""
    kept = []
    for text in some:
        try:
            version.key(scheme, text)
        except ValueError:
            continue
        kept.append(text)
    return kept


def keys(scheme: str, some: list[str], *, first: bool) -> float:
    """Seconds for the keys of all texts."""
    if first:
        version.key.cache_clear()
    start = time.perf_counter()
    for text in some:
        version.key(scheme, text)
    return time.perf_counter() - start


def packaging_keys(some: list[str]) -> float:
    """Seconds for the same work by ``packaging``: parse, and make what it compares by."""
    start = time.perf_counter()
    for text in some:
        try:
            _ = Version(text) < ZERO
        except InvalidVersion:
            continue
    return time.perf_counter() - start


ZERO = Version("0")


def load(statement: str) -> float:
    """Seconds that the statement takes in a fresh interpreter that holds the plug-ins' shapes already."""
    program = (
        f"import time, pratique.plugins; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    )
    return float(subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout)


def measure(scheme: str, some: list[str], runs: int) -> dict[str, float]:
    """Medians, in microseconds a version."""
    each = 1e6 / len(some)
    row = {
        "versions": len(some),
        "first_us": round(_measure.median(lambda: keys(scheme, some, first=True), runs) * each, 2),
        "again_us": round(_measure.median(lambda: keys(scheme, some, first=False), runs) * each, 2),
        "key_bytes": round(sum(len(version.key(scheme, text)) for text in some) / len(some), 1),
    }
    if scheme == "pypi":
        row["packaging_us"] = round(_measure.median(lambda: packaging_keys(some), runs) * each, 2)
    return row


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("--feeds", type=Path, required=True, metavar="DIR")
    options = parser.parse_args()
    figures = {}
    columns = ("versions", "first_us", "again_us", "packaging_us", "key_bytes")
    print(f"{'scheme':<10}", *(f"{column:>13}" for column in columns))
    for scheme, ecosystem in ECOSYSTEMS.items():
        row = figures[scheme] = measure(scheme, valid(scheme, texts(options.feeds, ecosystem)), options.runs)
        print(f"{scheme:<10}", *(f"{row.get(column, ''):>13}" for column in columns))
    loading = figures["loading"] = {
        "one_ms": round(_measure.median(lambda: load(LOAD_ONE), options.runs) * 1e3, 1),
        "all_ms": round(_measure.median(lambda: load(LOAD_ALL), options.runs) * 1e3, 1),
    }
    print(f"loading one scheme {loading['one_ms']} ms, all {loading['all_ms']} ms")
    _measure.write(options.json, figures)


if __name__ == "__main__":
    main()
