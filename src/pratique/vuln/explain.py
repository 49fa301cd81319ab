"""An inventory and an identifier in, what the database knows of it out: its records, for which packages they were
considered, and what excluded each statement that does not hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from pratique.explanation import Called, Considered, Known, Record
from pratique.explanation import Question as Put
from pratique.model import Epss, Inventory, Kev, Package, Severity
from pratique.vuln import inquiry
from pratique.vuln.answer import Advisory
from pratique.vuln.bulletin import Symbols
from pratique.vuln.database import Database
from pratique.vuln.identity import cves
from pratique.vuln.match import Matcher
from pratique.vuln.place import Question, Refusal, feed_of
from pratique.vuln.rating import maintenance, publisher
from pratique.vuln.shard import Shard
from pratique.vuln.streams import flat

_SUBJECTS = 5
_RELEASES = 5
_FUNCTIONS = 5


def explain(inventory: Inventory, database: Database, now: datetime, identifier: str, package: str = "") -> Known:
    """All that is known of the identifier, for all packages of the inventory, or for those of one name only.

    Records are sought in the feeds that speak for the packages and, where these have none, in all that are at hand.
    Raises ``DatabaseError`` where a shard that is needed cannot be read.
    """
    matcher = Matcher(inventory, database, now)
    shards = [shard for name in sorted(matcher.asked) if (shard := database.shard("osv", name)) is not None]
    names, found = _records(shards, identifier)
    if not found:
        names, found = _records(list(database.at_hand()), identifier)
    walk = _Walk(matcher, names, found)
    placed = [(one, asked) for one, asked in matcher.placed if not package or one.is_called(package)]
    walk.look_elsewhere([asked for _, asked in placed if isinstance(asked, Question)])
    considered, questions = list[Considered](), list[Put]()
    for one, asked in placed:
        mine = list(walk.considered(one, asked) if isinstance(asked, Question) else walk.refused(one, asked))
        considered += mine
        if mine or package:
            questions.append(_put(one, asked))
    kev, epss = _scores(database, names)
    records = tuple(_record(shard, advisory, subjects=not considered) for shard, advisory in found)
    return Known(identifier, tuple(sorted(names)), tuple(questions), records, tuple(considered), kev, epss)


_Found = list[tuple[Shard, Advisory]]


def _records(shards: Sequence[Shard], identifier: str) -> tuple[frozenset[str], _Found]:
    """All names of the vulnerability, and the records of any of them. An erratum that mends several does not tell
    which of its names are the same one."""
    names, found = {identifier}, dict[tuple[str, str], tuple[Shard, Advisory]]()
    if not identifier or " " in identifier:  # a record's names are parted by spaces
        return frozenset(names), []
    for _ in range(2):  # by its own names, then by those that its records add
        for shard in shards:
            for name in sorted(names):
                found.update({(shard.name, each.id): (shard, each) for each in shard.named(name)})
        for _, advisory in found.values():
            if len(cves(advisory)) <= 1:
                names |= {advisory.id, *advisory.aliases.split(), *cves(advisory)}
    return frozenset(names), [found[key] for key in sorted(found)]


class _Walk:
    """Asks for the statements of some records, package after package."""

    def __init__(self, matcher: Matcher, names: frozenset[str], found: _Found) -> None:
        self._matcher = matcher
        self._names = names
        self._shards = {shard.name: shard for shard, _ in found}
        self._records: dict[str, list[Advisory]] = {}
        for shard, advisory in found:
            self._records.setdefault(shard.name, []).append(advisory)
        self._subjects: dict[str, dict[str, frozenset[str]]] = {}

    def look_elsewhere(self, questions: Iterable[Question]) -> None:
        """Reads at once what all releases, also those that are not asked, say of all packages."""
        wanted: dict[str, set[str]] = {}
        for question in questions:
            wanted.setdefault(question.ecosystem, set()).update(name.text for name in question.names)
        for ecosystem in sorted(wanted.keys() & self._shards.keys()):
            shard = self._shards[ecosystem]
            for release in shard.facts.releases:
                shard.look(release.name, wanted[ecosystem])

    def considered(self, package: Package, question: Question) -> Iterator[Considered]:
        """Each statement of the records on the package, and, of a record that has none where it was asked, why."""
        asking = self._matcher.inquiry(question)
        shard, records = self._shards.get(question.ecosystem), self._records.get(question.ecosystem, [])
        if asking is None or shard is None:
            return
        ids, stated = {advisory.id for advisory in records}, set[str]()
        if any(shard.speaks(release, name.text, ids) for release in _asked(question) for name in question.names):
            for each in asking.considered(question):
                if each.affects.advisory.id in ids:
                    stated.add(each.affects.advisory.id)
                    yield _considered(package, question, each, each.why or self._dropped(package, each))
        for advisory in records:
            if advisory.id not in stated and (why := _unstated(shard, question, advisory)):
                name = question.names[0]
                yield Considered(package, advisory.id, question.ecosystem, "", name.text, name.version, why=why)

    def refused(self, package: Package, refusal: Refusal) -> Iterator[Considered]:
        """Each record that names a package of which nobody can be asked."""
        ecosystem = feed_of(package, self._matcher.ground)
        shard = self._shards.get(ecosystem)
        if shard is None:
            return
        if ecosystem not in self._subjects:
            self._subjects[ecosystem] = {
                advisory.id: frozenset(name for _, name in shard.packages({advisory.id}))
                for advisory in self._records[ecosystem]
            }
        for id_, subjects in self._subjects[ecosystem].items():
            name = next((each for each in (package.name, package.source_name) if each in subjects), "")
            if name:
                why = f"not assessed: {refusal.what or refusal.reason}"
                yield Considered(package, id_, ecosystem, "", name, package.version, why=why)

    def _dropped(self, package: Package, each: inquiry.Considered) -> str:
        """Why a statement that holds makes no finding, "" where it does."""
        advisory = each.affects.advisory
        if maintenance(advisory.id) and not cves(advisory):
            return "it is an update that mends no vulnerability"
        named = each.affects.scope.cves
        if named and not self._names.isdisjoint(cves(advisory)) and self._names.isdisjoint(named):
            return f"here it is of {', '.join(named)} only"
        if self._matcher.settled(package, self._names):
            return f"the distribution speaks of it, and its package {package.owner} holds this one"
        return ""


def _unstated(shard: Shard, question: Question, advisory: Advisory) -> str:
    """Why a record states nothing for the package where it was asked, "" where it does not know the package."""
    asked, names = _asked(question), [name.text for name in question.names]
    here = any(shard.speaks(release, name, {advisory.id}) for release in asked for name in names)
    if here and (silence := shard.silence(advisory)):
        return silence
    if here:
        told = (each for release in asked for name in names for each in shard.unassessable(release, name))
        return next((f"it cannot be compared: {each.why}" for each in told if each.record == advisory.id), "")
    elsewhere = [
        facts.name
        for facts in shard.facts.releases
        if facts.name not in asked and any(shard.speaks(facts.name, name, {advisory.id}) for name in names)
    ]
    if not elsewhere:
        return ""
    more = f" and {len(elsewhere) - _RELEASES} more" if len(elsewhere) > _RELEASES else ""
    return f"it speaks of {_spelt(shard, elsewhere[:_RELEASES])}{more}, not of {_spelt(shard, asked)}"


def _spelt(shard: Shard, releases: Iterable[str]) -> str:
    return ", ".join(f"{shard.name}:{release}" if release else shard.name for release in releases)


def _asked(question: Question) -> tuple[str, ...]:
    return flat(question.streams)


def _considered(package: Package, question: Question, each: inquiry.Considered, why: str) -> Considered:
    affects, place = each.affects, each.place
    named = tuple(name for symbols in affects.scope.symbols for name in _functions(symbols))
    if why == inquiry.UNLINKED:
        why += f", {', '.join(named[:_FUNCTIONS])}" + (
            f" and {len(named) - _FUNCTIONS} more" * (len(named) > _FUNCTIONS)
        )
    return Considered(
        package=package,
        record=affects.advisory.id,
        ecosystem=question.ecosystem,
        release=place.release,
        name=place.name.text,
        version=place.name.version,
        introduced=affects.introduced,
        after=affects.after,
        fixed=affects.fixed,
        last=affects.last,
        state=affects.state,
        arches=affects.scope.arches,
        module=affects.scope.module,
        flavour=affects.scope.flavour,
        named=named,
        linked=each.symbols,
        why=why,
        limit=affects.limit,
    )


def _functions(symbols: Symbols) -> Iterator[str]:
    yield from (f"{symbols.path}.{name}" for name in symbols.names) if symbols.names else (symbols.path,)


def _put(package: Package, asked: Question | Refusal) -> Put:
    if isinstance(asked, Refusal):
        return Put(package, refusal=asked.what or asked.reason)
    names = tuple(Called(name.text, name.version) for name in asked.names)
    return Put(package, asked.ecosystem, tuple(stream.ranks for stream in asked.streams), names, asked.scheme)


def _record(shard: Shard, advisory: Advisory, *, subjects: bool) -> Record:
    rated = advisory.vector or advisory.level.rank
    severity = Severity(
        advisory.level, advisory.score, advisory.vector, publisher(advisory.id, advisory.feed) if rated else ""
    )
    about = dict.fromkeys(name for _, name in shard.packages({advisory.id})) if subjects else {}
    return Record(
        id=advisory.id,
        ecosystem=shard.name,
        feed=advisory.feed,
        feed_date=shard.facts.date,
        aliases=tuple(advisory.aliases.split()),
        upstream=tuple(advisory.upstream.split()),
        published=advisory.published,
        modified=advisory.modified,
        withdrawn=advisory.withdrawn,
        severity=severity,
        summary=advisory.summary,
        silence=shard.silence(advisory),
        subjects=tuple(about)[:_SUBJECTS],
    )


def _scores(database: Database, names: Iterable[str]) -> tuple[Kev | None, Epss | None]:
    """What the catalogue and the model say of its CVE."""
    wanted = sorted(name for name in names if name.startswith("CVE-"))
    kev, epss = database.shard("kev", "kev"), database.shard("epss", "epss")
    kevs, epsses = kev.kevs(wanted) if kev else {}, epss.epsses(wanted) if epss else {}
    return next(iter(kevs.values()), None), next(iter(epsses.values()), None)
