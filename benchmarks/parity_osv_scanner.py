"""The set of (record, package) that osv-scanner finds and ours, on the same export and the same packages.

    python benchmarks/parity_osv_scanner.py FEEDS

Every difference is printed, with its reason; exits 1 where one has none. AlmaLinux is left out: osv-scanner 2.6 gives
its packages no ecosystem, neither from a package URL nor from an image.
"""

from __future__ import annotations

import json
import sys
import tempfile
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import _measure
import _osv_scanner
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.match import hits

NOW = datetime(2026, 11, 21, tzinfo=UTC)
ECOSYSTEMS = ("PyPI", "Go", "Debian", "Alpine")


def reason(ecosystem: str, record: str, package: str, version: str, feeds: Path, database: Database) -> str:
    """Why only one of the two finds it, "" where we do not know."""
    if ecosystem == "Go" and package != package.lower():
        return "reading a package URL, osv-scanner turns Go's names to lower case, and the record has capitals"
    of = _osv_scanner.DISTROS.get(ecosystem, (ecosystem, None))[0]
    shard = database.shard("osv", ecosystem)
    if shard and record in {each.record for each in shard.unassessable(of.partition(":")[2], package)}:
        return "a border of the record is no version: we tell of it as a problem"
    with zipfile.ZipFile(feeds / ecosystem / "all.zip") as archive:
        known = json.loads(archive.read(f"{record}.json"))
    listed = {text for affected in known["affected"] for text in affected.get("versions") or []}
    if listed and version not in listed:
        return "it lies in a range, but osv-scanner asks only the list of versions, for the very text"
    return ""


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("feeds", type=Path)
    options = parser.parse_args()
    figures: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(options.feeds, folder / "db", ecosystems=ECOSYSTEMS)
        environment = _osv_scanner.cache(options.feeds, folder / "cache")
        for ecosystem in ECOSYSTEMS:
            inventory = _osv_scanner.inventory(options.feeds, ecosystem)
            listed = folder / f"{ecosystem}.cdx.json"
            listed.write_text(_osv_scanner.document(inventory))
            theirs = _osv_scanner.ask(listed, environment)
            with Database.open(folder / "db") as database:
                ours = {(hit.record, hit.package.name, hit.package.version) for hit in hits(inventory, database, NOW)}
                why = {each: reason(ecosystem, *each, options.feeds, database) for each in sorted(ours ^ theirs)}
            figures[ecosystem] = {
                "packages": len(inventory.packages),
                "both": len(ours & theirs),
                "ours_only": len(ours - theirs),
                "theirs_only": len(theirs - ours),
                "unexplained": sum(not text for text in why.values()),
            }
            print(ecosystem, figures[ecosystem])
            for each, text in why.items():
                print(f"  {'ours' if each in ours else 'theirs'} only: {' '.join(each)}: {text or 'UNEXPLAINED'}")
    _measure.write(options.json, figures)
    sys.exit(any(each["unexplained"] for each in figures.values()))


if __name__ == "__main__":
    main()
