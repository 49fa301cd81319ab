"""The suppressions of a policy, a report and the day in; which of them silences a finding, and what is to be said of
each, out.

A suppression holds through the end of its ``expires`` day, UTC. One that ends further ahead than the policy (or, with
``accept_kev``, than fourteen days) allows is not in force: it counts as none and is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date

import msgspec

from pratique.model import AnyFinding, Image, ImageFinding, Report
from pratique.policy.schema import Policy, Suppression
from pratique.policy.versions import Incomparable, is_meant

KEV_DAYS = 14
SOON_DAYS = 14

UNUSED = "is unused: no finding here is like it"


def most_days(max_days: int, *, accept_kev: bool) -> int:
    """How far ahead a suppression may end, where the policy allows others ``max_days``."""
    return min(max_days, KEV_DAYS) if accept_kev else max_days


class _Promise(msgspec.Struct, frozen=True):
    """A suppression, its place in its policy, how many days ahead it may end, and what the policies above let it
    silence; ``whose`` names the policy that it stands in where that is a parent. ``unsaid`` is the name of the image
    where it is of an image and nobody but that says so."""

    entry: Suppression
    place: int
    most: int
    above: tuple[Policy, ...] = ()
    whose: str = ""
    unsaid: str = ""

    @property
    def subject(self) -> str:
        """What notes call it."""
        return f"{self.entry.subject} by {self.entry.owner}{self.whose}"

    def lets(self, rules: Collection[str]) -> bool:
        """Whether the policies above let it silence what ``rules`` decided."""
        return all(policy.loosen.lets_silence(rules) for policy in self.above)


def _promises(policy: Policy, image: Image | None) -> Iterator[_Promise]:
    """Those of a policy and its parents that may concern the image, the topmost policy's first."""
    names, claimed = known_names(image), claimed_names(image)
    for level in reversed(tuple(policy.line())):
        above = tuple(level.line())[1:]
        whose = "" if level is policy else f" of {level.shown}"
        for place, entry in enumerate(level.suppress):
            if not entry.image or entry.image in names:
                yield _Promise(entry, place, level.max_suppression_days, above, whose)
            elif entry.image in claimed:
                yield _Promise(entry, place, level.max_suppression_days, above, whose, entry.image)


class Suppressions:
    """Asked of each finding once; ``notes`` then tells what was in force, ends soon, is over, or was of no use."""

    def __init__(self, policy: Policy, report: Report, today: date) -> None:
        self._today = today
        self._listed = tuple(_promises(policy, report.image))
        self._by_id: dict[str, list[int]] = {}
        for index, promise in enumerate(self._listed):
            if not self._refusal(promise):
                self._by_id.setdefault(promise.entry.id, []).append(index)
        self._silenced: Counter[int] = Counter()
        self._accepted: set[int] = set()
        self._powerless: set[int] = set()
        self._partial: set[int] = set()  # they speak of some of the files that prove a package
        self._unlet: dict[int, tuple[str, ...]] = {}  # what they would silence, and may not
        self._needless = set[int]()  # another one silences what they would
        self._incomparable = dict[int, str]()  # why a version is not known to be in the range

    def silencing(self, finding: AnyFinding, exploited: bool, rules: tuple[str, ...] = ()) -> Suppression | None:
        """The first suppression in force that speaks of ``finding``; for one in KEV, the first that accepts that.
        ``rules`` are those that decided it: a parent may let only some be silenced."""
        if not self._by_id:
            return None
        places, covering = _places(finding), list[int]()
        speaking = self._speaking(finding, places)
        for index in speaking:
            promise = self._listed[index]
            if not promise.lets(rules):
                self._unlet[index] = rules
            elif exploited and not promise.entry.accept_kev:
                self._powerless.add(index)
            elif not promise.entry.path or places == {promise.entry.path}:
                self._needless.update(speaking)
                return self._silence((index,), exploited)
            else:
                covering.append(index)
        if {self._listed[index].entry.path for index in covering} == places:
            return self._silence(covering, exploited)
        self._partial.update(covering)
        return None

    def _silence(self, found: Sequence[int], exploited: bool) -> Suppression:
        """Counts them, and gives the one that ends first."""
        self._silenced.update(found)
        if exploited:
            self._accepted.update(found)
        return min((self._listed[index].entry for index in found), key=lambda entry: entry.expires)

    def _speaking(self, finding: AnyFinding, places: frozenset[str]) -> Iterator[int]:
        found = {index for name in (finding.id, *finding.aliases) for index in self._by_id.get(name, ())}
        for index in sorted(found):
            try:
                if _concerns(self._listed[index].entry, finding, places):
                    yield index
            except Incomparable as error:
                self._incomparable[index] = str(error)

    @property
    def used(self) -> set[int]:
        """The places, in the policy itself, of those that silenced something so far, or might if it were known which
        image this is."""
        found = [self._listed[index] for index in self._silenced] + [each for each in self._listed if each.unsaid]
        return {promise.place for promise in found if not promise.whose}

    def notes(self) -> tuple[str, ...]:
        """One sentence a suppression: accepted KEV first, then in force, without power, refused, unused. Of the
        parents' those are left out that concern nothing here."""
        told = [(self._note(index, promise), index) for index, promise in enumerate(self._listed)]
        ranked = [(*note, index) for note, index in told if note is not None]
        return tuple(text for _, text, _ in sorted(ranked, key=lambda each: (each[0], each[2])))

    def _note(self, index: int, promise: _Promise) -> tuple[int, str] | None:
        entry = promise.entry
        if refusal := self._refusal(promise):
            return 3, f"the suppression of {promise.subject} {refusal}"
        if count := self._silenced[index]:
            found = f"{count} finding{'s' if count > 1 else ''}"
            who = f"{entry.owner}{promise.whose}"
            text = f"{entry.subject} is suppressed until {entry.expires} by {who}: {entry.reason} ({found})"
            accepted = index in self._accepted
            return (0 if accepted else 1), ("KEV accepted: " if accepted else "") + text + self._soon(entry)
        if why := self._failing(index, promise):
            return 2, f"the suppression of {promise.subject} does not silence it: {why}"
        if promise.whose:
            return None
        why = "silences nothing that another one does not" if index in self._needless else UNUSED
        return 4, f"the suppression of {promise.subject} {why}"

    def _failing(self, index: int, promise: _Promise) -> str:
        """Why it silences nothing though it is in force and speaks of something, "" where it does not."""
        if rules := self._unlet.get(index):
            which = next(policy.shown for policy in promise.above if not policy.loosen.lets_silence(rules))
            return f"{which} does not let a policy that extends it silence what rule {rules[0]} decides"
        if index in self._powerless:
            return f"it is known to be exploited; only accept_kev: true does, for at most {KEV_DAYS} days"
        if index in self._partial:
            path = promise.entry.path
            return f"other files than {path} prove the same package; suppress those too, or leave out the path"
        return self._incomparable.get(index, "")

    def _refusal(self, promise: _Promise) -> str:
        """Why it is not in force, "" if it is."""
        entry, most = promise.entry, promise.most
        for policy in promise.above:
            if policy.loosen.suppress in (False, ()):
                return f"is not in force: {policy.shown} does not let a policy that extends it suppress anything"
        left = (entry.expires - self._today).days
        if left < 0:
            return f"expired on {entry.expires}: renew it with a reason, or remove it"
        if promise.unsaid:
            return f"is not in force: {claim(promise.unsaid)}"
        if entry.accept_kev and left > KEV_DAYS:
            return f"is not in force: with accept_kev it may not end more than {KEV_DAYS} days ahead ({entry.expires})"
        if left > most:
            return f"is not in force: it may not end more than {most} days ahead ({entry.expires})"
        return ""

    def _soon(self, entry: Suppression) -> str:
        left = (entry.expires - self._today).days
        if left > SOON_DAYS:
            return ""
        return "; expires today" if left == 0 else f"; expires in {left} day{'s' if left > 1 else ''}"


def _places(finding: AnyFinding) -> frozenset[str]:
    """All files that prove it."""
    others = () if isinstance(finding, ImageFinding) else finding.package.locations
    return frozenset((finding.file, *others))


def _concerns(entry: Suppression, finding: AnyFinding, places: frozenset[str]) -> bool:
    """Raises ``Incomparable`` where that hangs on a version that cannot be compared."""
    if isinstance(finding, ImageFinding):
        return not entry.package and bool(entry.image) and entry.path in ("", finding.path)
    return (
        finding.package.is_called(entry.package)
        and (not entry.path or entry.path in places)
        and is_meant(entry.version, finding)
    )


def known_names(image: Image | None) -> frozenset[str]:
    """What promises may call the image by: the name that somebody gave it who did not make it, that name without tag,
    and the manifest's digest where bytes show it."""
    if image is None:
        return frozenset()
    return _with_bare(image.name_said) | ({image.digest} & image.digests_shown)


def claimed_names(image: Image | None) -> frozenset[str]:
    """What it is called by nobody but its maker."""
    if image is None:
        return frozenset()
    return (_with_bare(image.name) | {image.digest} - {""}) - known_names(image)


def _with_bare(name: str) -> frozenset[str]:
    """A name and the same without its tag; none of none."""
    return frozenset({name, bare(name)} - {""})


def bare(name: str) -> str:
    """A name without tag and digest."""
    folder, slash, last = name.partition("@")[0].rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"


def claim(name: str) -> str:
    """What is to be said where something would hold if an image were what it calls itself."""
    if name.startswith("sha256:"):
        return f"only a document says that the image is {name}; scan the image itself, or say what it is: --name NAME"
    return f"only the image itself says that it is {name}; if it is, say so: --name {name}"
