"""A bulletin of a vendor's own feed in, its row and what it states of each package out, to a spool."""

from __future__ import annotations

from pratique.model import FixState
from pratique.vuln.bulletin import Bulletin, Statement, Unread
from pratique.vuln.ecosystem import Ecosystem
from pratique.vuln.feed._osv_reader import keyer
from pratique.vuln.feed._shape import Settings
from pratique.vuln.feed._spool import Of, Spool
from pratique.vuln.packing import alike
from pratique.vuln.rows import RecordRow, identifiers, instant
from pratique.vuln.statements import Line, Top, Word, say

_SUMMARY = 200  # characters of a title


class Intake:
    """Takes the bulletins of one feed into a spool, which counts those that cannot be read."""

    def __init__(self, ecosystem: Ecosystem, feed: str, settings: Settings, spool: Spool) -> None:
        self._ecosystem, self._feed, self._settings, self._spool = ecosystem, feed, settings, spool
        self._key = keyer(ecosystem.scheme, settings.limits.feed_text)

    def add(self, bulletin: Bulletin | Unread, origin: int) -> None:
        """One bulletin; ``origin`` is its place among all."""
        if isinstance(bulletin, Unread):
            self._spool.unreadable(f"{bulletin.where!r}: {bulletin.why}")
            return
        id_, limits = bulletin.id, self._settings.limits
        if id_.startswith(self._settings.skip):
            return
        if len(id_.split()) != 1 or id_.strip() != id_ or len(id_) > limits.feed_text:
            self._spool.unreadable(f"the id is {id_[:80]!r}")
            return
        if len(bulletin.statements) > limits.feed_bounds:
            count = len(bulletin.statements)
            self._spool.unreadable(f"{id_}: {count} statements, feed_bounds is {limits.feed_bounds}")
            return
        of: Of = {}
        unknown = sum(self._statement(id_, of, statement) for statement in bulletin.statements)
        self._spool.record(origin, self._row(bulletin, unknown))
        self._spool.state(origin, of)

    def _statement(self, id_: str, of: Of, said: Statement) -> int:
        """Put it with the others; 1 where one of its texts is no version."""
        if max(len(said.name), len(said.release)) > self._settings.limits.feed_text:
            return 0
        name = self._ecosystem.spell(said.name)
        try:
            line = self._line(said)
        except ValueError as error:
            why = f"a border of it is no version: {error}"[:200]
            self._put(of, said.release, name, self._spool.number(alike((), why, self._key)))
            self._spool.example(f"{id_}: {error}")
            return 1
        if line is not None:
            self._put(of, said.release, name, self._spool.number(alike((line,), "", self._key)))
        return 0

    def _put(self, of: Of, release: str, name: str, number: int) -> None:
        names, numbers = of.setdefault(release, ([], []))
        names.append(name)
        numbers.append(number)

    def _line(self, said: Statement) -> Line | None:
        """The statement as a line, None where it means no version at all."""
        text = said.fixed or said.last
        low = said.after or said.introduced
        bottom, top = (self._key(each) if each else b"" for each in (low, text))
        if text and (bottom > top or (bottom == top and (said.after or said.fixed))):
            return None
        told = FixState.FIXED if said.fixed else FixState.AFFECTED
        word = Word(None if said.state is told else said.state, said.scope, said.date, said.level)
        return (
            bool(said.after),
            low,
            Top.LAST.value if said.last and not said.fixed else Top.FIXED.value,
            text,
            say(word),
        )

    def _row(self, bulletin: Bulletin, unknown: int) -> RecordRow:
        rated = bulletin.severity
        return (
            bulletin.id,
            self._feed,
            identifiers(bulletin.aliases, self._settings.limits.feed_text),
            identifiers(bulletin.upstream, self._settings.limits.feed_text),
            instant(bulletin.published),
            instant(bulletin.modified),
            instant(bulletin.withdrawn) or ("unknown" if bulletin.withdrawn else ""),
            rated.level.value,
            rated.score,
            rated.vector,
            bulletin.summary[:_SUMMARY] if self._settings.prose else "",
            unknown,
        )
