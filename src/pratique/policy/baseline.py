"""A baseline and a report in; which of the report's findings it lets be, and what is to be said of it, out.

A baseline is what was found on a given day, with an owner, a reason and an end: a team begins today and fails on what
is new. It silences no malware and nothing that is known to be exploited, whatever it lists.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from pratique.limits import DEFAULT as LIMITS
from pratique.limits import Limits
from pratique.model import (
    DISTRIBUTION_TYPES,
    Action,
    AnyFinding,
    BaselineStatus,
    Decision,
    Malware,
    Package,
    Report,
)
from pratique.policy.inherit import lets_silence, shutting
from pratique.policy.schema import Policy, Text
from pratique.policy.suppress import SOON_DAYS, claim, claimed_names, known_names

MOST = 35_000  # findings in a file
_NAMES = 3

Name = Annotated[str, Meta(pattern=r"^[^*?\x00-\x1f\x7f-\x9f]+$(?!\n)", max_length=1000)]


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A finding that was there: its identifier, its package as ``type/name`` or ``type/namespace/name`` ("" where it is
    about none), and the image ("" for any), by its name with or without tag, or by its digest."""

    id: Name
    package: Name | Literal[""] = ""
    image: Name | Literal[""] = ""


class BaselineFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands in the file: unknown keys are refused."""

    created: date
    owner: Text
    reason: Text
    expires: date
    findings: Annotated[tuple[Entry, ...], Meta(max_length=MOST)]
    version: Literal[1] = 1


class Baseline(msgspec.Struct, frozen=True):
    """A checked baseline; ``digest`` is over the file's bytes."""

    file: BaselineFile
    path: str
    digest: str


def load(text: str, path: str, limits: Limits = LIMITS) -> Baseline:
    """The baseline in ``text``; ``path`` is for messages. Raises ``PolicyError`` with file, line and column for the
    first thing that is wrong."""
    from pratique.policy import baseline_file  # YAML costs 30 ms, which only who has a baseline pays

    return baseline_file.read(text, path, limits)


class Baselined:
    """Asked of each finding once; ``notes`` then tells what the baseline let be, and why it did not. Beside a policy it
    is what a suppression is: it may last no longer, and has no force where a policy above lets none."""

    def __init__(self, baseline: Baseline | None, report: Report, today: date, policy: Policy) -> None:
        self._baseline = baseline
        self._today = today
        self._policy = policy
        names, claimed = known_names(report.image), claimed_names(report.image)
        entries = baseline.file.findings if baseline else ()
        self._listed = [entry for entry in entries if not entry.image or entry.image in names]
        self._unsaid = Counter(entry.image for entry in entries if entry.image in claimed)
        self._known: dict[tuple[str, str], list[int]] = {}
        for place, entry in enumerate(self._listed):
            self._known.setdefault((entry.id, entry.package), []).append(place)
        self._silent = baseline is None or bool(self.refusal)
        self._used = set[int]()
        self._count = 0
        self._powerless = Counter[str]()
        self._unlet = dict[str, str]()  # what it would let be, and the rule that a policy above keeps

    def decided(self, finding: AnyFinding, decision: Decision, rules: Sequence[str]) -> Decision:
        """``decision``, or that the finding is let be; ``rules`` are those that decided it."""
        if self._baseline is None or self._silent or not (places := self._places(finding)):
            return decision
        if finding.is_exploited or isinstance(finding, Malware):
            self._powerless[finding.id] += 1
            return decision
        if not lets_silence(self._policy, rules):
            self._unlet[finding.id] = decision.rule
            return decision
        self._used.update(places)
        self._count += 1
        file = self._baseline.file
        return Decision(
            Action.ALLOW,
            decision.rule,
            suppressed_until=file.expires.isoformat(),
            reason=file.reason,
            owner=file.owner,
            note=f"in the baseline of {file.created} by {file.owner}, until {file.expires}; "
            f"without it: {decision.action.value}",
            baseline=file.created.isoformat(),
        )

    def names(self, finding: AnyFinding) -> bool:
        """Whether it lists the finding, whatever it may do about it."""
        return bool(self._places(finding))

    def _places(self, finding: AnyFinding) -> list[int]:
        names, packages = (finding.id, *finding.aliases), package_names(finding.package)
        return [place for name in names for package in packages for place in self._known.get((name, package), ())]

    @property
    def refusal(self) -> str:
        """Why the baseline is not in force, "" where it is, and where there is none."""
        if self._baseline is None:
            return ""
        file, today = self._baseline.file, self._today
        if file.expires < today:
            return f"expired on {file.expires} and counts as none: mend what it held, or take a new one"
        if file.created > today:
            return f"is not in force: it is dated ahead ({file.created})"
        if (file.expires - file.created).days > (most := self._policy.max_suppression_days):
            return f"is not in force: it may not end more than {most} days after its own ({file.expires})"
        if (above := shutting(self._policy)) is not None:
            return f"is not in force: {above.shown} does not let a policy that extends it let anything be"
        return ""

    def status(self) -> BaselineStatus | None:
        """Which baseline was asked and what it did; None where there is none."""
        if self._baseline is None:
            return None
        file = self._baseline.file
        return BaselineStatus(
            path=self._baseline.path,
            digest=self._baseline.digest,
            created=file.created.isoformat(),
            owner=file.owner,
            expires=file.expires.isoformat(),
            refusal=self.refusal,
            silenced=self._count,
            unused=len(self._listed) - len(self._used),
        )

    def notes(self) -> tuple[str, ...]:
        """What it lets be and until when, or why it does not; what it has no power over; its entries of no use."""
        if self._baseline is None:
            return ()
        file = self._baseline.file
        name = f"the baseline of {file.created} by {file.owner}"
        if refusal := self.refusal:
            return (f"{name} {refusal}",)
        unsaid = [
            f"{name}: {_several(n)} for {image} not in force: {claim(image)}" for image, n in self._unsaid.items()
        ]
        if not self._listed:
            return (*unsaid,) or (f"{name} names no finding of this image",)
        told = [f"{_findings(self._count)} in {name}, until {file.expires}: {file.reason}{self._soon(file.expires)}"]
        if self._powerless:
            names = ", ".join(sorted(self._powerless)[:_NAMES]) + (", …" if len(self._powerless) > _NAMES else "")
            told.append(f"{name} does not silence {names}: what is known to be exploited, or malware, never is in one")
        if self._unlet:
            names = ", ".join(sorted(self._unlet)[:_NAMES]) + (", …" if len(self._unlet) > _NAMES else "")
            rules = ", ".join(sorted(set(self._unlet.values())))
            told.append(f"{name} does not silence {names}: a policy above does not let be what rule {rules} decides")
        if unused := len(self._listed) - len(self._used):
            silence = "silence" if unused > 1 else "silences"
            told.append(f"{name}: {_several(unused)} {silence} nothing any more; take a new one without")
        return (*told, *unsaid)

    def _soon(self, expires: date) -> str:
        left = (expires - self._today).days
        if left > SOON_DAYS:
            return ""
        return "; expires today" if left == 0 else f"; expires in {left} day{'s' if left > 1 else ''}"


def package_names(package: Package | None) -> tuple[str, ...]:
    """What a baseline may call a package, the name that is written first. A distribution's needs no namespace; a
    finding of the image itself has no package, which is ``""``."""
    if package is None:
        return ("",)
    whole = "/".join(part for part in (package.type, package.namespace, package.name) if part)
    if package.type in DISTRIBUTION_TYPES and package.namespace:
        return (f"{package.type}/{package.name}", whole)
    return (whole,)


def _several(count: int) -> str:
    return f"{count:,} entries" if count > 1 else "1 entry"


def _findings(count: int) -> str:
    return f"{count:,} finding{'s are' if count != 1 else ' is'}"
