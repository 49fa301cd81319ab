"""Photon OS's own CVE metadata in (``photon/cve_data_photon<release>.json``), a bulletin a vulnerability out.

https://packages.vmware.com/photon/photon_cve_metadata/ publishes a file a release, and ``photon_versions.json`` names
the releases; https://github.com/vmware/photon/wiki/Security-Advisories tells what is mended. No document describes the
rows, so what each says is taken as it stands: ``aff_ver`` is a sentence that repeats ``res_ver``, the build that mends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, PratiqueError, Unreadable
from pratique.limits import Limits
from pratique.model import FixState, Severity
from pratique.vuln.bulletin import Bulletin, Getter, Remote, Statement, Unread, Vendor
from pratique.vuln.feed._severity import level_at
from pratique.vuln.vendor._source import demand, files, whole

_BASE = "https://packages.vmware.com/photon/photon_cve_metadata"
_FOLDER = "photon"
_RELEASES = Remote(f"{_FOLDER}/photon_versions.json", f"{_BASE}/photon_versions.json")

_FILE = re.compile(r"cve_data_photon(\d{1,3}\.\d{1,3})\.json(?:\.gz|\.xz)?$")
_RELEASE = re.compile(r"\d{1,3}\.\d{1,3}$")
_ID = re.compile(r"[A-Z][A-Z0-9]*-[A-Za-z0-9._-]{1,60}$")  # CVE-…, BDSA-… of Black Duck, UNK-… of nobody
_NONE = frozenset(("", "NA"))
_UNTOUCHED = "Not Affected"
_STATUSES = frozenset(("Fixed", _UNTOUCHED))
_TOP_SCORE = 10


class _Row(msgspec.Struct, frozen=True):
    """What the feed says of one vulnerability of one package; older files have no ``status``."""

    cve_id: str
    pkg: str
    cve_score: float | None = None
    aff_ver: str | None = None
    res_ver: str | None = None
    status: str | None = None


class _Versions(msgspec.Struct, frozen=True):
    branches: list[str]


_ROWS = msgspec.json.Decoder(list[msgspec.Raw])
_ROW = msgspec.json.Decoder(_Row)


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every vulnerability of every release. Raises ``Unreadable`` where there is none."""
    return demand(_bulletins(source, limits), "Photon OS's metadata")


def present(source: Path) -> bool:
    """Whether there is a file of any release."""
    return bool(_documents(source))


def _documents(source: Path) -> list[tuple[str, Path]]:
    """Each release and its file."""
    there = files(source / _FOLDER, ".json", ".json.gz", ".json.xz")
    return [(found[1], path) for path in there if (found := _FILE.match(path.name))]


def _bulletins(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """The rows of all releases by the vulnerability that they are about."""
    said: dict[str, list[tuple[str, _Row]]] = {}
    newest = 0.0
    for release, path in _documents(source):
        where = f"{_FOLDER}/{path.name}"
        try:
            rows = _ROWS.decode(whole(path, limits))
            newest = max(newest, path.stat().st_mtime)
        except (OSError, *UNDECODABLE) as error:
            yield Unread(where, f"it is no list of vulnerabilities: {error}")
            continue
        except PratiqueError as error:
            yield Unread(where, str(error))
            continue
        for raw in rows:
            try:
                row = _row(raw, limits)
            except (ValueError, RecursionError) as error:
                yield Unread(where, str(error))
            else:
                said.setdefault(row.cve_id, []).append((release, row))
    changed = datetime.fromtimestamp(int(newest), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    for id_ in sorted(said):
        yield _bulletin(id_, said[id_], changed)


def _row(raw: msgspec.Raw, limits: Limits) -> _Row:
    """Raises ``ValueError`` for a row that says nothing that is known."""
    row = _ROW.decode(raw)
    if not _ID.match(row.cve_id):
        raise ValueError(f"a vulnerability is called {row.cve_id[:100]!r}")
    if not row.pkg or max(map(len, (row.pkg, row.res_ver or ""))) > limits.feed_text:
        raise ValueError(f"{row.cve_id}: the package is {row.pkg[:100]!r}, feed_text is {limits.feed_text}")
    if (row.status or "Fixed") not in _STATUSES:
        raise ValueError(f"{row.cve_id}: the status of {row.pkg!r} is {(row.status or '')[:40]!r}")
    return row


def _bulletin(id_: str, said: list[tuple[str, _Row]], changed: str) -> Bulletin:
    """``changed`` is the day of the file: the feed has no dates of its own."""
    scores = [row.cve_score for _, row in said if row.cve_score is not None and 0 < row.cve_score <= _TOP_SCORE]
    score = max(scores, default=None)
    return Bulletin(
        id=id_,
        modified=changed,
        severity=Severity() if score is None else Severity(level_at(score), score),
        statements=tuple(sorted({_statement(release, row) for release, row in said}, key=str)),
    )


def _statement(release: str, row: _Row) -> Statement:
    """A row that names no build that mends names none that is affected either, whatever its status."""
    fixed = "" if row.status == _UNTOUCHED or (row.res_ver or "") in _NONE else row.res_ver or ""
    state = FixState.FIXED if fixed else FixState.NOT_AFFECTED
    return Statement(release, row.pkg, fixed=fixed, state=state)


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """A file a release. Raises ``NotFound`` where the list of releases is not there, ``Unreadable`` for one that is
    none."""
    try:
        branches = msgspec.json.decode(get(_RELEASES), type=_Versions).branches
    except UNDECODABLE as error:
        raise Unreadable(f"{_RELEASES.path} is no list of releases: {error}") from error
    for branch in branches:
        if not _RELEASE.match(branch):
            raise Unreadable(f"{_RELEASES.path} names a release {branch[:40]!r}")
    names = [f"cve_data_photon{branch}.json" for branch in branches]
    return tuple(Remote(f"{_FOLDER}/{name}", f"{_BASE}/{name}") for name in names)


VENDOR = Vendor("Photon OS", present, read, remotes)
