"""Ubuntu's OVAL in (``ubuntu/com.ubuntu.*.cve.oval.xml.bz2``), a bulletin a vulnerability and document out.

https://documentation.ubuntu.com/security/security-updates/oval/, https://security-metadata.canonical.com/oval/. OSV's
export has the same ranges for all releases and channels, but not why a package has no fix. The document of a release
says it in the comments of its tests; the tests themselves, which follow the definitions, are not read. A bulletin is of
one document, so its id (``UBUNTU-JAMMY-CVE-2022-32325``) is not that of OSV's record, which is of all releases.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from pratique.limits import Limits
from pratique.model import FixState, Level
from pratique.vuln.bulletin import Bulletin, Getter, Remote, Statement, Unread, Vendor
from pratique.vuln.feed._osv_record import Record, Score
from pratique.vuln.feed._severity import rate
from pratique.vuln.feed.eol import shipped
from pratique.vuln.vendor._source import chunks, demand, files
from pratique.vuln.vendor._xml import Element, Shape, records

_SHAPE = Shape(
    "oval_definitions",
    "definition",
    until="definitions",
    text=frozenset(("title", "platform", "severity", "public_date")),
    skip=frozenset(("description", "notes", "bug", "ref")),
)
_PREFIX = "com.ubuntu."  # those of "oci.com.ubuntu." say the same of a manifest of packages
_SUFFIXES = (".cve.oval.xml", ".cve.oval.xml.bz2", ".cve.oval.xml.gz", ".cve.oval.xml.xz")
_TITLE = re.compile(r"(CVE-\d{4}-\d{4,19}) on Ubuntu .*\(([a-z]+)\)")
_PLATFORM = re.compile(r"Ubuntu (?:Pro )?(?:(FIPS\S*|Realtime) )?(\d+\.\d\d)(?: (LTS|ESM))?$")
_DATE = re.compile(r"(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC$")
_SUBJECT = re.compile(r"(\S+) package in ([a-z0-9/-]+),? (.*)", re.DOTALL)
_IGNORED = re.compile(r"(\S+): (while related to the CVE in some way, a decision has been made to ignore.*)", re.DOTALL)
_NOTE = re.compile(r"\(note: '([^']*)'\)")
_VERSION = re.compile(r"\d\S*$")
_ENDED = re.compile(r"end of|out of standard support|superseded by")
_KERNEL = "Is kernel "  # tests of what runs, beside those of packages
_DIGITS = re.compile(r"\d+")
# The channels of Ubuntu Pro as OSV's ecosystems name them, and what stands before the series in a comment.
_CHANNELS = {
    "": "",
    "esm": "Pro:",
    "esm-apps": "Pro:",
    "esm-infra": "Pro:",
    "esm-infra-legacy": "Pro:",
    "fips": "Pro:FIPS:",
    "fips-preview": "Pro:FIPS-preview:",
    "fips-updates": "Pro:FIPS-updates:",
    "realtime": "Pro:Realtime:",
}
_ABSENT = "does not exist"
_PENDING = "is affected. An update containing the fix has been completed"
_STATES = (
    ("was vulnerable but has been fixed", FixState.FIXED),
    ("is related to the CVE in some way and has been fixed", FixState.FIXED),
    ("was vulnerable and has been fixed, but no release version", FixState.UNKNOWN),
    ("is affected and may need fixing", FixState.UNDER_INVESTIGATION),
    ("has a vulnerability that is not known", FixState.UNDER_INVESTIGATION),
    ("is affected and needs fixing", FixState.AFFECTED),
    ("is affected, but a decision has been made to defer", FixState.DEFERRED),
    (_PENDING, FixState.AFFECTED),
    ("while related to the CVE in some way, a decision has been made to ignore", FixState.WILL_NOT_FIX),
    ("while related to the CVE in some way, is not affected", FixState.NOT_AFFECTED),
)


class _Place(msgspec.Struct, frozen=True):
    """A definition's release: ``22.04:LTS``, its series, and the channel that its document is of."""

    release: str
    series: str
    channel: str


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every vulnerability of every document. Raises ``Unreadable`` where there is none."""
    return demand(_documents(source, limits), "Ubuntu's OVAL")


def present(source: Path) -> bool:
    """Whether there is a document."""
    return bool(_files(source))


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """A document a release: those supported, and the long-term ones as long as Ubuntu Pro and its legacy support go."""
    base, found = "https://security-metadata.canonical.com/oval", list[Remote]()
    for distro, version, codename, end in shipped():
        lasting = version.endswith(".04") and int(version[:-3]) % 2 == 0 and today.year - 2000 - int(version[:-3]) <= 15
        if distro == "ubuntu" and (end >= today.isoformat() or (lasting and version >= "14.04")):
            name = f"{_PREFIX}{codename}.cve.oval.xml.bz2"
            found.append(Remote(f"ubuntu/{name}", f"{base}/{name}"))
    return tuple(found)


def _files(source: Path) -> tuple[Path, ...]:
    return tuple(path for path in files(source / "ubuntu", *_SUFFIXES) if path.name.startswith(_PREFIX))


def _documents(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    numbers = {codename: version for distro, version, codename, _ in shipped() if distro == "ubuntu"}
    for path in _files(source):
        where = f"ubuntu/{path.name}"
        unknown: set[str] = set()
        for element in records(chunks(path, limits), _SHAPE, where, limits):
            if isinstance(element, Unread):
                yield element
            elif element.get("class") == "vulnerability":
                yield definition(element, where, numbers, unknown, limits)
        for comment in sorted(unknown):
            yield Unread(where, f"a test is not known: {comment!r}")


def definition(
    element: Element, where: str, numbers: dict[str, str], unknown: set[str], limits: Limits
) -> Bulletin | Unread:
    """The bulletin of one ``<definition>``; comments that we do not know are added to ``unknown``."""
    metadata = element.find("metadata")
    title = _TITLE.match(metadata.find("title").text)
    platform = _PLATFORM.match(metadata.find("affected", "platform").text)
    if title is None or platform is None:
        return Unread(where, f"the title of a definition is {metadata.find('title').text[:100]!r}")
    cve, series = title[1], title[2]
    version = numbers.get(series, platform[2])
    kind, mark = (platform[1] or "").lower(), platform[3]
    # An extended release was a long-term one before.
    place = _Place(f"{version}:LTS" if mark else version, series, "esm" if mark == "ESM" else kind)
    advisory = metadata.find("advisory")
    word = advisory.find("severity").text
    vector = advisory.find("cve").get("cvss_vector")
    level = rate(Record(cve, severity=[Score("", word)])).level
    date = _DATE.match(advisory.find("public_date").text)
    try:
        statements = _statements(element.find("criteria"), place, level, unknown, limits)
    except ValueError as error:
        return Unread(f"{where} {cve}", str(error))
    return Bulletin(
        id="-".join(filter(None, ("UBUNTU", series.upper(), place.channel.upper(), cve))),
        upstream=(cve,),
        published=f"{date[1]}T{date[2]}Z" if date else "",
        severity=rate(Record(cve, severity=[Score("", text) for text in (vector, word) if text])),
        statements=tuple(dict.fromkeys(statements)),
    )


def _statements(node: Element, place: _Place, level: Level, unknown: set[str], limits: Limits) -> list[Statement]:
    """Each test stands for one package by itself, whatever the operators: one document is for one release."""
    found: list[Statement] = []
    for child in node.children:
        if child.name == "criteria":
            found += _statements(child, place, level, unknown, limits)
        elif child.name == "criterion" and child.get("negate") != "true":
            comment = child.get("comment")
            if len(comment) > limits.feed_text:
                raise ValueError(f"a comment is longer than feed_text, {limits.feed_text}")
            statement = _statement(comment, place, level)
            if statement is not None:
                found.append(statement)
            elif not comment.startswith(_KERNEL) and _ABSENT not in comment and len(unknown) < limits.damages:
                unknown.add(_DIGITS.sub("N", comment)[:100])
    return found


def _statement(comment: str, place: _Place, level: Level) -> Statement | None:
    """None for a comment that speaks of no package, or says what we do not know."""
    channel = place.channel if place.channel == "esm" else ""
    if subject := _SUBJECT.match(comment):
        name, where, said = subject.groups()
        parts = where.split("/")  # "jammy", "esm-apps/jammy", "trusty/esm"
        if place.series not in parts:
            return None
        parts.remove(place.series)
        channel = "/".join(parts) or channel
    elif ignored := _IGNORED.match(comment):
        name, said = ignored.groups()
        channel = place.channel
    else:
        return None
    state = next((state for text, state in _STATES if said.startswith(text)), None)
    if state is None or channel not in _CHANNELS:
        return None
    found = _NOTE.search(said)
    note = found[1] if found else ""
    release = f"{_CHANNELS[channel]}{place.release}"
    if state is FixState.FIXED or (said.startswith(_PENDING) and _VERSION.match(note)):
        return Statement(release, name, fixed=note, state=state, level=level) if note else None
    if state is FixState.WILL_NOT_FIX and _ENDED.search(note):
        state = FixState.END_OF_LIFE
    return Statement(release, name, state=state, level=level)


VENDOR = Vendor("Ubuntu", present, read, remotes)
