"""A file of known base images in, what each of them is out, and back: what ``pratique base learn`` writes, or somebody
who watches a fleet.

JSON lines (https://jsonlines.org/), an image a line; by hand also YAML, a list of the same keys. ``docs/bases.md`` has
an example.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from pratique.errors import UNDECODABLE, UsageError
from pratique.limits import Limits
from pratique.model import Image, Report

_END = r"$(?!\n)"  # Python's $ would let a final newline through
_Digest = Annotated[str, Meta(pattern=r"^[a-z0-9+._-]+:[0-9a-f]{32,128}" + _END)]
_Digests = Annotated[tuple[_Digest, ...], Meta(max_length=1000)]


class KnownBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A base image: ``name`` as one would write it into FROM, the ``digest`` of its manifest, and its layers, bottom
    first, by the digests of their blobs (``layers``) or of their tars (``diff_ids``), one of which must be there."""

    name: Annotated[str, Meta(min_length=1, max_length=1000)]
    digest: Annotated[str, Meta(pattern=r"^([a-z0-9+._-]+:[0-9a-f]{32,128})?" + _END)] = ""
    platform: Annotated[str, Meta(max_length=100)] = ""
    diff_ids: _Digests = ()
    layers: _Digests = ()
    created: Annotated[str, Meta(max_length=40)] = ""
    distro: Annotated[str, Meta(max_length=200)] = ""
    packages: Annotated[int, Meta(ge=0)] | None = None

    @property
    def length(self) -> int:
        """How many layers it has."""
        return len(self.diff_ids) or len(self.layers)

    def is_below(self, image: Image) -> bool:
        """Whether the image's lowest layers are these. A config may claim any diff ids, but no container engine unpacks
        a layer that has another than is claimed (image-spec, config.md)."""
        count = self.length
        mine = image.layers[:count]
        return 0 < count <= len(image.layers) and (
            tuple(layer.diff_id for layer in mine) == self.diff_ids
            or (bool(self.layers) and tuple(layer.digest for layer in mine) == self.layers)
        )


def read(data: bytes, name: str, limits: Limits) -> tuple[KnownBase, ...]:
    """The bases of a file; ``name`` is for messages. Raises ``UsageError`` with the line, or the place in the list, of
    what is none."""
    if len(data) > limits.known_bases:
        raise UsageError(f"{name!r} is larger than limits.known_bases = {limits.known_bases} bytes")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise UsageError(f"{name!r} is no list of base images: byte {error.start} is no UTF-8") from error
    if text.lstrip().startswith("{"):
        lines = [(place, line) for place, line in enumerate(text.splitlines(), 1) if line.strip()]
        return tuple(_checked(_line(line, f"{name}:{place}"), f"{name}:{place}") for place, line in lines)
    return tuple(_checked(one, f"{name}: base {place}") for place, one in enumerate(_yaml(text, name), 1))


def known_base(report: Report) -> KnownBase | None:
    """What is to be known of the image of a report; None for one that has no layers, or names them by nothing."""
    image, distro = report.image, report.distro
    if image is None:
        return None
    diff_ids, digests = (tuple(getattr(layer, kind) for layer in image.layers) for kind in ("diff_id", "digest"))
    base = KnownBase(
        name=image.name_said.partition("@")[0] or report.target,
        digest=image.digest,
        platform=str(image.platform),
        diff_ids=diff_ids if all(diff_ids) else (),
        layers=digests if all(digests) else (),
        created=image.config.created,
        distro=f"{distro.id} {distro.version}".strip() if distro is not None else "",
        packages=len(report.packages),
    )
    return base if base.length else None


def written(bases: Iterable[KnownBase]) -> bytes:
    """JSON lines, each base once, by name, platform and digest."""
    found = {(one.name, one.platform, one.digest, one.diff_ids, one.layers): one for one in bases}
    return b"".join(msgspec.json.encode(found[key]) + b"\n" for key in sorted(found))


def _line(line: str, where: str) -> KnownBase:
    try:
        return msgspec.json.decode(line, type=KnownBase)
    except UNDECODABLE as error:
        raise _no_base(where, error) from error


def _yaml(text: str, name: str) -> Sequence[KnownBase]:
    import yaml  # 30 ms, which only who writes one by hand pays

    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CBaseLoader)):
            raise UsageError(f"{name}: aliases have no place in a list of base images; write the value out")
        plain = yaml.load(text, Loader=yaml.CBaseLoader)  # texts: a time stays as it is written
        found = msgspec.convert(plain or [], list[KnownBase], strict=False)
    except (yaml.YAMLError, msgspec.ValidationError, ValueError, RecursionError) as error:
        raise _no_base(name, error) from error
    return found


def _checked(base: KnownBase, where: str) -> KnownBase:
    """Raises for one that nothing could be compared with."""
    if not base.length:
        raise UsageError(f"{where}: {base.name!r} names neither layers nor diff_ids", hint="pratique base learn does")
    return base


def _no_base(where: str, error: Exception) -> UsageError:
    reason = " ".join(str(error).split())
    return UsageError(f"{where}: no base image: {reason}", hint="docs/bases.md tells the keys; base learn writes them")
