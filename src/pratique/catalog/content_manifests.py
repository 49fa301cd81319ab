"""What a build of Red Hat's says of itself in, the content sets (repositories) that its packages are from out.

https://redhatproductsecurity.github.io/security-data-guidelines/scanning-vendors/: a file a layer in
``root/buildinfo/content_manifests``, since 2025 ``content-sets.json`` in ``usr/share/buildinfo``, and copies of it. The
form: https://github.com/containerbuildsystem/atomic-reactor/blob/master/atomic_reactor/schemas/content_manifest.json
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Channel, Fact
from pratique.plugins import Cataloguer, Claim, File


class _Manifest(msgspec.Struct, frozen=True):
    content_sets: list[str] | None


_MANIFEST = msgspec.json.Decoder(_Manifest)


def parse(file: File) -> Iterator[Fact]:
    """A channel of kind ``rpm`` a content set (``rhel-9-for-x86_64-baseos-rpms``), each once, in the file's order."""
    if file.size > DEFAULT.config:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.config is {DEFAULT.config}")
    try:
        names = _MANIFEST.decode(file.read()).content_sets or []
    except UNDECODABLE as error:
        raise Unreadable(f"{file.path!r} is no content manifest: {error}") from error
    for name in dict.fromkeys(names):
        if name and len(name) <= DEFAULT.feed_text and len(name.split()) == 1:
            yield Channel("rpm", name, file.path)


CATALOGUER = Cataloguer(
    "content-manifests",
    2,
    Claim(
        paths=("usr/share/buildinfo/content-sets.json", "root/buildinfo/content-sets.json"),
        folders=(("root/buildinfo/content_manifests", ".json"), ("usr/share/buildinfo/content_manifests", ".json")),
    ),
    parse,
)
