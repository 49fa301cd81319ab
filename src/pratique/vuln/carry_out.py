"""A database folder in, the artifact that carries it out: in a registry, or as an OCI layout in one tar file.

OCI image specification, image-layout.md: https://github.com/opencontainers/image-spec/blob/main/image-layout.md .
A shard is compressed at a fixed level by one thread, so that equal shards are equal blobs.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from pratique.errors import DatabaseError, StorageError, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.model import Struct
from pratique.oci import artifact, push
from pratique.oci.artifact import LayoutSource
from pratique.oci.documents import OCI_MANIFEST, Descriptor
from pratique.oci.files import Member
from pratique.oci.options import Options
from pratique.oci.push import Blob
from pratique.oci.reference import Reference, parse
from pratique.oci.session import Session
from pratique.vuln import carry, manifest
from pratique.vuln.build import Progress
from pratique.vuln.carry import Packed
from pratique.vuln.carry_in import results
from pratique.vuln.manifest import Manifest, Shard
from pratique.vuln.shard import Shard as OpenShard

LEVEL = 12
"""Of Zstandard: 19 takes twelve times as long for 7 % less."""

_CHUNK = 1 << 20
_AT_ONCE = 2  # shards that are compressed or sent
_NAME = "latest"


class Pushed(Struct, frozen=True):
    """Where the database is now: ``reference`` with its digest; how many of its ``blobs`` had to be ``sent``."""

    reference: str
    digest: str
    blobs: int
    sent: int


def push_database(
    folder: Path,
    reference: str,
    options: Options,
    *,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
) -> Pushed:
    """Send the database in the folder, or the artifact at ``oci-archive:FILE``, to the repository. Raises
    ``UsageError``, ``DatabaseError`` (it is not whole), ``AuthError``, ``NetworkError``, ``StorageError``."""
    told = progress or (lambda shard, done, total: None)
    place = _target(reference)
    return _Push(Session(options, limits), place, told).folder(folder, options.environment, limits)


def push_file(file: Path, reference: str, options: Options, *, limits: Limits = DEFAULT) -> Pushed:
    """Send the artifact in a file that ``export_database`` wrote. Raises as ``push_database`` does, ``Unreadable``."""
    place = _target(reference)
    source = artifact.open_layout(f"{artifact.FILE}{file}", carry.ARTIFACT, limits)
    return _Push(Session(options, limits), place, lambda shard, done, total: None).layout(source, str(file), limits)


def export_database(
    folder: Path,
    file: Path,
    environment: Mapping[str, str],
    *,
    limits: Limits = DEFAULT,
    progress: Progress | None = None,
) -> str:
    """Write the artifact to one tar file, an OCI layout, whole or not at all; gives its digest. Raises
    ``DatabaseError``, ``StorageError``."""
    told = progress or (lambda shard, done, total: None)
    database = _whole(folder, limits)
    with _storage(file), tempfile.TemporaryDirectory(prefix=".pratique-", dir=file.parent) as scratch:
        work = Path(scratch)
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            blobs = list(pool.map(lambda shard: _pack(folder, shard, work, told), database.shards))
        layers = [_packed(shard, blob) for shard, blob in zip(database.shards, blobs, strict=True)]
        moment = carry.created(database, environment)
        document, config = carry.write_documents(database, layers, moment)
        draft = work / "export.tar"
        _write_layout(draft, document, config, blobs, _seconds(moment))
        draft.replace(file)
    return carry.digest_of(document)


def _target(text: str) -> Reference:
    reference = parse(artifact.bare(text))
    if reference.digest:
        raise UsageError(f"{text!r}: a digest cannot be chosen, it comes of what is pushed", hint="give a tag")
    return reference if reference.tag else msgspec.structs.replace(reference, tag=_NAME)


class _Push:
    """One artifact on its way to one repository."""

    def __init__(self, session: Session, reference: Reference, told: Progress) -> None:
        self._session, self._reference, self._told = session, reference, told
        self._sent = 0

    def folder(self, folder: Path, environment: Mapping[str, str], limits: Limits) -> Pushed:
        """The database in a folder. A shard that the registry is known to have is not even compressed."""
        database = _whole(folder, limits)
        origin = carry.read_origin(folder, database)
        known = {packed.file: packed for packed in origin.layers}
        with _storage(folder), tempfile.TemporaryDirectory(prefix="pratique-") as work:
            with ThreadPoolExecutor(_AT_ONCE) as pool:
                jobs = [
                    pool.submit(self._shard, folder, shard, known.get(shard.file), Path(work))
                    for shard in database.shards
                ]
                layers = results(jobs, pool)
            document, config = carry.write_documents(database, layers, carry.created(database, environment))
            (Path(work) / "config").write_bytes(config)
            self._blob(Blob(carry.digest_of(config), Member(str(Path(work) / "config"), 0, len(config))), "")
        with contextlib.suppress(OSError):  # a folder that is not ours to write: the next push compresses again
            carry.write_origin(folder, database, msgspec.structs.replace(origin, layers=tuple(layers)))
        return self._end(document, len(layers) + 1)

    def layout(self, source: LayoutSource, where: str, limits: Limits) -> Pushed:
        """The artifact in a layout."""
        root = source.root()
        data = source.read(root, limits.manifest)
        document = carry.read_manifest(data, root.digest, where, limits)
        blobs = [document.config, *(document.layers or ())]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            results([pool.submit(self._member, source, each) for each in blobs], pool)
        return self._end(data, len(blobs))

    def _member(self, source: LayoutSource, descriptor: Descriptor) -> None:
        self._blob(Blob(descriptor.digest, source.member(descriptor.digest)), "")

    def _shard(self, folder: Path, shard: Shard, known: Packed | None, work: Path) -> Packed:
        if known is not None and push.holds(self._session, self._reference, known.digest):
            return known
        blob = _pack(folder, shard, work, self._told)
        self._blob(blob, shard.name)
        Path(blob.member.path).unlink()
        return _packed(shard, blob)

    def _blob(self, blob: Blob, name: str) -> None:
        if push.holds(self._session, self._reference, blob.digest):
            return
        size = blob.member.size
        push.send_blob(
            self._session,
            self._reference,
            blob,
            lambda done: self._told(f"{name} (sent)", done, size) if name else None,
        )
        self._sent += 1

    def _end(self, document: bytes, blobs: int) -> Pushed:
        digest = carry.digest_of(document)
        push.send_manifest(self._session, self._reference, OCI_MANIFEST, document, digest)
        return Pushed(f"{self._reference.name}@{digest}", digest, blobs, self._sent)


def _whole(folder: Path, limits: Limits) -> Manifest:
    """The database, if all of its shards are there."""
    found = manifest.read(folder, limits)
    for shard in found.shards:
        if not (folder / shard.file).is_file():
            reference = carry.read_origin(folder, found).reference
            hint = f"run: pratique db pull --all {reference}" if reference else "build it anew: pratique db update"
            raise DatabaseError(f"the database at {str(folder)!r} is not whole: {shard.name} is not there", hint=hint)
    return found


def _pack(folder: Path, shard: Shard, work: Path, told: Progress) -> Blob:
    """The shard as a blob in ``work``, once its rows have been compared with the manifest."""
    import zstandard  # only what is sent is compressed

    opened = OpenShard(folder / shard.file, shard)
    try:
        if opened.digest() != shard.digest:
            raise DatabaseError(
                f"the rows of {shard.file!r} are not those that the manifest names", hint="run: pratique db update"
            )
    finally:
        opened.close()
    path = work / f"{shard.file}.zst"
    hashed, done = hashlib.sha256(), 0
    packer = zstandard.ZstdCompressor(level=LEVEL, threads=0).compressobj(size=shard.size)
    with (folder / shard.file).open("rb") as source, path.open("wb") as target:
        while data := source.read(_CHUNK):
            done += len(data)
            _put(packer.compress(data), hashed, target)
            told(f"{shard.name} (packed)", done, shard.size)
        _put(packer.flush(), hashed, target)
        size = target.tell()
    return Blob(f"sha256:{hashed.hexdigest()}", Member(str(path), 0, size))


def _put(data: bytes, hashed: hashlib._Hash, target: io.BufferedWriter) -> None:
    hashed.update(data)
    target.write(data)


def _packed(shard: Shard, blob: Blob) -> Packed:
    return Packed(shard.file, blob.digest, blob.member.size)


def _write_layout(path: Path, document: bytes, config: bytes, blobs: list[Blob], moment: int) -> None:
    """An OCI layout as a tar file: equal artifacts are equal files."""
    digest = carry.digest_of(document)
    index = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [
            {
                "mediaType": OCI_MANIFEST,
                "artifactType": carry.ARTIFACT,
                "digest": digest,
                "size": len(document),
                "annotations": {"org.opencontainers.image.ref.name": _NAME},
            }
        ],
    }
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        small = [("oci-layout", b'{"imageLayoutVersion":"1.0.0"}'), ("index.json", msgspec.json.encode(index))]
        small += [(_blob_name(carry.digest_of(data)), data) for data in (document, config)]
        for name, data in small:
            tar.addfile(_header(name, len(data), moment), io.BytesIO(data))
        for blob in {blob.digest: blob for blob in blobs}.values():
            with Path(blob.member.path).open("rb") as source:
                tar.addfile(_header(_blob_name(blob.digest), blob.member.size, moment), source)
    with path.open("rb") as written:
        os.fsync(written.fileno())


def _header(name: str, size: int, moment: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mtime, header.mode = size, moment, 0o644
    return header


def _blob_name(digest: str) -> str:
    return "blobs/" + digest.replace(":", "/")


def _seconds(moment: str) -> int:
    from datetime import datetime

    return int(datetime.fromisoformat(moment).timestamp())


@contextlib.contextmanager
def _storage(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"cannot write {str(error.filename or path)!r}: {error.strerror or error}",
            hint="compressed shards go to the folder for temporary files, $TMPDIR",
        ) from error
