"""NVD's CVE 2.0 JSON in (``nvd/*.json.gz``), a bulletin a CVE out, its statements by CPE as ``vendor:product``.

https://nvd.nist.gov/vuln/data-feeds, whose files have the shape of https://nvd.nist.gov/developers/vulnerabilities.
They are for software that no package manager owns; its versions are compared by the scheme ``generic``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, PratiqueError
from pratique.limits import Limits
from pratique.model import FixState
from pratique.model import Severity as Rating
from pratique.vuln.bulletin import Bulletin, Getter, Remote, Scope, Statement, Unread, Vendor
from pratique.vuln.feed._osv_record import Record, Score
from pratique.vuln.feed._severity import rate
from pratique.vuln.vendor import _cpe
from pratique.vuln.vendor._source import demand, files, whole

_ID = re.compile(r"CVE-\d{4}-\d{4,19}$")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?$")
_CHANGED = ("modified", "recent")  # in a file's name: what changed in the last eight days
# Where a container's programs do not run: the operating systems that a configuration, or a CPE's target, names.
_ELSEWHERE = re.compile(
    r"(microsoft:windows|apple:(mac|iphone|ipad|tv|watch|vision)_?os|google:(android|chrome_os)|cisco:(ios|nx-os)).*"
)
_FOREIGN = frozenset(
    (
        "android",
        "chrome_os",
        "ipad_os",
        "ipados",
        "iphone_os",
        "mac_os_x",
        "macos",
        "windows",
        "windows_ce",
        "windows_phone",
    )
)


class _Data(msgspec.Struct, frozen=True, rename="camel"):
    vector_string: str = ""


class _Metric(msgspec.Struct, frozen=True, rename="camel"):
    type: str = ""
    cvss_data: _Data = _Data()


class _Metrics(msgspec.Struct, frozen=True):
    v40: list[_Metric] = msgspec.field(name="cvssMetricV40", default=[])
    v31: list[_Metric] = msgspec.field(name="cvssMetricV31", default=[])
    v30: list[_Metric] = msgspec.field(name="cvssMetricV30", default=[])
    v2: list[_Metric] = msgspec.field(name="cvssMetricV2", default=[])


class _Match(msgspec.Struct, frozen=True, rename="camel"):
    """One CPE, and the range of its versions; ``vulnerable`` is false for what the vulnerable part runs on."""

    criteria: str
    vulnerable: bool = True
    version_start_including: str | None = None
    version_start_excluding: str | None = None
    version_end_including: str | None = None
    version_end_excluding: str | None = None


class _Node(msgspec.Struct, frozen=True, rename="camel"):
    operator: str = "OR"
    negate: bool = False
    cpe_match: list[_Match] = []


class _Configuration(msgspec.Struct, frozen=True):
    operator: str = "OR"
    negate: bool = False
    nodes: list[_Node] = []


class _Cve(msgspec.Struct, frozen=True, rename="camel"):
    id: str
    published: str = ""
    last_modified: str = ""
    vuln_status: str = ""
    metrics: _Metrics = _Metrics()
    configurations: list[_Configuration] = []


class _Item(msgspec.Struct, frozen=True):
    cve: _Cve


class _Feed(msgspec.Struct, frozen=True):
    vulnerabilities: list[msgspec.Raw]


_FEED = msgspec.json.Decoder(_Feed)
_ITEM = msgspec.json.Decoder(_Item)


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every CVE of every file; of one that stands in several, what NVD changed last. Raises ``Unreadable`` where there
    is none."""
    return demand(_documents(source, limits), "NVD's feeds")


def present(source: Path) -> bool:
    """Whether there is a file."""
    return bool(_files(source))


def _files(source: Path) -> tuple[Path, ...]:
    return files(source / "nvd", ".json", ".json.gz")


def _changes(path: Path) -> bool:
    return any(word in path.name for word in _CHANGED)


def _documents(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """The changes are read first: a file of a year holds the same CVEs, older or newer."""
    newest: dict[str, _Cve] = {}
    for path in filter(_changes, _files(source)):
        for each in _cves(path, limits):
            if isinstance(each, Unread):
                yield each
            elif each.id not in newest or newest[each.id].last_modified < each.last_modified:
                newest[each.id] = each
    seen: set[str] = set()
    for path in itertools.filterfalse(_changes, _files(source)):
        for each in _cves(path, limits):
            if isinstance(each, Unread):
                yield each
            elif each.id not in seen:
                seen.add(each.id)
                changed = newest.pop(each.id, each)
                yield from bulletin(max(changed, each, key=lambda cve: cve.last_modified), limits)
    for each in newest.values():
        yield from bulletin(each, limits)


def _cves(path: Path, limits: Limits) -> Iterator[_Cve | Unread]:
    where = f"nvd/{path.name}"
    try:
        items = _FEED.decode(whole(path, limits)).vulnerabilities
    except UNDECODABLE as error:
        yield Unread(where, f"it is no NVD feed: {error}")
        return
    except PratiqueError as error:
        yield Unread(where, str(error))
        return
    for raw in items:
        try:
            cve = _ITEM.decode(raw).cve
        except UNDECODABLE as error:
            yield Unread(where, f"a record is not read: {error}")
            continue
        yield cve if _ID.match(cve.id) else Unread(where, f"a record's id is {cve.id[:100]!r}")


def bulletin(cve: _Cve, limits: Limits) -> Iterator[Bulletin | Unread]:
    """The bulletin of one CVE, and what of its configurations cannot be compared."""
    changed = _instant(cve.last_modified)
    statements: dict[Statement, None] = {}
    for configuration in cve.configurations:
        for match in _vulnerable(configuration):
            try:
                if (statement := _statement(match, limits)) is not None:
                    statements[statement] = None
            except ValueError as error:
                yield Unread(cve.id, str(error))
        if configuration.negate or any(node.negate for node in configuration.nodes):
            yield Unread(cve.id, "a configuration of it is negated")
    if len(statements) > limits.feed_bounds:
        yield Unread(cve.id, f"it names more versions than feed_bounds, {limits.feed_bounds}")
        return
    yield Bulletin(
        id=cve.id,
        published=_instant(cve.published),
        modified=changed,
        withdrawn=(changed or "unknown") if cve.vuln_status == "Rejected" else "",
        severity=_severity(cve),
        statements=tuple(statements),
    )


def _vulnerable(configuration: _Configuration) -> Iterator[_Match]:
    """What is vulnerable in it, unless it has to run on what no container runs on. A negated part tells what is not
    meant, so nothing is taken from it."""
    if configuration.negate:
        return
    nodes = [node for node in configuration.nodes if not node.negate]
    if configuration.operator == "AND" and any(_elsewhere(node) for node in nodes):
        return
    for node in nodes:
        yield from (match for match in node.cpe_match if match.vulnerable)


def _elsewhere(node: _Node) -> bool:
    """Whether all choices of a node are hardware or other systems' ("running on")."""
    return bool(node.cpe_match) and all(not match.vulnerable and _foreign(match.criteria) for match in node.cpe_match)


def _foreign(criteria: str) -> bool:
    try:
        cpe = _cpe.parse(criteria)
    except ValueError:
        return False
    return cpe.part == "h" or (cpe.part == "o" and _ELSEWHERE.match(f"{cpe.vendor}:{cpe.product}") is not None)


def _statement(match: _Match, limits: Limits) -> Statement | None:
    """None for what no container's program can be: an operating system, hardware, a program of another system, or a
    name without a version (``-``), which no version equals (NIST IR 7696, 6.1). Raises ``ValueError``."""
    if len(match.criteria) > limits.feed_text:
        raise ValueError(f"a CPE is longer than feed_text, {limits.feed_text}")
    cpe = _cpe.parse(match.criteria)
    if cpe.part != "a" or cpe.software in _FOREIGN:
        return None
    name = f"{cpe.vendor}:{cpe.product}"
    if cpe.version == _cpe.NOT_APPLICABLE:
        return None
    if cpe.wild:
        raise ValueError(f"{match.criteria!r} names versions by a pattern")
    scope = Scope(flavour=_cpe.target(cpe))
    if cpe.version != _cpe.ANY:
        version = _cpe.version_of(cpe)
        return Statement("", name, introduced=version, last=version, scope=scope)
    texts = (
        match.version_start_including,
        match.version_start_excluding,
        match.version_end_excluding,
        match.version_end_including,
    )
    # A few have white space around them.
    introduced, after, fixed, last = ((text or "").strip()[: limits.feed_text] for text in texts)
    state = FixState.FIXED if fixed else FixState.AFFECTED
    return Statement(
        "", name, introduced=introduced, fixed=fixed, last="" if fixed else last, state=state, scope=scope, after=after
    )


def _severity(cve: _Cve) -> Rating:
    """NVD's own vectors before those of others, whichever version they have."""
    metrics = [*cve.metrics.v40, *cve.metrics.v31, *cve.metrics.v30, *cve.metrics.v2]
    for kind in (True, False):
        vectors = [each.cvss_data.vector_string for each in metrics if (each.type == "Primary") is kind]
        rated = rate(Record(cve.id, severity=[Score("", text) for text in vectors if text]))
        if rated.vector:
            return rated
    return Rating()


def _instant(text: str) -> str:
    """NVD's times are of UTC, and name no zone."""
    return f"{text}Z" if _TIME.match(text) else ""


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """A file a year from 2002 on, once a week, for NVD writes each anew every night; and what changed in the last
    eight days."""
    week = "{}-W{:02}".format(*today.isocalendar())
    named = [(f"nvdcve-2.0-{year}.json.gz", week) for year in range(2002, today.year + 1)]
    named.append(("nvdcve-2.0-modified.json.gz", ""))
    return tuple(Remote(f"nvd/{name}", f"https://nvd.nist.gov/feeds/json/cve/2.0/{name}", at) for name, at in named)


VENDOR = Vendor("NVD", present, read, remotes)
