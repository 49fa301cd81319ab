"""The JSON of one OSV record in, a typed record out. https://ossf.github.io/osv-schema/

Fields that we do not read are ignored: the schema grows. What we read may be null, for exporters write null for none.
"""

from __future__ import annotations

import msgspec

from pratique.errors import UNDECODABLE


class Event(msgspec.Struct, frozen=True, gc=False):
    """One border of a range; exactly one field is set (osv-schema, ``affected[].ranges[].events``)."""

    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None
    limit: str | None = None


class Range(msgspec.Struct, frozen=True, gc=False):
    """``type`` is SEMVER, ECOSYSTEM or GIT."""

    type: str = ""
    events: list[Event] | None = None


class Score(msgspec.Struct, frozen=True, gc=False):
    """``type`` is CVSS_V2, CVSS_V3, CVSS_V4 or a vendor's own, then ``score`` is the vendor's word."""

    type: str = ""
    score: str = ""


class Subject(msgspec.Struct, frozen=True, gc=False):
    """The package that is affected."""

    ecosystem: str = ""
    name: str = ""
    purl: str | None = None


class Versions(msgspec.Struct, frozen=True, gc=False):
    """Which versions of a package are affected: ranges and a list."""

    ranges: list[Range] | None = None
    versions: list[str] | None = None


class Specific(msgspec.Struct, frozen=True, gc=False):
    """What we read of a ``…_specific`` object: a vendor's word on severity, wherever one stands (GitHub and Bitnami
    ``severity``, Debian and Ubuntu ``urgency``, RustSec ``informational``), Go's ``imports``, which CVEs an entry of a
    notice of Ubuntu's is about (``cves_map``), and how far Chainguard is with the vulnerable ``components``."""

    severity: object = None
    urgency: object = None
    informational: object = None
    imports: msgspec.Raw = msgspec.Raw()
    cves_map: msgspec.Raw = msgspec.Raw()
    components: msgspec.Raw = msgspec.Raw()

    @property
    def words(self) -> list[str]:
        """The words."""
        return [word for word in (self.severity, self.urgency, self.informational) if isinstance(word, str) and word]


Other = list[object] | str | int | float | bool | None
"""Each database has its own shape of such an object; what is none says nothing to us."""


class Affected(msgspec.Struct, frozen=True, gc=False):
    """One package; ``ranges`` and ``versions`` as they stand, for a record often repeats them for a thousand
    packages."""

    package: Subject | None = None
    ranges: msgspec.Raw = msgspec.Raw()
    versions: msgspec.Raw = msgspec.Raw()
    severity: list[Score] | None = None
    ecosystem_specific: Specific | Other = None
    database_specific: Specific | Other = None


class Record(msgspec.Struct, frozen=True):
    """One advisory."""

    id: str
    modified: str = ""
    published: str | None = None
    withdrawn: str | None = None
    summary: str | None = None
    aliases: list[str] | None = None
    upstream: list[str] | None = None
    related: list[str] | None = None
    severity: list[Score] | None = None
    affected: list[Affected] | None = None
    database_specific: Specific | Other = None


class Import(msgspec.Struct, frozen=True):
    """Vulnerable symbols of one package of a Go module, and where alone it is vulnerable:
    https://go.dev/doc/security/vuln/database#schema."""

    path: str = ""
    symbols: list[str] | None = None
    goos: list[str] | None = None
    goarch: list[str] | None = None


class _Mended(msgspec.Struct, frozen=True):
    id: str = ""


class _Mends(msgspec.Struct, frozen=True):
    """https://github.com/canonical/ubuntu-security-notices (``osv/usn``)."""

    cves: list[_Mended] | None = None


class _Component(msgspec.Struct, frozen=True):
    """https://github.com/chainguard-dev/vulnerability-scanner-support/blob/main/docs/osv_v3_feed.md."""

    latest_event_status: str = ""


_RECORD = msgspec.json.Decoder(Record)
_VERSIONS = msgspec.json.Decoder(Versions)
_IMPORTS = msgspec.json.Decoder(list[Import])
_MENDS = msgspec.json.Decoder(_Mends)
_COMPONENTS = msgspec.json.Decoder(list[_Component])


def decode(data: bytes) -> Record:
    """The record. Raises ``ValueError`` for bytes that are none."""
    try:
        record = _RECORD.decode(data)
    except UNDECODABLE as error:
        raise ValueError(f"no OSV record: {error}") from error
    if record.id.split() != [record.id]:
        raise ValueError(f"no OSV record: the id is {record.id!r}")
    return record


def versions(affected: Affected) -> Versions:
    """The versions of a package. Raises ``ValueError`` for other JSON."""
    parts = b'{"ranges":', affected.ranges or b"null", b',"versions":', affected.versions or b"null", b"}"
    try:
        return _VERSIONS.decode(b"".join(parts))
    except UNDECODABLE as error:
        raise ValueError(f"no OSV record: {error}") from error


def imports(said: Specific) -> list[Import]:
    """The vulnerable symbols that Go's database names; none where they are shaped otherwise."""
    data = bytes(said.imports)
    try:
        return _IMPORTS.decode(data) if data else []
    except UNDECODABLE:
        return []


def mends(said: Specific) -> frozenset[str]:
    """The CVEs that an entry of a notice of Ubuntu's is about; none where it does not tell, or is shaped otherwise."""
    data = bytes(said.cves_map)
    try:
        return frozenset(each.id for each in _MENDS.decode(data).cves or ()) if data else frozenset()
    except UNDECODABLE:
        return frozenset()


def statuses(said: Specific) -> frozenset[str]:
    """What Chainguard says of the vulnerable components; none where it does not tell, or is shaped otherwise."""
    data = bytes(said.components)
    try:
        return frozenset(each.latest_event_status for each in _COMPONENTS.decode(data)) if data else frozenset()
    except UNDECODABLE:
        return frozenset()
