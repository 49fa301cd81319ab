"""The text of a baseline in, a checked one out; and decided reports in, the text of their baseline out.

YAML as the policy's (``document``): bounded, and errors have file, line and column. JSON is YAML too.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from pratique.errors import UsageError
from pratique.limits import Limits
from pratique.model import Action, AnyFinding, Malware, Report
from pratique.policy.advise import counted
from pratique.policy.baseline import MOST, Baseline, BaselineFile, Entry, package_names
from pratique.policy.document import Document
from pratique.policy.misfit import Words, fit
from pratique.policy.suppress import bare

_PLAIN = re.compile(r"[A-Z][A-Za-z0-9]*-[A-Za-z0-9-]+")
_NAMES = 5
_SHOWN = 60
_SHORT = len("sha256:") + 12
_LONGEST = 1000  # characters of an owner, a reason, a name
_EXACT = "one exact value (a blanket entry is refused)"
_WORDS = Words(
    whole="the baseline",
    shapes={"": BaselineFile, "findings": Entry},
    choices={},
    patterns={"id": _EXACT, "package": _EXACT, "image": _EXACT, "owner": "a name", "reason": "a sentence"},
    hint="pratique policy baseline writes one; docs/adopting.md shows it",
)


class Taken(msgspec.Struct, frozen=True):
    """The text of a baseline, how many findings stand in it, and a sentence on each kind that does not."""

    text: str
    count: int
    left: tuple[str, ...]


def read(text: str, path: str, limits: Limits) -> Baseline:
    """See ``baseline.load``."""
    document = Document(text, path, limits, "baseline")
    file = fit(document, BaselineFile, _WORDS)
    if file.expires < file.created:
        document.fail(document.node(("expires",)).place, f"expires: {file.expires} is before created: {file.created}")
    for place, entry in enumerate(file.findings):
        if not entry.package and not entry.image:
            what = f"{entry.id!r} stands without package and image: a blanket entry is refused"
            document.fail(document.node(("findings", place)).place, what)
    return Baseline(file, path, f"sha256:{hashlib.sha256(text.encode()).hexdigest()}")


def taken(
    reports: Sequence[Report], owner: str, reason: str, created: date, expires: date, *, everything: bool = False
) -> Taken:
    """The baseline of what fails or warns in the reports; with ``everything`` also of what is below the gate. The same
    findings make the same text. Raises ``UsageError`` for a report of an image that was not read, for more findings
    than a baseline holds, and for an owner or reason that says nothing."""
    for what, text in (("owner", owner), ("reason", reason)):
        if not (text.strip() and text.isprintable() and len(text) <= _LONGEST):
            raise UsageError(f"--{what}: {text[:_SHOWN]!r} is no line of at most {_LONGEST} characters")
    entries, left = set[tuple[str, str, str]](), _Left()
    for report in reports:
        image = _image(report)
        for finding in report.findings:
            if not left.out(finding, everything) and not left.unnamed(named := (image, _package(finding), finding.id)):
                entries.add(named)
    if len(entries) > MOST:
        raise UsageError(f"{len(entries):,} findings, and a baseline holds {MOST:,} at most", hint="write one a report")
    lines = [
        f"# What was found on {created} and is let be through {expires}. What is known to be exploited, and malware,",
        "# is never in a baseline.",
        "version: 1",
        f"created: {created}",
        f"owner: {_quoted(owner)}",
        f"reason: {_quoted(reason)}",
        f"expires: {expires}",
        "findings:" if entries else "findings: []",
        *(f"  - {{{_entry(*entry)}}}" for entry in sorted(entries)),
    ]
    told = [_fleeting(image) for image in sorted({image for image, _, _ in entries}) if image.startswith("sha256:")]
    return Taken("".join(f"{line}\n" for line in lines), len(entries), (*left.told(), *told))


def _fleeting(digest: str) -> str:
    what = f"{digest[:_SHORT]}… is named by its digest, and the next build has another"
    return f"{what}: scan with --name NAME to let the same be in that"


class _Left:
    """What is not taken, and why."""

    def __init__(self) -> None:
        self._found: dict[str, list[str]] = {}

    def out(self, finding: AnyFinding, everything: bool) -> bool:
        decision = finding.decision
        if finding.is_exploited:
            return self._add("known to be exploited, which is never in a baseline", finding)
        if isinstance(finding, Malware):
            return self._add("malware, which is never in a baseline", finding)
        if decision.baseline:
            return self._add("in a baseline already: scan without it to take them anew", finding)
        if decision.suppressed_until or decision.vex:
            return self._add("silenced already, by a suppression or VEX", finding)
        if not everything and decision.action not in (Action.FAIL, Action.WARN):
            return self._add("below the gate (policy baseline --all takes them too)", finding)
        return False

    def unnamed(self, named: tuple[str, str, str]) -> bool:
        """Whether one of the names could not be written so that it is read as it is."""
        fits = (text.isprintable() and not {"*", "?"} & set(text) and len(text) <= _LONGEST for text in named)
        if named[-1] and all(fits):
            return False
        self._found.setdefault("of a name that is too long, empty, or holds what a baseline cannot", []).append(
            repr(named[-1])
        )
        return True

    def _add(self, why: str, finding: AnyFinding) -> bool:
        package = _package(finding)
        self._found.setdefault(why, []).append(f"{finding.id} in {package}" if package else finding.id)
        return True

    def told(self) -> Iterator[str]:
        for why, findings in sorted(self._found.items()):
            names = sorted(set(findings))
            shown = f" ({', '.join(names[:_NAMES])}{', …' if len(names) > _NAMES else ''})" if "never" in why else ""
            yield f"left out: {counted(len(findings), 'finding')} {why}{shown}"


def _image(report: Report) -> str:
    """The image's name without tag and digest, where somebody said it; else its digest."""
    image = report.image
    if image is None:
        what = f"the report on {report.target!r} tells of no image: it could not be read"
        raise UsageError(what, hint="scan it again")
    name = bare(image.name_said) or ("" if image.stated else image.digest)
    if not name:
        what = f"nobody but its maker says which image the report on {report.target!r} is of"
        raise UsageError(what, hint="scan it with --name NAME, so that its findings can be told from others'")
    return name


def _package(finding: AnyFinding) -> str:
    return package_names(finding.package)[0]


def _entry(image: str, package: str, identifier: str) -> str:
    named = f"package: {_quoted(package)}, " if package else ""
    plain = identifier if _PLAIN.fullmatch(identifier) else _quoted(identifier)
    return f"id: {plain}, {named}image: {_quoted(image)}"


def _quoted(text: str) -> str:
    """A text in double quotes: what JSON writes, YAML reads (https://yaml.org/spec/1.2.2/#12-yaml-and-json)."""
    return msgspec.json.encode(text).decode()
