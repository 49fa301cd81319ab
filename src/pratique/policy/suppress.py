"""The suppressions of a policy, a report and the day in; which of them silences a finding, and what is to be said of
each, out.

A suppression holds through the end of its ``expires`` day, UTC. One that ends further ahead than the policy (or, with
``accept_kev``, than fourteen days) allows is not in force: it counts as none and is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from pratique.model import AnyFinding, ImageFinding, Package, Report
from pratique.policy.schema import Policy, Suppression

KEV_DAYS = 14
SOON_DAYS = 14


def most_days(max_days: int, *, accept_kev: bool) -> int:
    """How far ahead a suppression may end, where the policy allows others ``max_days``."""
    return min(max_days, KEV_DAYS) if accept_kev else max_days


class Suppressions:
    """Asked of each finding once; ``notes`` then tells what was in force, ends soon, is over, or was of no use."""

    def __init__(self, policy: Policy, report: Report, today: date) -> None:
        self._today = today
        self._most = policy.max_suppression_days
        names = image_names(report)
        listed = [(n, entry) for n, entry in enumerate(policy.suppress) if not entry.image or entry.image in names]
        self._listed = [entry for _, entry in listed]
        self._places = [number for number, _ in listed]
        self._by_id: dict[str, list[int]] = {}
        for index, entry in enumerate(self._listed):
            if not self._refusal(entry):
                self._by_id.setdefault(entry.id, []).append(index)
        self._silenced: Counter[int] = Counter()
        self._accepted: set[int] = set()
        self._powerless: set[int] = set()
        self._partial: set[int] = set()  # they speak of some of the files that prove a package

    def silencing(self, finding: AnyFinding, exploited: bool) -> Suppression | None:
        """The first suppression in force that speaks of ``finding``; for one in KEV, the first that accepts that."""
        if not self._by_id:
            return None
        places, covering = _places(finding), list[int]()
        for index in self._speaking(finding, places):
            entry = self._listed[index]
            if exploited and not entry.accept_kev:
                self._powerless.add(index)
            elif not entry.path or places == {entry.path}:
                return self._silence((index,), exploited)
            else:
                covering.append(index)
        if {self._listed[index].path for index in covering} == places:
            return self._silence(covering, exploited)
        self._partial.update(covering)
        return None

    def _silence(self, found: Sequence[int], exploited: bool) -> Suppression:
        """Counts them, and gives the one that ends first."""
        self._silenced.update(found)
        if exploited:
            self._accepted.update(found)
        return min((self._listed[index] for index in found), key=lambda entry: entry.expires)

    def _speaking(self, finding: AnyFinding, places: frozenset[str]) -> Iterable[int]:
        found = {index for name in (finding.id, *finding.aliases) for index in self._by_id.get(name, ())}
        return sorted(index for index in found if _concerns(self._listed[index], finding, places))

    @property
    def used(self) -> set[int]:
        """The places, in the policy, of those that silenced something so far."""
        return {self._places[index] for index in self._silenced}

    def notes(self) -> tuple[str, ...]:
        """One sentence a suppression: accepted KEV first, then in force, without power, refused, unused."""
        ranked = [(*self._note(index, entry), index) for index, entry in enumerate(self._listed)]
        return tuple(text for _, text, _ in sorted(ranked, key=lambda each: (each[0], each[2])))

    def _note(self, index: int, entry: Suppression) -> tuple[int, str]:
        subject = entry.subject
        if refusal := self._refusal(entry):
            return 3, f"the suppression of {subject} by {entry.owner} {refusal}"
        if count := self._silenced[index]:
            found = f"{count} finding{'s' if count > 1 else ''}"
            text = f"{subject} is suppressed until {entry.expires} by {entry.owner}: {entry.reason} ({found})"
            accepted = index in self._accepted
            return (0 if accepted else 1), ("KEV accepted: " if accepted else "") + text + self._soon(entry)
        if index in self._powerless:
            return 2, (
                f"the suppression of {subject} by {entry.owner} does not silence it: it is known to be exploited; "
                f"only accept_kev: true does, for at most {KEV_DAYS} days"
            )
        if index in self._partial:
            return 2, (
                f"the suppression of {subject} by {entry.owner} does not silence it: other files than {entry.path} "
                "prove the same package; suppress those too, or leave out the path"
            )
        return 4, f"the suppression of {subject} by {entry.owner} is unused: no finding is like it; remove it"

    def _refusal(self, entry: Suppression) -> str:
        """Why it is not in force, "" if it is."""
        left = (entry.expires - self._today).days
        if left < 0:
            return f"expired on {entry.expires}: renew it with a reason, or remove it"
        if entry.accept_kev and left > KEV_DAYS:
            return f"is not in force: with accept_kev it may not end more than {KEV_DAYS} days ahead ({entry.expires})"
        if left > self._most:
            return f"is not in force: it may not end more than {self._most} days ahead ({entry.expires})"
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
    if isinstance(finding, ImageFinding):
        return not entry.package and bool(entry.image) and entry.path in ("", finding.path)
    package = finding.package
    return (
        entry.package in _package_names(package)
        and entry.version in ("", package.version)
        and (not entry.path or entry.path in places)
    )


def _package_names(package: Package) -> tuple[str, ...]:
    """What a suppression may call it; Maven's own form of a name has a colon."""
    spaced = (f"{package.namespace}/{package.name}", f"{package.namespace}:{package.name}") if package.namespace else ()
    return (package.name, *([package.source_name] if package.source_name else []), *spaced)


def image_names(report: Report) -> frozenset[str]:
    """The image's name, its name without tag, and its digest."""
    if report.image is None:
        return frozenset()
    name = report.image.name
    folder, slash, last = name.partition("@")[0].rpartition("/")
    return frozenset({name, f"{folder}{slash}{last.partition(':')[0]}", report.image.digest} - {""})
