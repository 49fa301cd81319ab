"""The ranges and listed versions of one affected package in, intervals of keys out: ``low <= key < high``.

https://ossf.github.io/osv-schema/#evaluation
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from pratique.vuln.feed._osv_record import Event, Range, Versions
from pratique.vuln.statements import AFTER, OPEN, Keyer


class Bound(msgspec.Struct, frozen=True, order=True, gc=False):
    """``low <= key < high``, and the texts that say so: ``introduced`` "" is from the beginning, ``fixed``, ``last``
    and
    ``limit``, which is no fix, "" are open at the top."""

    low: bytes
    high: bytes
    introduced: str = ""
    fixed: str = ""
    last: str = ""
    limit: str = ""


class Bounds(msgspec.Struct, frozen=True):
    """The intervals of one affected package. ``unknown`` are texts that are no version; ``why`` says why nothing, or
    not all, can be compared, "" where all can."""

    bounds: tuple[Bound, ...]
    unknown: tuple[str, ...] = ()
    why: str = ""


def bounds(affected: Versions, key: Keyer, after: Keyer | None = None) -> Bounds:
    """All intervals in which a version is affected; ``key`` raises ``ValueError`` for what is no version. ``after`` is
    ``version.after`` where the scheme has local versions.

    A listed version that lies in the record's own ranges is not repeated. Commit ranges say nothing of a version."""
    plain = _plainly(affected, key) if after is None else None
    if plain is not None:
        return plain
    found: list[Bound] = []
    unknown: list[str] = []
    why = ""
    comparable = [each for each in affected.ranges or () if each.type != "GIT"]
    for each in comparable:
        try:
            found += _intervals(each, key, after)
        except ValueError as error:
            unknown.append(str(error))
            why = f"a range of it has a border that is no version: {error}"
    listed, legacy = _listed(affected.versions or (), found, key, after)
    found += listed
    if len(found) > 1:
        found = sorted(set(found))
    if not found and not why:
        why = "it has commit ranges only" if affected.ranges and not comparable else "it names no version"
    return Bounds(tuple(found), (*unknown, *legacy), why)


def _intervals(range_: Range, key: Keyer, after: Keyer | None) -> list[Bound]:
    """A walk over the events in version order; of equal versions the document's order holds, as in the evaluation
    algorithm, whose sort is by version."""
    events = [single for event in range_.events or () for single in _singles(event)]
    limits = [event.limit for event in events if event.limit is not None]
    ordered = sorted(((_key(event, key), event) for event in events if event.limit is None), key=lambda pair: pair[0])
    found: list[Bound] = []
    low: tuple[bytes, str] | None = None
    for at, event in ordered:
        if event.introduced is not None:
            low = low or (at, "" if event.introduced == "0" else event.introduced)
        elif event.fixed is not None:
            if found and found[-1].high > at:  # last affected and fixed in one version: the later event holds
                found[-1] = Bound(found[-1].low, at, found[-1].introduced, event.fixed)
            if low is not None:
                found.append(Bound(low[0], at, low[1], fixed=event.fixed))
                low = None
        elif low is not None and event.last_affected is not None:
            found.append(
                Bound(low[0], after(event.last_affected) if after else at + AFTER, low[1], last=event.last_affected)
            )
            low = None
    if low is not None:
        found.append(Bound(low[0], OPEN, low[1]))
    found = [bound for bound in found if bound.low < bound.high]
    return _before(found, limits, key) if limits and "*" not in limits else found


def _plainly(affected: Versions, key: Keyer) -> Bounds | None:
    """The commonest ones, in half the time: one range from an introduction to a later fix or for ever, in which all
    listed versions lie; None for any other, and for those of which a text is no version."""
    ranges = affected.ranges
    if ranges is None or len(ranges) != 1 or ranges[0].type == "GIT" or not ranges[0].events:
        return None
    first, *rest = ranges[0].events
    begin, fixed = first.introduced, rest[0].fixed if rest else ""
    if begin is None or first != Event(begin) or (rest and (not fixed or rest != [Event(fixed=fixed)])):
        return None
    try:
        low, text = (b"", "") if begin == "0" else (key(begin), begin)
        high = key(fixed) if fixed else OPEN
        if low >= high:
            return None
        for each in affected.versions or ():
            if not low <= key(each) < high:
                return None
    except ValueError:
        return None
    return Bounds((Bound(low, high, text, fixed or ""),))


def _singles(event: Event) -> Sequence[Event]:
    """The event, or one for each of its fields where it has several: the schema forbids that, and a fix that is told in
    the object of its introduction is still a fix."""
    introduced, fixed, last, limit = event.introduced, event.fixed, event.last_affected, event.limit
    if (introduced, fixed, last, limit).count(None) >= _OTHERS:
        return (event,)
    parts = (Event(introduced), Event(fixed=fixed), Event(last_affected=last), Event(limit=limit))
    return [part for part in parts if part != _NO_EVENT]


_NO_EVENT = Event()
_OTHERS = 3  # fields that are not set


def _key(event: Event, key: Keyer) -> bytes:
    if event.introduced is not None:
        return b"" if event.introduced == "0" else key(event.introduced)
    text = event.fixed if event.fixed is not None else event.last_affected
    if text is None:
        raise ValueError("an event without a version")
    return key(text)


def _before(found: list[Bound], limits: Sequence[str], key: Keyer) -> list[Bound]:
    """Only what lies below the highest limit (``BeforeLimits``); a limit is no fix."""
    top, text = max((key(limit), limit) for limit in limits)
    return [
        bound if bound.high <= top else Bound(bound.low, top, bound.introduced, limit=text)
        for bound in found
        if bound.low < top
    ]


def _listed(
    versions: Iterable[str], found: Sequence[Bound], key: Keyer, after: Keyer | None
) -> tuple[list[Bound], list[str]]:
    more: list[Bound] = []
    unknown: list[str] = []
    intervals = [(bound.low, bound.high) for bound in found]
    for text in versions:
        try:
            at = key(text)
        except ValueError:
            unknown.append(text)
            continue
        for low, high in intervals:
            if low <= at < high and (after is None or after(text) <= high):
                break
        else:
            more.append(Bound(at, after(text) if after else at + AFTER, text, last=text))
    return more, unknown
