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
from pratique.policy.subject import Shared, Target, context

NAME = "image.name"
_BASE = frozenset({"image.base", "image.base_digest", "image.base_age_days"})
_ORIGIN = "finding.origin"


class Views(msgspec.Struct, frozen=True):
    """The rows' ends, the one of the strictest word first, and ``told`` as the image tells it; ``doubts`` says what
    would have to be shown for that to be believed."""

    all: tuple[Shared, ...]
    told: int = 0
    doubts: tuple[str, ...] = ()


def views(report: Report, policy: Policy, today: date, target: Target) -> Views:
    """What the findings of the report are judged by, as far as the policy asks for it."""
    image, base = report.image, report.base
    told = context(report, today, target)
    fields = asked(policy, {NAME, _ORIGIN, *_BASE}).parts.keys()
    unnamed = image is not None and image.named == "maker" and bool(image.name) and NAME in fields
    shown = base is not None and base.is_shown
    of_base = not shown and base is not None and not _BASE.isdisjoint(fields)
    of_origin = not shown and _ORIGIN in fields
    if not (unnamed or of_base or of_origin):
        return Views((told,))
    said = context(_without_claims(report), today, target)
    doubts = (*(_of_name(image) if unnamed else ()), *(_of_base(base) if of_base or of_origin else ()))
    if not of_origin:
        return Views((said, told), 1, doubts)
    own, below = (msgspec.structs.replace(each, origin=origin) for each, origin in ((said, "own"), (told, "base")))
    return Views((own, told, below), 1, doubts)


def _without_claims(report: Report) -> Report:
    """The report without what only the image's maker says."""
    image, base = report.image, report.base
    if image is not None and image.named == "maker":
        image = msgspec.structs.replace(image, name="")
    return msgspec.structs.replace(report, image=image, base=base if base is not None and base.is_shown else None)


def _of_name(image: Image | None) -> tuple[str, ...]:
    if image is None:
        return ()
    name = image.name if is_reference(image.name) else "NAME"
    return (f"if it is what it calls itself, say so: --name {name}",)


def _of_base(base: Base | None) -> tuple[str, ...]:
    if base is None:
        return ()
    return ("its base is known by its own word alone: show it by --base IMAGE or --known-bases FILE",)
