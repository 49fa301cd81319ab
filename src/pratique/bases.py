"""An image in; the image that it was built on, as far as it tells or somebody does, out.

https://github.com/opencontainers/image-spec/blob/main/annotations.md (``org.opencontainers.image.base.*``),
config.md (``history``).
"""

from __future__ import annotations

import re

from pratique.errors import UsageError
from pratique.model import Base, Image

_NAME, _DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"
# How a base's own Dockerfile ends, as the classic builder and BuildKit write it into the history.
_END = re.compile(r"(?:/bin/sh -c #\(nop\)\s+)?(?:CMD|ENTRYPOINT)\b")


def recognise(image: Image, given: Image | None = None) -> Base | None:
    """The base, None where nothing tells. ``given`` is one that somebody names: raises ``UsageError`` where the image
    does not have its layers."""
    if given is not None:
        return _compared(image, given)
    own = _by_history(image)
    name, digest = (image.annotations.get(key) or image.config.labels.get(key, "") for key in (_NAME, _DIGEST))
    if name or digest:
        return Base(name, digest, own, "annotation")
    return Base("", "", own, "history") if own else None


def _compared(image: Image, given: Image) -> Base:
    for kind in ("diff_id", "digest"):
        below = [getattr(layer, kind) for layer in given.layers]
        mine = [getattr(layer, kind) for layer in image.layers[: len(below)]]
        if below and below == mine and all(below):
            return Base(given.name, given.digest, len(below), "option")
    what = f"{image.name or image.target!r} is not built on {given.name or given.target!r}"
    raise UsageError(
        f"{what}: its lowest layers are others", hint="name the base as it was when the image was built, by its digest"
    )


def _by_history(image: Image) -> int:
    """How many layers came before the last CMD or ENTRYPOINT that a layer follows: those end a Dockerfile, and what
    follows is another's. 0 where there is none, or where the history does not fit the layers."""
    steps = image.config.history
    if sum(not step.empty for step in steps) != len(image.layers):
        return 0
    last = max((place for place, step in enumerate(steps) if not step.empty), default=-1)
    ends = [place for place, step in enumerate(steps[:last]) if step.empty and _END.match(step.created_by)]
    return sum(not step.empty for step in steps[: ends[-1]]) if ends else 0
