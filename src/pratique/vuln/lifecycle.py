"""A release and the table of ends of support in, a problem out where that support has ended.

The table (``vuln/feed/eol.csv``) holds last days of support. A release has ended when all support has that the image
draws upon; what else there is to be had is told. One whose end is not settled goes on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from pratique.model import Channel, Distro, Package, Problem
from pratique.vuln.answer import Release
from pratique.vuln.asof import parse_date
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution, Term, numbers
from pratique.vuln.shard import Shard

_OLD = timedelta(days=400)  # ends are told years ahead, and every publisher makes a release within a year
_MOVE = "move to a release that is supported"


def numbered(distro: Distro, distribution: Distribution, database: Database) -> Distro:
    """With the version that the table knows by the codename, where os-release has none: Debian's testing."""
    table = database.shard("eol", "eol")
    if distro.version or not distro.codename or not distribution.table or table is None:
        return distro
    found = table.distro_release(distribution.table, codename=distro.codename)
    return distro if found is None else msgspec.structs.replace(distro, version=found.version)


def ended(
    distro: Distro,
    distribution: Distribution,
    database: Database,
    now: datetime,
    channels: Sequence[Channel] = (),
    packages: Sequence[Package] = (),
) -> tuple[Problem, ...]:
    """A blocking problem where support has ended; a noted one where nobody knows, or the table is old."""
    table = database.shard("eol", "eol")
    terms = _terms(distro, distribution, channels, packages)
    if table is None or not terms or not distro.version:
        return ()
    known = [(term, row) for term in terms if (row := _row(table, term)) is not None]
    drawn = [(term, row) for term, row in known if term.drawn]
    today = now.date().isoformat()
    if not drawn:
        what = f"until when {distribution.name} {distro.version} is supported is not known"
        return (Problem("distribution", what), *_aged(table, now))
    if any(not row.end or today <= row.end for _, row in drawn):
        return _aged(table, now)
    term, last = max(drawn, key=lambda each: each[1].end)
    codename = f" ({last.codename})" if last.codename else ""
    what = f"{distribution.name} {last.version}{codename} has had no {term.name} since {last.end}"
    more = [f"{term.name}, until {row.end}" for term, row in known if not term.drawn and today <= row.end]
    hint = "; or draw upon ".join((_MOVE, *more))
    return (Problem("distribution", what, blocking=True, hint=hint, ended=last.end), *_aged(table, now))


def _terms(
    distro: Distro, distribution: Distribution, channels: Sequence[Channel], packages: Sequence[Package]
) -> tuple[Term, ...]:
    if distribution.terms is not None:
        return distribution.terms(distro, channels, packages)
    return (Term(distribution.table, numbers(distro.version)),) if distribution.table else ()


def _row(table: Shard, term: Term) -> Release | None:
    found = (table.distro_release(term.table, version=version) for version in term.versions if version)
    return next((row for row in found if row is not None), None)


def _aged(table: Shard, now: datetime) -> tuple[Problem, ...]:
    date = parse_date(table.facts.date)
    if date is None or now - date <= _OLD:
        return ()
    what = f"the table of ends of support is of {date:%Y-%m-%d}, {(now - date).days} days ago"
    return (Problem("feed eol", what, hint="update Pratique and its database, or serve distro-info/eol.csv"),)
