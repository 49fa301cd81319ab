"""The set of (record, package) that osv-scanner finds and ours, on the same export and the same packages.

    python benchmarks/parity_osv_scanner.py FEEDS

Every difference is printed; exits 1 where there is one that is not explained below.
"""

from __future__ import annotations

import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import _measure
import _osv_scanner
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.match import hits

NOW = datetime(2026, 11, 21, tzinfo=UTC)


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("feeds", type=Path)
    options = parser.parse_args()
    figures: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        build(options.feeds, folder / "db", ecosystems=sorted(_osv_scanner.TYPES))
        environment = _osv_scanner.cache(options.feeds, folder / "cache")
        for ecosystem in _osv_scanner.TYPES:
            inventory = _osv_scanner.inventory(options.feeds, ecosystem)
            sbom = folder / f"{ecosystem}.cdx.json"
            sbom.write_text(_osv_scanner.document(inventory))
            theirs = _osv_scanner.ask(sbom, environment)
            with Database.open(folder / "db") as database:
                ours = {(hit.record, hit.package.name, hit.package.version) for hit in hits(inventory, database, NOW)}
            figures[ecosystem] = {
                "packages": len(inventory.packages),
                "both": len(ours & theirs),
                "ours_only": len(ours - theirs),
                "theirs_only": len(theirs - ours),
            }
            print(ecosystem, figures[ecosystem])
            for title, found in (("ours only", ours - theirs), ("theirs only", theirs - ours)):
                for record, package, version in sorted(found):
                    print(f"  {title}: {record} {package} {version}")
    _measure.write(options.json, figures)
    sys.exit(any(each["ours_only"] or each["theirs_only"] for each in figures.values()))


if __name__ == "__main__":
    main()
