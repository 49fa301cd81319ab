"""A root descriptor in, the manifests of the wanted platforms out: indexes are walked, attestations left aside.

OCI image specification, image-index.md; BuildKit's attestation manifests:
https://github.com/moby/buildkit/blob/master/docs/attestations/attestation-storage.md
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import BinaryIO, Protocol

from pratique.errors import LimitExceeded, NotFound, Unreadable
from pratique.limits import Limits
from pratique.model import Platform, Problem
from pratique.model import Struct as Noun
from pratique.oci import platforms
from pratique.oci.documents import (
    IMAGE_CONFIGS,
    INDEXES,
    MANIFESTS,
    Config,
    Descriptor,
    Index,
    Manifest,
    decode,
    parse,
)

_ATTESTATION = "vnd.docker.reference.type"
_NOWHERE = "unknown"
"""The operating system of an attestation. Its annotation alone makes none: engines choose by platform and do not look
at it, so that an image which bears it would be run and never read."""


class Content(Protocol):
    """Blobs by descriptor: a layout, an archive or a registry."""

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        """The blob, verified. Raises ``Unreadable`` (missing, other bytes than its digest names), ``LimitExceeded``."""
        ...

    def fault(self, descriptor: Descriptor) -> str:
        """Why the blob cannot be had, "" if nothing speaks against it; asked without reading it."""
        ...

    def opener(self, descriptor: Descriptor) -> Callable[[], BinaryIO]:
        """What ``Layer.open`` wants."""
        ...


class Candidate(Noun, frozen=True):
    """A manifest that may be chosen, and the platform that it is for."""

    descriptor: Descriptor
    platform: Platform
    missing: str = ""


def candidates(content: Content, roots: Iterable[Descriptor], limits: Limits, depth: int = 0) -> list[Candidate]:
    """All image manifests below ``roots``, in order. Raises ``Unreadable``, ``LimitExceeded``."""
    if depth > limits.index_depth:
        raise LimitExceeded(f"an index in an index, more than {limits.index_depth} deep")
    found: list[Candidate] = []
    for descriptor in roots:
        if descriptor.platform is None or descriptor.platform.os != _NOWHERE:
            found += _below(content, descriptor, limits, depth)
        if len(found) > limits.index_manifests:
            raise LimitExceeded(f"more than {limits.index_manifests} manifests")
    return found


def choose(found: Sequence[Candidate], wanted: str, where: str) -> list[Candidate]:
    """Those for ``wanted`` ("" is this machine's platform, or the only one there is). Several, where several serve
    equally well. Raises ``NotFound`` with a list of what there is, ``Unreadable`` for one that is listed but absent."""
    present = [candidate for candidate in found if not candidate.missing]
    if not found:
        raise Unreadable(f"{where}: there is no image in it", hint="only attestations or artifacts of other kinds")
    if not present:
        raise Unreadable(f"{where}: the manifest {found[0].descriptor.digest} is listed, but {found[0].missing}")
    if wanted == platforms.ALL or (not wanted and len(present) == 1):
        return present
    platform = platforms.parse(wanted) if wanted else platforms.host()
    for pool in (present, found):
        chosen = [pool[position] for position in platforms.best(platform, [item.platform for item in pool])]
        if chosen and chosen[0].missing:
            raise Unreadable(f"{where}: {platform} is listed, but {chosen[0].missing}")
        if chosen:
            return chosen
    offered = ", ".join(dict.fromkeys(str(item.platform) for item in found))
    raise NotFound(f"{where}: nothing for {platform}", hint=f"there is: {offered}; choose with --platform")


def absent(listed: Iterable[Candidate], wanted: str) -> tuple[Problem, ...]:
    """The platforms that were asked for with all others, but are not held."""
    if wanted != platforms.ALL:
        return ()
    return tuple(
        Problem(item.descriptor.digest, f"{item.platform} is listed, but {item.missing}", blocking=True)
        for item in listed
        if item.missing
    )


def _below(content: Content, descriptor: Descriptor, limits: Limits, depth: int) -> list[Candidate]:
    missing = content.fault(descriptor)
    if descriptor.media_type in MANIFESTS and descriptor.platform is not None:
        return [Candidate(descriptor, descriptor.platform.platform(), missing)]
    if missing and descriptor.media_type not in INDEXES:
        return [Candidate(descriptor, Platform("", ""), missing)]
    if depth and descriptor.media_type and descriptor.media_type not in INDEXES | MANIFESTS:
        return []
    document = parse(content.read(descriptor, limits.manifest), descriptor.media_type, descriptor.digest, limits)
    if isinstance(document, Index):
        return candidates(content, document.manifests, limits, depth + 1)
    if depth and document.config.media_type not in IMAGE_CONFIGS:
        return []
    platform = _platform(content, document, limits)
    if platform.os == _NOWHERE or (not platform.os and descriptor.annotation(_ATTESTATION)):
        return []
    return [Candidate(descriptor, platform)]


def _platform(content: Content, manifest: Manifest, limits: Limits) -> Platform:
    """Where the index does not say it, the config does."""
    if content.fault(manifest.config):
        return Platform("", "")
    data = content.read(manifest.config, limits.config)
    try:
        return decode(data, Config, manifest.config.digest).platform()
    except Unreadable:
        return Platform("", "")
