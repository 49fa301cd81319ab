"""A policy and the one that it extends in, what is left of its word beside its parents' out.

The stricter of both holds, but where every policy above lets a file relax what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence

import msgspec
from msgspec import UNSET, UnsetType

from pratique.model import BaselineStatus, PolicyStatus
from pratique.policy.schema import MAX_FEED_AGE_DAYS, Licences, Loosen, OnUnknown, Policy, Response, Scope
from pratique.policy.subject import ANYWHERE, Target

_STRICTEST = (Response.BLOCK, Response.WARN, Response.IGNORE)


def feed_age_days(asked: int | UnsetType, parent: Policy | None) -> int:
    """How old a feed may be, where a policy asks for that and extends ``parent``: its own word, and of the parents'
    each that does not let it pass."""
    if asked is UNSET:
        return MAX_FEED_AGE_DAYS if parent is None else parent.max_feed_age_days
    bounds = (_or(each.loosen.max_feed_age_days, each.max_feed_age_days) for each in _line(parent))
    return min((asked, *bounds))


def suppression_days(asked: int, parent: Policy | None) -> int:
    """How far ahead the suppressions of a policy may end that asks for that and extends ``parent``."""
    bounds = (_or(each.loosen.max_suppression_days, each.max_suppression_days) for each in _line(parent))
    return min((asked, *bounds))


def licences(asked: Licences | UnsetType, parent: Policy | None) -> tuple[Licences, ...]:
    """All that packages' licences have to be accepted by."""
    above = () if parent is None else parent.licences
    if asked is UNSET:
        return above
    return (asked,) if all(each.loosen.licences for each in _line(parent)) else (*above, asked)


def _line(parent: Policy | None) -> Iterable[Policy]:
    return () if parent is None else parent.line()


def _or(first: int | UnsetType, other: int) -> int:
    return other if first is UNSET else first


class Answers(msgspec.Struct, frozen=True):
    """What problems do to the verdict on an image."""

    blocking: Response
    noted: Response


def answers(line: Sequence[Policy], scopes: Sequence[Collection[Scope]]) -> Answers:
    """What the policies of a line, the topmost first, say of problems, each with those of its scopes that hold for the
    image. Of several scopes the strictest one speaks, and in the file's place."""
    blocking, noted = Response.BLOCK, Response.IGNORE
    free = True  # the topmost has nobody to ask
    for policy, holding in zip(line, scopes, strict=True):
        own = _said(policy.on_unknown, holding)
        blocking, noted = _joined(own[0], blocking, free), _joined(own[1], noted, free)
        free = free and policy.loosen.on_unknown
    return Answers(blocking, noted)


def outweighing(policy: Policy, field: str) -> Response | None:
    """What the policies above say of problems of the ``field`` where the policy's own word is a milder one that they
    do not let count, None otherwise, and where a scope of theirs may say something else."""
    above = tuple(_line(policy.parent))
    own: Response | UnsetType = getattr(policy.on_unknown, field)
    scopes = (getattr(scope.on_unknown, field) for each in above for scope in each.scopes)
    if own is UNSET or all(each.loosen.on_unknown for each in above) or any(said is not UNSET for said in scopes):
        return None
    said: Response = getattr(answers(above[::-1], [()] * len(above)), field)
    return said if _STRICTEST.index(own) > _STRICTEST.index(said) else None


def strictest(found: Iterable[Answers]) -> Answers:
    """The strictest of several, of which there is one at least."""
    each = tuple(found)
    return Answers(
        min((one.blocking for one in each), key=_STRICTEST.index),
        min((one.noted for one in each), key=_STRICTEST.index),
    )


def _joined(own: Response | UnsetType, above: Response, free: bool) -> Response:
    if own is UNSET:
        return above
    return own if free else min(own, above, key=_STRICTEST.index)


def _said(file: OnUnknown, scopes: Collection[Scope]) -> tuple[Response | UnsetType, Response | UnsetType]:
    blocking = _strictest(scope.on_unknown.blocking for scope in scopes)
    noted = _strictest(scope.on_unknown.noted for scope in scopes)
    return (file.blocking if blocking is UNSET else blocking, file.noted if noted is UNSET else noted)


def _strictest(said: Iterable[Response | UnsetType]) -> Response | UnsetType:
    return min((one for one in said if one is not UNSET), key=_STRICTEST.index, default=UNSET)


def loosenings(policy: Policy) -> tuple[Loosen, ...]:
    """What each policy above lets this one relax."""
    return tuple(each.loosen for each in _line(policy.parent))


def shutting(policy: Policy) -> Policy | None:
    """The nearest policy above that lets this one suppress nothing at all, None where there is none."""
    return next((each for each in _line(policy.parent) if each.loosen.suppress in (False, ())), None)


def lets_silence(policy: Policy, rules: Collection[str]) -> bool:
    """Whether all policies above let this one suppress, or carry in a baseline, what ``rules`` decided."""
    return all(loosen.lets_silence(rules) for loosen in loosenings(policy))


def status(policy: Policy, target: Target = ANYWHERE, baseline: BaselineStatus | None = None) -> PolicyStatus:
    """What a report tells of it, of what it was asked for and beside which baseline: with parents, the nearest first,
    ``digest`` is over the line of all their digests."""
    parents = tuple(PolicyStatus(each.name, each.path, each.digest) for each in _line(policy.parent))
    digest = policy.digest
    if parents:
        lines = "".join(f"{each}\n" for each in (digest, *(parent.digest for parent in parents)))
        digest = f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"
    return PolicyStatus(policy.name, policy.path, digest, baseline, parents, target.env, target.namespace)
