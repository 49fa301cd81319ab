"""An inventory and a database in, findings out, and what could not be assessed.

A package of a distribution is looked up in its distribution's feed, any other one in its ecosystem's. Of a language
package that a distribution's package owns the distribution decides where it says anything of a vulnerability, for
distributions mend without raising the version; where it is silent the ecosystem's word holds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

import msgspec

from pratique.model import (
    DISTRIBUTION_TYPES,
    AnyPackageFinding,
    Epss,
    Inventory,
    Kev,
    Level,
    Malware,
    NotAssessed,
    Package,
    Problem,
    Severity,
    Vulnerability,
)
from pratique.vuln.database import Database
from pratique.vuln.fresh import feed_problems
from pratique.vuln.ground import UPDATE, Ground, stand
from pratique.vuln.inquiry import Found, Inquiry
from pratique.vuln.manifest import ReleaseFacts
from pratique.vuln.merge import Merged, merge
from pratique.vuln.place import Name, Question, Refusal, covers, fill_namespace, place, place_program, quote
from pratique.vuln.reach import Functions
from pratique.vuln.shard import Shard
from pratique.vuln.streams import flat


class Matches(msgspec.Struct, frozen=True):
    """What is known of an inventory. ``packages`` are the inventory's, in its order, with the distribution's namespace;
    ``assessed`` counts those that a feed speaks for, ``not_assessed`` the others by reason."""

    findings: tuple[AnyPackageFinding, ...] = ()
    problems: tuple[Problem, ...] = ()
    assessed: int = 0
    not_assessed: tuple[NotAssessed, ...] = ()
    packages: tuple[Package, ...] = ()


class Hit(msgspec.Struct, frozen=True):
    """A record that holds a package's version, before records are merged."""

    record: str
    package: Package
    question: Question
    found: Found


def match(inventory: Inventory, database: Database, now: datetime, *, stale_days: int = 14) -> Matches:
    """Look every package up. ``now`` is aware; a feed older than ``stale_days``, which the policy sets, blocks.

    Raises ``DatabaseError`` where a shard that is needed cannot be read.
    """
    matcher = Matcher(inventory, database, now)
    findings = list(matcher.findings())
    problems = [*matcher.ground.problems, *matcher.problems()]
    problems += feed_problems(database, sorted(matcher.asked), now, stale_days)
    return Matches(
        findings=tuple(sorted(findings, key=_order)),
        problems=tuple(problems),
        assessed=len(inventory.packages) - sum(matcher.refused.values()),
        not_assessed=matcher.not_assessed(),
        packages=matcher.packages,
    )


def hits(inventory: Inventory, database: Database, now: datetime) -> Iterator[Hit]:
    """Every (record, package, range) before merging, in the inventory's order: what is compared
    with other matchers."""
    matcher = Matcher(inventory, database, now)
    for package, question in matcher.placed:
        if isinstance(question, Question):
            for found in matcher.affecting(question):
                yield Hit(found.affects.advisory.id, package, question, found)


class _Feed(msgspec.Struct, frozen=True):
    """What is asked about a release: its shard, what that holds of the release, and the name that people know;
    ``partly`` is why a package is not assessed that it is silent on."""

    shard: Shard
    facts: ReleaseFacts
    name: str
    partly: str


class Matcher:
    """One inventory's walk through the database; equal questions are put once. ``placed`` are its packages with what
    is asked about each."""

    def __init__(self, inventory: Inventory, database: Database, now: datetime) -> None:
        self.ground: Ground = stand(inventory.distro, inventory.packages, database, now, inventory.channels)
        self.refused: Counter[str] = Counter()
        self.asked: set[str] = set()
        self._database = database
        self._examples: dict[str, list[str]] = {}
        self._problems: list[Problem] = []
        self._partial: Counter[str] = Counter()
        self._absent: Counter[tuple[str, bool]] = Counter()
        self._foreign: Counter[str] = Counter()
        self._answered: Counter[str] = Counter()
        self._merged: dict[Question, tuple[Merged, ...]] = {}
        self._kev: dict[str, Kev] = {}
        self._epss: dict[str, Epss] = {}
        self._cvss: dict[str, Severity] = {}
        self._asked: Counter[str] = Counter()
        self._feeds: dict[tuple[str, str], _Feed | None] = {}
        self._programs = {
            each.path: Functions(each.names, each.main, each.goos, each.goarch, each.replaced)
            for each in inventory.functions
        }
        self._inquiries: dict[str, Inquiry | None] = {}
        distro = inventory.distro.id if inventory.distro else ""
        self.packages = tuple(fill_namespace(package, self.ground, distro) for package in inventory.packages)
        self._system: dict[str, Question] = {}  # of the distribution's packages that were assessed, by name
        self._spoken: dict[str, frozenset[str]] = {}
        self.placed = self._place()

    def findings(self) -> Iterator[AnyPackageFinding]:
        """The findings of every package that can be asked for."""
        self._meet()
        found = [
            (package, merged)
            for package, question in self.placed
            if isinstance(question, Question)
            for merged in self._vulnerabilities(question)
            if not self.settled(package, (merged.id, *merged.aliases))
        ]
        self._look_up([merged for _, merged in found])
        for package, merged in found:
            malware = _malware(package, merged)
            if malware is not None:
                yield malware
            if malware is None or merged.id in self._kev:  # what is exploited is told as that whatever else it is
                yield self._vulnerability(package, merged)

    def affecting(self, question: Question) -> list[Found]:
        """The statements that hold for the package."""
        inquiry = self.inquiry(question)
        return inquiry.found(question) if inquiry else []

    def inquiry(self, question: Question) -> Inquiry | None:
        """Whom to ask, None where the database has no such feed."""
        if question.ecosystem not in self._inquiries:
            shard = self._database.shard("osv", question.ecosystem)
            self._inquiries[question.ecosystem] = Inquiry(shard, self._programs) if shard else None
        return self._inquiries[question.ecosystem]

    def settled(self, package: Package, names: Iterable[str]) -> bool:
        """Whether the distribution, whose package owns this one, speaks of a vulnerability of these names: then that
        holds."""
        owner = self._system.get(package.owner) if package.type not in DISTRIBUTION_TYPES else None
        if owner is None:
            return False
        if package.owner not in self._spoken:
            inquiry = self.inquiry(owner)
            self._spoken[package.owner] = inquiry.spoken(owner) if inquiry else frozenset()
        return not self._spoken[package.owner].isdisjoint(names)

    def problems(self) -> Iterator[Problem]:
        """What went wrong on the way, the gravest first."""
        for feed, count in sorted(self._partial.items()):
            told = f"{count} of {self._asked[feed]} {'is' if count == 1 else 'are'} not assessed"
            if not count:
                told = f"it may not hold all that is known of the {self._asked[feed]} that it names"
            what = f"the {feed} feed covers its packages only in part: {told}"
            yield Problem(f"feed {feed}", what, blocking=True, hint=UPDATE)
        for (ecosystem, blocking), count in sorted(self._absent.items()):
            what = f"the database has no feed of {ecosystem}: {_packages(count)} not assessed"
            yield Problem(f"feed {ecosystem}", what, blocking=blocking, hint=UPDATE)
        for kind, count in sorted(self._foreign.items()):
            what = f"{_packages(count)} of type {kind!r}, not this distribution's: nobody can be asked about that"
            yield Problem("distribution", what, blocking=True)
        yield from self._unanswered()
        yield from self._problems

    def _unanswered(self) -> Iterator[Problem]:
        """Where a feed speaks for the distribution, and yet no package of it could be asked for."""
        if self._partial:  # it has been said
            return
        kinds = Counter(package.type for package, one in self.placed if isinstance(one, Question) or not one.copied)
        for kind, count in sorted(kinds.items()):
            if (
                kind in DISTRIBUTION_TYPES
                and not self._answered[kind]
                and not self._foreign[kind]
                and self.ground.release
            ):
                what = f"none of the {count} packages of type {kind!r} could be assessed"
                yield Problem("distribution", what, blocking=True)

    def not_assessed(self) -> tuple[NotAssessed, ...]:
        """The packages that no feed spoke for, by reason."""
        return tuple(
            NotAssessed(reason, self.refused[reason], tuple(self._examples[reason])) for reason in sorted(self.refused)
        )

    def _place(self) -> list[tuple[Package, Question | Refusal]]:
        found = [place(package, self.ground, self._database) for package in self.packages]
        strangers = {
            package.name
            for package, one in zip(self.packages, found, strict=True)
            if isinstance(one, Refusal) and one.foreign
        }
        if strangers:  # of their files nobody speaks for the distribution
            found = [
                place_program(package, self._database)
                if isinstance(one, Refusal) and one.owned and package.owner in strangers
                else one
                for package, one in zip(self.packages, found, strict=True)
            ]
        self._look(found)
        placed = list(zip(self.packages, found, strict=True))
        for package, one in placed:
            if isinstance(one, Question) or not one.owned:
                self._ask(package, one)
        for package, one in placed:  # now it is known which of the distribution's packages were assessed
            if isinstance(one, Refusal) and one.owned and package.owner not in self._system:
                self._refuse(package, one)
        return placed

    def _look(self, found: Sequence[Question | Refusal]) -> None:
        """Asks each feed once for all names."""
        names: dict[tuple[str, str], set[str]] = {}
        for one in found:
            if isinstance(one, Question):
                asked = {name.text for name in one.names}
                for release in flat(one.streams):
                    names.setdefault((one.ecosystem, release), set()).update(asked)
        for (ecosystem, release), all_ in sorted(names.items()):
            shard = self._database.shard("osv", ecosystem)
            if shard is not None:
                shard.look(release, sorted(all_))

    def _meet(self) -> None:
        """Reads the records of each feed at once that hold any of the versions."""
        asked: dict[str, set[tuple[str, str, bytes]]] = {}
        for _, one in self.placed:
            if isinstance(one, Question) and one not in self._merged:
                names = [(release, name.text, name.key) for release in flat(one.streams) for name in one.names]
                asked.setdefault(one.ecosystem, set()).update(names)
        for ecosystem, all_ in sorted(asked.items()):
            shard = self._database.shard("osv", ecosystem)
            if shard is not None:
                shard.meet(all_)

    def _ask(self, package: Package, found: Question | Refusal) -> None:
        if isinstance(found, Refusal):
            self._refuse(package, found)
        else:
            self.asked.add(found.ecosystem)
            self._weigh(package, found)

    def _weigh(self, package: Package, question: Question) -> None:
        """Whether the feed's silence counts for this package; records that cannot be compared are told of."""
        feed = self._feed(question.ecosystem, question.release)
        if feed is None:
            return
        holds = False
        for release in flat(question.streams):
            for name in question.names:
                if feed.shard.holds(release, name.text):
                    holds = True
                    self._incomparable(question, release, name, feed.shard)
        if not holds:  # most packages: nothing more need be asked
            self._merged[question] = ()
        covered = covers(feed.facts, question.name, holds)
        self._asked[feed.name] += 1
        if not covered or (not feed.facts.complete and feed.facts.covered is None):
            self._partial[feed.name] += not covered
        if not covered:
            self._count(package, feed.partly)
            return
        self._answered[package.type] += 1
        if package.type in DISTRIBUTION_TYPES:
            self._system[package.name] = question

    def _feed(self, ecosystem: str, release: str) -> _Feed | None:
        """None where the database knows no such release."""
        if (ecosystem, release) not in self._feeds:
            shard = self._database.shard("osv", ecosystem)
            facts = shard.release(release) if shard else None
            name = f"{ecosystem}:{release}" if release else ecosystem
            partly = f"the {name} feed covers its packages only in part"
            self._feeds[ecosystem, release] = _Feed(shard, facts, name, partly) if shard and facts else None
        return self._feeds[ecosystem, release]

    def _incomparable(self, question: Question, release: str, name: Name, shard: Shard) -> None:
        for each in shard.unassessable(release, name.text):
            what = f"{each.record} cannot be compared with version {quote(name.version)}: {each.why}"
            problem = Problem(f"{question.ecosystem} {quote(name.text)[1:-1]}", what)
            if problem not in self._problems:
                self._problems.append(problem)

    def _refuse(self, package: Package, refusal: Refusal) -> None:
        self._count(package, refusal.reason)
        known = self.ground.distribution
        strange = known is not None and package.type != known.type and not refusal.copied
        if package.type in DISTRIBUTION_TYPES and strange:
            self._foreign[package.type] += 1
        if refusal.what:
            where = package.path or f"{package.type} {quote(package.name)[1:-1]}"
            self._problems.append(Problem(where, f"not assessed: {refusal.what}", layer=package.layer))
        elif refusal.ecosystem:
            self._absent[refusal.ecosystem, refusal.blocking] += 1

    def _count(self, package: Package, reason: str) -> None:
        self.refused[reason] += 1
        examples = self._examples.setdefault(reason, [])
        if len(examples) < 5 and package.name not in examples:
            examples.append(package.name)

    def _vulnerabilities(self, question: Question) -> tuple[Merged, ...]:
        known = self._merged.get(question)
        if known is None:
            affecting = self.affecting(question)
            known = self._merged[question] = self._merge(question, affecting) if affecting else ()
        return known

    def _merge(self, question: Question, affecting: list[Found]) -> tuple[Merged, ...]:
        inquiry = self.inquiry(question)
        return merge(question, affecting, inquiry.above(affecting, question.build)) if inquiry else ()

    def _vulnerability(self, package: Package, merged: Merged) -> Vulnerability:
        return Vulnerability(
            id=merged.id,
            severity=self._severity(merged),
            title=merged.title,
            path=package.path,
            layer=package.layer,
            package=package,
            aliases=merged.aliases,
            fix=merged.fix,
            kev=self._kev.get(merged.id),
            epss=self._epss.get(merged.id),
            evidence=merged.evidence,
            published=merged.published,
            modified=merged.modified,
        )

    def _severity(self, merged: Merged) -> Severity:
        """What the records say, else what any other feed says of the CVE."""
        if merged.severity.level is not Level.UNKNOWN:
            return merged.severity
        return self._cvss.get(merged.id, merged.severity)

    def _look_up(self, found: Sequence[Merged]) -> None:
        """Asks once for all that other feeds say of these vulnerabilities: a statement each took half of a match."""
        ids = {merged.id for merged in found}
        if kev := self._database.shard("kev", "kev"):
            self._kev = kev.kevs(ids)
        if epss := self._database.shard("epss", "epss"):
            self._epss = epss.epsses(ids)
        if cvss := self._database.shard("cvss", "cvss"):
            self._cvss = cvss.cvsses({merged.id for merged in found if merged.severity.level is Level.UNKNOWN})


def _malware(package: Package, merged: Merged) -> Malware | None:
    """None for what no record calls malicious (https://github.com/ossf/malicious-packages)."""
    malicious = [name for name in (merged.id, *merged.aliases) if name.startswith("MAL-")]
    if not malicious:
        return None
    return Malware(
        id=malicious[0],
        severity=merged.severity,
        title=merged.title,
        path=package.path,
        layer=package.layer,
        package=package,
        aliases=tuple(sorted({merged.id, *merged.aliases} - {malicious[0]})),
        evidence=merged.evidence,
        published=merged.published,
        modified=merged.modified,
    )


def _order(finding: AnyPackageFinding) -> tuple[str, str, str, str, str, int]:
    package = finding.package
    return finding.id, package.type, package.namespace, package.name, package.version + package.path, package.layer


def _packages(count: int) -> str:
    return "1 package is" if count == 1 else f"{count} packages are"
