"""``pratique db update``: the feeds, from their publishers or a mirror, in; the database brought up to date out."""

from __future__ import annotations

import argparse
import os
from datetime import UTC, datetime
from typing import IO

from pratique.cli import _database, _messages, _options, _progress
from pratique.plugins import Command


def configure(parser: argparse.ArgumentParser) -> None:
    """Mirror, target and network."""
    group = parser.add_argument_group("Database")
    group.add_argument(
        "--mirror",
        metavar="URL",
        help="a mirror of the feeds: ecosystems.txt and <Ecosystem>/all.zip as OSV exports them, KEV and EPSS beside "
        "(default: OSV, CISA, FIRST and the distributions themselves)",
    )
    group.add_argument("--kev-url", metavar="URL", help="the KEV catalogue (default: the mirror's, else CISA's)")
    group.add_argument("--epss-url", metavar="URL", help="the EPSS scores (default: the mirror's, else FIRST's)")
    _database.add_folder(group)
    _database.add_ecosystem(group)
    group.add_argument(
        "--all",
        action="store_true",
        help="all ecosystems (default: those that scans here have asked for of late, once there are)",
    )
    network = parser.add_argument_group("Network")
    _options.add_certificates(network)
    network.add_argument("--insecure", action="store_true", help="do not check the mirror's certificate")
    _options.add_timeout(network, "mirror")


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when the database is up to date. Raises what ``vuln.update.update`` raises; the old database then stays."""
    from urllib.parse import urlsplit

    from pratique.net.client import Client  # the network and SQLite: not for --help
    from pratique.net.options import Options
    from pratique.vuln import update, used

    mirror = args.mirror or update.OSV
    options = Options(
        ca_file=args.ca_file,
        client_certificate=args.client_cert,
        client_key=_options.client_key(args),
        read_seconds=args.timeout,
        insecure=(urlsplit(mirror).netloc.rpartition("@")[2],) if args.insecure else (),
    )
    folder = _database.folder_of(args, os.environ)
    asked = used.recent(_database.learnt_file(os.environ), datetime.now(UTC).date())
    learnt = () if args.all or args.ecosystem else asked
    with _progress.bars(args, err) as bars:
        updated = update.update(
            mirror,
            folder,
            Client(options),
            ecosystems=args.ecosystem,
            learnt=learnt,
            progress=bars,
            kev_url=args.kev_url or ("" if args.mirror else update.KEV),
            epss_url=args.epss_url or ("" if args.mirror else update.EPSS),
            publishers=not args.mirror,
        )
    if not args.quiet:
        of = f" ({', '.join(learnt)}, which scans here ask for; --all for the others)" if learnt else ""
        but = f" but for {', '.join(updated.lacking)}, which {mirror} does not have" if updated.lacking else ""
        _messages.tell(err, f"up to date{of}{but}: {_database.summary(updated.status)}")
    return 0


COMMAND = Command(name="db update", help="bring the vulnerability database up to date", configure=configure, run=run)
