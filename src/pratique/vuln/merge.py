"""The ranges that hold one version in, one vulnerability each out: records merged by alias, errata taken apart by CVE.

``aliases`` name the same vulnerability, ``upstream`` those that a record is about:
https://ossf.github.io/osv-schema/#aliases-field, https://ossf.github.io/osv-schema/#upstream-field
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from pratique.model import Evidence, Fix, FixState, Level, Severity
from pratique.vuln.answer import Above, Advisory
from pratique.vuln.identity import cves, stated_cves
from pratique.vuln.inquiry import Found
from pratique.vuln.place import Question
from pratique.vuln.rating import erratum, maintenance, preference, publisher


class Merged(msgspec.Struct, frozen=True):
    """One vulnerability of one version of a package."""

    id: str
    aliases: tuple[str, ...]
    severity: Severity
    fix: Fix
    evidence: tuple[Evidence, ...]
    published: str
    modified: str
    title: str


def merge(question: Question, affecting: Sequence[Found], above: Sequence[Above]) -> tuple[Merged, ...]:
    """All vulnerabilities, by id. ``above`` are the ranges of the same records that end above the version."""
    by_record: dict[str, list[Found]] = {}
    advisories: dict[str, Advisory] = {}
    about: _About = {}
    for each in affecting:
        advisory = each.affects.advisory
        by_record.setdefault(advisory.id, []).append(each)
        advisories[advisory.id] = advisory
        about[advisory.id] = about.get(advisory.id, frozenset()) | stated_cves(each.affects)
    above_of: dict[str, list[Above]] = {}
    for end in above:
        above_of.setdefault(end.record, []).append(end)
    found = []
    for id_, records in _vulnerabilities([advisories[name] for name in sorted(advisories)], about):
        ranges = [each for record in records for each in by_record[record.id] if _concerns(each, id_)]
        ends = [each for record in records for each in above_of.get(record.id, ())]
        found.append(_merged(id_, records, ranges, _fix(ranges, ends, records), question))
    return tuple(sorted(found, key=lambda each: each.id))


_About = dict[str, frozenset[str]]
"""The CVEs that what was found of a record is about, by the record's id."""


def _concerns(found: Found, id_: str) -> bool:
    """Whether a statement of a record of that vulnerability is about it: one may name some of the record's only."""
    named = found.affects.scope.cves
    return not named or id_ in named


def _vulnerabilities(advisories: Sequence[Advisory], about: _About) -> Iterator[tuple[str, list[Advisory]]]:
    """Each vulnerability's id and records. A record without a CVE belongs to the CVEs of those that share an alias with
    it, and stands for itself where none has one."""
    for group in _linked(advisories, about):
        named = sorted({cve for advisory in group for cve in about[advisory.id]})
        if not named:
            if not all(maintenance(advisory.id) for advisory in group):
                yield _id(group), group
            continue
        yield from ((cve, [each for each in group if cve in (about[each.id] or named)]) for cve in named)


def _linked(advisories: Sequence[Advisory], about: _About) -> list[list[Advisory]]:
    """Records that one another's names connect, however long the chain; a CVE connects records that name no other."""
    first, leader = dict[str, str](), {advisory.id: advisory.id for advisory in advisories}

    def find(id_: str) -> str:
        while (above := leader[id_]) != id_:
            leader[id_] = leader[above]
            id_ = above
        return id_

    for advisory in advisories:
        for name in (advisory.id, *_names(advisory), *about[advisory.id]):
            other = first.setdefault(name, advisory.id)
            if other != advisory.id:
                leader[find(other)] = find(advisory.id)
    groups: dict[str, list[Advisory]] = {}
    for advisory in advisories:
        groups.setdefault(find(advisory.id), []).append(advisory)
    return list(groups.values())


def _names(advisory: Advisory) -> list[str]:
    """What else the record calls its one vulnerability; of several vulnerabilities it does not tell which is meant."""
    names = advisory.aliases.split()
    if len(cves(advisory)) <= 1:
        names += advisory.upstream.split()
    return [name for name in names if not name.startswith("CVE-")]


def _id(group: Iterable[Advisory]) -> str:
    """GitHub's id where there is one, else the first record's."""
    ids = [advisory.id for advisory in group]
    names = ids + [name for advisory in group for name in _names(advisory)]
    return min((name for name in names if name.startswith("GHSA-")), default=min(ids))


def _merged(id_: str, records: Sequence[Advisory], ranges: Sequence[Found], fix: Fix, question: Question) -> Merged:
    names = {name for each in records if len(cves(each)) <= 1 for name in (each.id, *_names(each))}
    evidence = [_evidence(each, question) for each in ranges]
    return Merged(
        id=id_,
        aliases=tuple(sorted(names - {id_})),
        severity=_severity(records, ranges),
        fix=fix,
        evidence=tuple(sorted(evidence, key=_order)),
        published=min([each.published for each in records if each.published], default=""),
        modified=max([each.modified for each in records]),
        title=next((each.summary for each in records if each.summary), ""),
    )


def _severity(records: Sequence[Advisory], ranges: Sequence[Found]) -> Severity:
    """The preferred of the records'. A vendor that sees no security impact in its package is believed; what else it
    says of its package counts where no record has a vector."""
    known = max(map(_rated, records), key=preference) if len(records) > 1 else _rated(records[0])
    words = [each.affects for each in ranges if each.affects.level is not Level.UNKNOWN]
    if not words:
        return known
    word = max(words, key=lambda each: each.level.rank)
    if word.level is Level.NONE or not known.vector:
        return Severity(word.level, source=publisher(word.advisory.id, word.advisory.feed))
    return known


def _rated(record: Advisory) -> Severity:
    source = publisher(record.id, record.feed) if record.vector or record.level.rank else ""
    return Severity(record.level, record.score, record.vector, source)


def _evidence(found: Found, question: Question) -> Evidence:
    each, place = found.affects, found.place
    return Evidence(
        record=each.advisory.id,
        ecosystem=f"{question.ecosystem}:{place.release}" if place.release else question.ecosystem,
        package=place.name.text,
        version=place.name.version,
        scheme=question.scheme,
        introduced=each.introduced or each.after,
        fixed=each.fixed,
        last_affected=each.last,
        symbols=found.symbols,
    )


def _order(evidence: Evidence) -> tuple[str, str, str, str]:
    return evidence.record, evidence.introduced, evidence.fixed, evidence.last_affected


def _fix(ranges: Sequence[Found], above: Sequence[Above], records: Sequence[Advisory]) -> Fix:
    """The lowest version that a record calls fixed and that lies in no range of any of them; where there is none, what
    the feeds say of it, the most final word."""
    for high, fixed in sorted({(each.high, each.fixed) for each in above if each.fixed}):
        if not any(each.low <= high < each.high for each in above):
            return Fix(FixState.FIXED, (fixed,), _date(fixed, ranges, records))
    return Fix(_state(ranges))


def _date(fixed: str, ranges: Sequence[Found], records: Sequence[Advisory]) -> str:
    """The day of the fix, "" where nobody tells it."""
    told = [each.affects.date for each in ranges if each.affects.date and each.affects.fixed == fixed]
    dates = told or [each.published[:10] for each in records if each.published and erratum(each.id)]
    return min(dates, default="")


def _state(ranges: Sequence[Found]) -> FixState:
    said = {each.affects.state for each in ranges}
    for state in _FINAL:
        if state in said:
            return state
    bounded = all(each.affects.last for each in ranges)
    return FixState.UNKNOWN if bounded or said == {FixState.UNKNOWN} else FixState.AFFECTED


_FINAL = (FixState.END_OF_LIFE, FixState.WILL_NOT_FIX, FixState.DEFERRED, FixState.UNDER_INVESTIGATION)
