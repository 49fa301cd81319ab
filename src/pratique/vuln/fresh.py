"""The dates of the feeds that were asked in, a problem for each that is too old to be silent out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pratique.model import KEV_FEED, Problem
from pratique.vuln import manifest
from pratique.vuln.asof import AsOf, parse_date
from pratique.vuln.database import Database
from pratique.vuln.ground import UPDATE
from pratique.vuln.shard import Shard

_AHEAD = timedelta(days=1)  # clocks differ
_FEW = 100  # of so many records one may be dated wrongly: where more are, it is rather the clock


def feed_problems(database: Database, asked: Sequence[str], now: datetime, stale_days: int) -> Iterator[Problem]:
    """Stale and damaged feeds among the ecosystems that were asked, KEV and EPSS; a past moment that is as long ago as
    no feed may be.

    Without the KEV catalogue nobody can say that nothing here is exploited, so that blocks; EPSS is told of."""
    yield from _past(database.as_of, now, stale_days)
    for ecosystem in asked:
        entry = database.manifest.shard("osv", ecosystem)
        shard = database.shard("osv", ecosystem)
        if entry is not None and shard is not None:
            yield from _age(entry, now, stale_days, database.as_of, shard)
            yield from _unreadable(entry)
    for kind, what in (("kev", "catalogue of exploited vulnerabilities (CISA's KEV)"), ("epss", "EPSS scores")):
        entry = database.manifest.shard(kind, kind)
        if entry is None:
            yield Problem(f"feed {kind}", f"the database holds no {what}", blocking=kind == "kev", hint=UPDATE)
        else:
            yield from _age(entry, now, stale_days, database.as_of)
            if kind == "epss" and database.as_of is not None and not database.as_of.had(entry.facts.date):
                yield Problem("feed epss", f"no EPSS score is known of {database.as_of.day}: the feed's are later")


def _past(as_of: AsOf | None, now: datetime, stale_days: int) -> Iterator[Problem]:
    """What was known long before the moment that is decided for is as stale as a feed of that age, KEV above all."""
    if as_of is not None and now - as_of.at > timedelta(days=stale_days):
        days = (now.date() - as_of.at.date()).days
        what = f"what was known {days} days ago ({as_of.day}) is asked for, more than {stale_days}"
        hint = "leave --now out: then that day itself is decided"
        yield Problem(KEV_FEED, what, blocking=True, hint=hint)


def _age(
    entry: manifest.Shard, now: datetime, stale_days: int, as_of: AsOf | None, shard: Shard | None = None
) -> Iterator[Problem]:
    """A feed may be later than the time that is asked for: its records are taken by their dates."""
    where, date = f"feed {entry.name}", parse_date(entry.facts.date)
    if date is not None and date - now > _AHEAD and as_of is None:
        ahead, newest = shard.dated(now + _AHEAD) if shard is not None else (1, "")
        date = parse_date(newest) if ahead * _FEW <= entry.facts.records else None
        what = f"the {entry.name} feed is dated {entry.facts.date[:10]}, in the future: its age is not known"
        if date is not None:
            told = (
                f"{ahead} records of the {entry.name} feed are"
                if ahead > 1
                else f"a record of the {entry.name} feed is"
            )
            what = f"{told} dated in the future, up to {entry.facts.date[:10]}: its age is told by the others"
        hint = "check the clock, --now and SOURCE_DATE_EPOCH; its own records may be dated ahead too"
        yield Problem(where, what, blocking=date is None, hint=hint)
    elif date is None:
        yield Problem(where, f"the {entry.name} feed tells no date", blocking=True, hint=UPDATE)
    if date is not None and now - date > timedelta(days=stale_days):
        days = (now.date() - date.date()).days
        what = f"the {entry.name} feed is {days} days old ({date:%Y-%m-%d}), more than {stale_days}"
        yield Problem(where, what, blocking=True, hint=UPDATE)


def _unreadable(entry: manifest.Shard) -> Iterator[Problem]:
    count = entry.facts.unreadable
    if count:
        example = f", such as {entry.facts.examples[0]}" if entry.facts.examples else ""
        some = f"{count} records" if count > 1 else "a record"
        yield Problem(f"feed {entry.name}", f"{some} of the {entry.name} feed cannot be read{example}")
