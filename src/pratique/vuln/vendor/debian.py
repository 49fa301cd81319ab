"""Debian's security tracker in (``debian/tracker.json``), a bulletin a vulnerability out.

https://security-tracker.debian.org/tracker/data/json, and what its words mean:
https://security-team.debian.org/security_tracker.html
"""

from __future__ import annotations

import contextlib
import csv
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, PratiqueError
from pratique.limits import Limits
from pratique.model import FixState, Level
from pratique.vuln.bulletin import Bulletin, Getter, Remote, Statement, Unread, Vendor
from pratique.vuln.feed.eol import distro_info, shipped
from pratique.vuln.vendor._source import demand, whole

FILE = "debian/tracker.json"
_TABLE = "distro-info/debian.csv"

_ID = re.compile(r"(CVE-\d{4}-\d{4,19}|TEMP-\d{7}-[0-9A-F]{6})$")
_LEVELS = {"unimportant": Level.NONE, "low": Level.LOW, "medium": Level.MEDIUM, "high": Level.HIGH}
# Open, and no advisory of its own: https://security-team.debian.org/security_tracker.html#the-no-dsa-tag
_REASONS = {"ignored": FixState.WILL_NOT_FIX, "postponed": FixState.DEFERRED, "": FixState.DEFERRED}
_WITHOUT_A_NUMBER = ("sid",)  # unstable has no release that os-release could name


class _Release(msgspec.Struct, frozen=True):
    """What the tracker says of one source package in one release."""

    status: str = ""
    urgency: str = ""
    fixed_version: str | None = None
    nodsa: str | None = None
    nodsa_reason: str | None = None


class _Issue(msgspec.Struct, frozen=True):
    """One vulnerability of one source package; a list stands for no release."""

    releases: dict[str, _Release] | list[msgspec.Raw] = {}


_TRACKER = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ISSUES = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ISSUE = msgspec.json.Decoder(_Issue)


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every vulnerability that the tracker knows. Raises ``Unreadable`` where there is none."""
    return demand(_bulletins(source, limits), "Debian's tracker")


def present(source: Path) -> bool:
    """Whether the file is there."""
    return (source / FILE).is_file()


def _bulletins(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    try:
        packages = _TRACKER.decode(whole(source / FILE, limits))
    except UNDECODABLE as error:
        yield Unread(FILE, f"it is not the tracker's JSON: {error}")
        return
    except PratiqueError as error:
        yield Unread(FILE, str(error))
        return
    issues: dict[str, list[tuple[str, msgspec.Raw]]] = {}
    for package, raw in packages.items():
        try:
            if len(package) > limits.feed_text:
                raise ValueError(f"a name longer than feed_text, {limits.feed_text}")
            for id_, issue in _ISSUES.decode(raw).items():
                issues.setdefault(id_, []).append((package, issue))
        except (ValueError, RecursionError) as error:
            yield Unread(f"{FILE} {package[:100]}", f"it is not read: {error}")
    numbers = _numbers(source, limits)
    unknown: set[str] = set()
    for id_ in sorted(issues):
        yield from _bulletin(id_, issues[id_], numbers, unknown, limits)
    for codename in sorted(unknown):
        yield Unread(FILE, f"no release is called {codename[:100]!r}")


def _numbers(source: Path, limits: Limits) -> dict[str, str]:
    """Codename to number, as the table of ends of life has them."""
    rows = [row for row in shipped() if row[0] == "debian"]
    if (source / _TABLE).is_file():
        with contextlib.suppress(PratiqueError, csv.Error):  # the reader of that table tells of it
            rows += distro_info("debian", whole(source / _TABLE, limits).decode("utf-8", "replace").splitlines())
    return {codename: version.partition(".")[0] for _, version, codename, _ in rows}


def _bulletin(
    id_: str, issues: list[tuple[str, msgspec.Raw]], numbers: dict[str, str], unknown: set[str], limits: Limits
) -> Iterator[Bulletin | Unread]:
    if not _ID.match(id_):
        yield Unread(FILE, f"a vulnerability is called {id_[:100]!r}")
        return
    statements: list[Statement] = []
    for package, raw in issues:
        try:
            releases = _ISSUE.decode(raw).releases
            if isinstance(releases, list):
                continue
            for codename, said in releases.items():
                if codename in numbers:
                    statements.append(_statement(numbers[codename], package, said, limits))
                elif codename not in _WITHOUT_A_NUMBER and len(unknown) < limits.damages:
                    unknown.add(codename)
        except (ValueError, RecursionError) as error:
            yield Unread(f"{id_} {package}", str(error))
    cve = id_.startswith("CVE-")
    yield Bulletin(id=f"DEBIAN-{id_}" if cve else id_, upstream=(id_,) if cve else (), statements=tuple(statements))


def _statement(release: str, package: str, said: _Release, limits: Limits) -> Statement:
    """Raises ``ValueError`` for a status that is none of the tracker's."""
    fixed = said.fixed_version or ""
    if len(fixed) > limits.feed_text:
        raise ValueError(f"a version longer than feed_text, {limits.feed_text}")
    # "low**" is the tracker's own guess from the vulnerability's score.
    level = _LEVELS.get(said.urgency.rstrip("*"), Level.UNKNOWN)
    if said.status == "resolved" and fixed == "0":  # "never affected", the package was added later or differs
        return Statement(release, package, state=FixState.NOT_AFFECTED, level=level)
    if said.status == "resolved" and fixed:
        return Statement(release, package, fixed=fixed, state=FixState.FIXED, level=level)
    if said.status == "undetermined":
        return Statement(release, package, state=FixState.UNDER_INVESTIGATION, level=level)
    if said.status != "open":
        raise ValueError(f"the status {said.status[:40]!r} with the fixed version {fixed[:40]!r} is not known")
    return Statement(release, package, state=_open_state(said), level=level)


def _open_state(said: _Release) -> FixState:
    if said.urgency == "end-of-life":
        return FixState.END_OF_LIFE
    if said.nodsa is None and said.nodsa_reason is None:
        return FixState.AFFECTED
    return _REASONS.get(said.nodsa_reason or "", FixState.DEFERRED)


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """The tracker's one file."""
    return (Remote(FILE, "https://security-tracker.debian.org/tracker/data/json"),)


VENDOR = Vendor("Debian", present, read, remotes)
