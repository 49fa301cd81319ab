"""A report and the place that its image is meant for in; the rows of values by which its findings are judged out.

Nobody but the caller opens the gate: a finding is judged without what only the image's maker says (its name, its base),
and with it, and the stricter word holds. Whose layer it lies in is such a word too, where no layers show it.
"""

from __future__ import annotations

from datetime import date

import msgspec

from pratique.model import Base, Image, Report
from pratique.oci.reference import is_reference
from pratique.policy.asking import asked
from pratique.policy.schema import Policy
from pratique.policy.subject import Origin, Shared, Target, context

NAME, _DIGEST = "image.name", "image.digest"
_BASE = frozenset({"image.base", "image.base_digest", "image.base_age_days"})
_ORIGIN = "finding.origin"


class Views(msgspec.Struct, frozen=True):
    """The rows' ends, the last as the image tells it; ``doubts`` says what would have to be shown for that to be
    believed."""

    all: tuple[Shared, ...]
    doubts: tuple[str, ...] = ()


def views(report: Report, policy: Policy, today: date, target: Target) -> Views:
    """What the findings of the report are judged by: each of its maker's words, as far as the policy asks for it,
    believed or not, in all ways that they can be put together, so that none hides a rule that another one meets."""
    image, base = report.image, report.base
    fields = asked(policy, {NAME, _DIGEST, _ORIGIN, *_BASE}).parts.keys()
    unnamed = image is not None and image.name != image.name_said and NAME in fields
    unread = image is not None and image.stated and bool(image.digest) and _DIGEST in fields
    shown = base is not None and base.is_shown
    of_base = not shown and base is not None and not _BASE.isdisjoint(fields)
    of_origin = not shown and _ORIGIN in fields
    images = (_unclaimed(image), image) if unnamed or unread else (image,)
    bases = (None, base) if of_base else (base,)
    origins = _ORIGINS if of_origin else _AS_TOLD
    seen = [
        msgspec.structs.replace(shared, origin=origin)
        for each in images
        for below in bases
        for shared in [context(msgspec.structs.replace(report, image=each, base=below), today, target)]
        for origin in origins
    ]
    doubts = (
        *(_of_name(image) if unnamed else ()),
        *(_OF_DIGEST if unread else ()),
        *(_of_base(base) if of_base or of_origin else ()),
    )
    return Views(tuple(seen), doubts)


_AS_TOLD: tuple[Origin, ...] = ("",)
_ORIGINS: tuple[Origin, ...] = ("own", "base", *_AS_TOLD)


def _unclaimed(image: Image | None) -> Image | None:
    """The image without what only its maker says."""
    if image is None:
        return None
    return msgspec.structs.replace(image, name=image.name_said, digest="" if image.stated else image.digest)


_OF_DIGEST = ("its digest is a document's word alone: scan the image itself",)


def _of_name(image: Image | None) -> tuple[str, ...]:
    if image is None:
        return ()
    name = image.name if is_reference(image.name) else "NAME"
    return (f"if it is what it calls itself, say so: --name {name}",)


def _of_base(base: Base | None) -> tuple[str, ...]:
    if base is None:
        return ()
    return ("its base is known by its own word alone: show it by --base IMAGE or --known-bases FILE",)
