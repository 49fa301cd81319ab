"""Published feeds in, the starter database in ``src/pratique/starter`` out: facts only, no prose.

    python scripts/build_starter.py [FEEDS] [--target FOLDER]

FEEDS defaults to ``$PRATIQUE_SHARED/feeds``, else to ``shared/feeds`` beside the repository. Left out are EPSS (the
file there is made up), Alpine's set and the ``VICTIMS-`` records (share-alike). NOTICE names the sources.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

from pratique.model import DatabaseStatus
from pratique.vuln.build import Options, build
from pratique.vuln.database import STARTER
from pratique.vuln.extent import Declared, Extent, Extents
from pratique.vuln.feed.osv import shards

REPOSITORY = Path(__file__).resolve().parent.parent
LEFT_OUT = ("Alpine",)
OPTIONS = Options(name="starter", starter=True, prose=False, skip=("VICTIMS-",), feeds=("osv", "kev", "eol"))

# What README.md beside the feeds says of each that is not whole.
COVERAGE = Extents(
    (
        Declared("Debian", Extent(False, "DSA and DLA until 2023-04")),
        Declared("Debian:11", Extent(False, "DSA until 2023-04, and fixed CVEs of some source packages")),
        Declared("Debian:12", Extent(False, "fixed CVEs of some source packages")),
        Declared("Maven", Extent(False, "a few well-known vulnerabilities")),
        Declared("npm", Extent(False, "the security working group's until 2018, and a few well-known ones")),
    )
)


def feeds_folder() -> Path:
    """Where the real feeds lie by default."""
    return Path(os.environ.get("PRATIQUE_SHARED", REPOSITORY.parent / "shared")) / "feeds"


def build_starter(feeds: Path, target: Path) -> DatabaseStatus:
    """Build into ``target``; what lay there goes."""
    ecosystems = [name for name in shards(feeds) if name not in LEFT_OUT]
    with tempfile.TemporaryDirectory() as scratch:
        built = Path(scratch)
        status = build(feeds, built, ecosystems=ecosystems, coverage=COVERAGE, options=OPTIONS)
        shutil.rmtree(target, ignore_errors=True)
        target.mkdir(parents=True)
        for path in sorted(built.iterdir()):
            if not path.name.startswith("."):
                shutil.copyfile(path, target / path.name)
    return status


def main(arguments: list[str]) -> int:
    """Build, and say what came of it."""
    parser = argparse.ArgumentParser(description="Build the starter database.")
    parser.add_argument("feeds", nargs="?", type=Path, default=feeds_folder())
    parser.add_argument("--target", type=Path, default=STARTER)
    options = parser.parse_args(arguments)
    status = build_starter(options.feeds, options.target)
    for feed in status.feeds:
        print(f"{feed.name:12} {feed.date:26} {feed.records:7} records {feed.ranges:7} ranges  {feed.note}")
    size = sum(path.stat().st_size for path in options.target.iterdir())
    print(f"{status.digest}  {size / 1e6:.1f} MB in {str(options.target)!r}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
