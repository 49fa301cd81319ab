"""A database's manifest in, the OCI artifact that carries it out, and the reverse.

OCI image specification, manifest.md, "Guidelines for Artifact Usage"; annotations.md:
https://github.com/opencontainers/image-spec/blob/main/manifest.md . The config is the database's manifest; each layer
is one shard under Zstandard (RFC 8878).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, DatabaseError, LimitExceeded, Unreadable
from pratique.limits import Limits
from pratique.model import Struct
from pratique.oci import documents
from pratique.oci.documents import OCI_MANIFEST, check_digest
from pratique.vuln.manifest import Manifest, Shard
from pratique.vuln.rows import SCHEMA

ARTIFACT = "application/vnd.pratique.db.v1"
CONFIG = "application/vnd.pratique.db.manifest.v1+json"
LAYER = "application/vnd.pratique.db.shard.v1.sqlite3+zstd"

_TITLE = "org.opencontainers.image.title"
_CREATED = "org.opencontainers.image.created"
_SCHEMA, _DIGEST, _SHARD = "vnd.pratique.db.schema", "vnd.pratique.db.digest", "vnd.pratique.db.shard"
_END = ".zst"
_OLD_SECONDS = 86400  # another process may still read the database that it is of
_FILE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,200}")


class Packed(Struct, frozen=True):
    """A shard as it travels: the blob's digest and size, by the shard's file."""

    file: str
    digest: str
    size: int


class Origin(Struct, frozen=True):
    """Where a database was pulled from ("" for one that was built here), the digest of that artifact, and how its
    shards are packed. With a ``reference`` shards that are not in the folder have been left there."""

    reference: str = ""
    digest: str = ""
    layers: tuple[Packed, ...] = ()


class Carried(Struct, frozen=True):
    """An artifact that was read: the database's manifest, and what its shards are packed in."""

    manifest: Manifest
    origin: Origin

    def layer(self, shard: Shard) -> Packed:
        """What the shard is packed in."""
        return next(each for each in self.origin.layers if each.file == shard.file)


class _Descriptor(Struct, frozen=True, rename="camel"):
    media_type: str
    digest: str
    size: int
    annotations: dict[str, str] | None = None


class _Manifest(Struct, frozen=True, rename="camel"):
    schema_version: int
    media_type: str
    artifact_type: str
    config: _Descriptor
    layers: tuple[_Descriptor, ...]
    annotations: dict[str, str]


class _Version(msgspec.Struct, frozen=True):
    schema: int


def created(manifest: Manifest, environment: Mapping[str, str]) -> str:
    """When the database is from, RFC 3339: ``SOURCE_DATE_EPOCH`` where it is set, else the newest date of a feed."""
    epoch = environment.get("SOURCE_DATE_EPOCH", "")
    if epoch.isascii() and epoch.isdecimal() and len(epoch) < 12:
        from datetime import UTC, datetime

        return datetime.fromtimestamp(int(epoch), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return max((_instant(shard.facts.date) for shard in manifest.shards), default="") or "1970-01-01T00:00:00Z"


def _instant(date: str) -> str:
    """A feed's date, which may be a day only, as RFC 3339 in UTC."""
    from datetime import UTC, datetime

    try:
        moment = datetime.fromisoformat(date)
    except ValueError:
        return ""
    return (moment.astimezone(UTC) if moment.tzinfo else moment).strftime("%Y-%m-%dT%H:%M:%SZ")


def write_documents(manifest: Manifest, layers: Sequence[Packed], moment: str) -> tuple[bytes, bytes]:
    """The artifact's manifest and its config; the same for the same database and the same packing."""
    config = msgspec.json.encode(manifest)
    by_file = {layer.file: layer for layer in layers}
    document = _Manifest(
        schema_version=2,
        media_type=OCI_MANIFEST,
        artifact_type=ARTIFACT,
        config=_Descriptor(CONFIG, digest_of(config), len(config)),
        layers=tuple(_layer(shard, by_file[shard.file]) for shard in manifest.shards),
        annotations={
            _CREATED: moment,
            _TITLE: manifest.name or "pratique vulnerability database",
            _DIGEST: manifest.digest,
            _SCHEMA: str(manifest.schema),
        },
    )
    return msgspec.json.encode(document), config


def _layer(shard: Shard, packed: Packed) -> _Descriptor:
    notes = {_TITLE: f"{shard.file}{_END}", _SHARD: f"{shard.kind} {shard.name}"}
    return _Descriptor(LAYER, packed.digest, packed.size, notes)


def read_manifest(data: bytes, digest: str, where: str, limits: Limits) -> documents.Manifest:
    """The artifact's manifest. Raises ``Unreadable`` for one of another kind, ``DatabaseError`` for one whose shards
    have another schema, ``LimitExceeded``."""
    document = documents.parse(data, OCI_MANIFEST, digest, limits)
    is_ours = isinstance(document, documents.Manifest) and document.artifact_type == ARTIFACT
    if not isinstance(document, documents.Manifest) or not (is_ours or document.config.media_type == CONFIG):
        raise Unreadable(f"{where}: this is no vulnerability database", hint="`pratique db push` makes one")
    schema = (document.annotations or {}).get(_SCHEMA, str(SCHEMA))
    if schema != str(SCHEMA):
        raise other_schema(where, schema)
    return document


def read_config(data: bytes, document: documents.Manifest, origin: tuple[str, str], limits: Limits) -> Carried:
    """The database that the config and the layers are. ``origin`` is reference and digest of the artifact. Raises as
    ``read_manifest``."""
    where = origin[0]
    version = documents.decode(data, _Version, where).schema
    if version != SCHEMA:
        raise other_schema(where, str(version))
    try:
        manifest = documents.decode(data, Manifest, where)
    except Unreadable as error:
        error.hint = "update Pratique: a newer one may have pushed it"
        raise
    titles = {(layer.annotations or {}).get(_TITLE, ""): layer for layer in document.layers or ()}
    packed = []
    for shard in manifest.shards:
        layer = titles.get(f"{shard.file}{_END}")
        ending = f".{shard.digest.removeprefix('sha256:')[:16]}.sqlite"
        if not _FILE.fullmatch(shard.file) or not shard.file.endswith(ending) or len(ending) != 24:
            raise Unreadable(f"{where}: {shard.file[:100]!r} is no name of a shard")
        if layer is None or layer.media_type != LAYER:
            raise Unreadable(f"{where}: there is no layer of {shard.file!r}")
        if not 0 <= layer.size <= limits.feed_archive or not 0 <= shard.size <= limits.feed_archive:
            raise LimitExceeded(f"{where}: {shard.file!r} is larger than feed_archive, {limits.feed_archive} bytes")
        packed.append(Packed(shard.file, check_digest(layer.digest, where), layer.size))
    if len({each.file for each in packed}) != len(packed):
        raise Unreadable(f"{where}: two shards have one name")
    return Carried(manifest, Origin(*origin, tuple(packed)))


def other_schema(where: str, schema: str) -> DatabaseError:
    """A database that another version of ours made."""
    newer = schema.isdecimal() and int(schema) > SCHEMA
    hint = "update Pratique" if newer else "push or export it anew with a Pratique of this version"
    return DatabaseError(f"{where}: the database has schema {schema[:20]}, we read {SCHEMA}", hint=hint)


def read_origin(folder: Path, manifest: Manifest) -> Origin:
    """What is remembered of the database in the folder; nothing where we do not know."""
    try:
        return msgspec.json.decode(_origin(folder, manifest).read_bytes(), type=Origin)
    except (OSError, *UNDECODABLE):
        return Origin()


def write_origin(folder: Path, manifest: Manifest, origin: Origin) -> None:
    """Remember it, under the digest of the database that it is true of. Raises ``OSError``."""
    path = _origin(folder, manifest)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(msgspec.json.format(msgspec.json.encode(origin), indent=1))
    draft.replace(path)
    for old in folder.glob("origin.*.json"):
        if old != path and old.stat().st_mtime < path.stat().st_mtime - _OLD_SECONDS:
            old.unlink(missing_ok=True)


def _origin(folder: Path, manifest: Manifest) -> Path:
    return folder / f"origin.{manifest.digest.removeprefix('sha256:')[:16]}.json"


def digest_of(data: bytes) -> str:
    """ "sha256:<hex>"."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"
