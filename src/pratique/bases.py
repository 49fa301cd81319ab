"""An image in; the image that it was built on, as far as it tells or somebody does, out.

https://github.com/opencontainers/image-spec/blob/main/annotations.md (``org.opencontainers.image.base.*``),
config.md (``history``). Layers are believed before names: ``docs/bases.md``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from pratique.errors import UsageError
from pratique.known_bases import KnownBase
from pratique.model import Base, Image

_NAME, _DIGEST = "org.opencontainers.image.base.name", "org.opencontainers.image.base.digest"
# How a base's own Dockerfile ends, as the classic builder and BuildKit write it into the history.
_END = re.compile(r"(?:/bin/sh -c #\(nop\)\s+)?(?:CMD|ENTRYPOINT)\b")


def recognise(image: Image, given: Image | None = None, known: Sequence[KnownBase] = ()) -> Base | None:
    """The base, None where nothing tells. ``given`` is one that somebody names: raises ``UsageError`` where the image
    does not have its layers. Of the ``known`` ones that lie below the image the one with the most layers is it."""
    found = _recognised(image, known) if given is None else _compared(image, given)
    return found if found is None or not image.stated else msgspec.structs.replace(found, stated=True)


def _recognised(image: Image, known: Sequence[KnownBase]) -> Base | None:
    own = _by_history(image)
    name, digest = (image.annotations.get(key) or image.config.labels.get(key, "") for key in (_NAME, _DIGEST))
    false = bool(digest) and _is_false(image, digest, known)
    below = _longest(image, name, digest, known)
    annotated = bool(name or digest) and not false
    if below is not None and not (annotated and below.digest != digest and own > below.length):
        contradicts = (name or digest) if false else ""
        created = below.created or _built(image, below.length)
        return Base(below.name, below.digest, below.length, "known", created, contradicts)
    if annotated:
        return Base(name, digest, own, "annotation", _built(image, own))
    if own or false:
        return Base("", "", own, "history", _built(image, own), (name or digest) if false else "")
    return None


def _is_false(image: Image, digest: str, known: Sequence[KnownBase]) -> bool:
    """Whether the base that the image names is known, and lies not below it."""
    named = [one for one in known if one.digest == digest]
    return bool(named) and not any(one.is_below(image) for one in named)


def _longest(image: Image, name: str, digest: str, known: Sequence[KnownBase]) -> KnownBase | None:
    """Of those with the same layers the one that the image names, else the newest, by name."""
    found = sorted((one for one in known if one.is_below(image)), key=lambda one: (one.name, one.digest))
    found.sort(key=lambda one: one.created, reverse=True)
    return max(found, key=lambda one: (one.length, one.digest == digest, one.name == name), default=None)


def _compared(image: Image, given: Image) -> Base:
    for kind in ("diff_id", "digest"):
        below = [getattr(layer, kind) for layer in given.layers]
        mine = [getattr(layer, kind) for layer in image.layers[: len(below)]]
        if below and below == mine and all(below):
            return Base(given.name, given.digest, len(below), "option", given.config.created)
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


def _built(image: Image, layers: int) -> str:
    """When the last of the base's layers was made, "" where the history does not tell."""
    made = [step for step in image.config.history if not step.empty]
    return made[layers - 1].created if 0 < layers <= len(made) == len(image.layers) else ""
