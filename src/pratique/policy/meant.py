"""A policy and the place that an image is meant for in; what is doubtful about the two out.

A scope that nobody enters, because a name is misspelt or was never said, leaves an image to milder rules: a name that
no policy knows is an error, and what nobody said is told.
"""

from __future__ import annotations

from pratique.errors import UsageError
from pratique.expr import did_you_mean
from pratique.policy.asking import asked, holds_for, names
from pratique.policy.schema import Policy
from pratique.policy.subject import Target

NOUNS = {"env": "environment", "namespace": "namespace"}


def doubts(policy: Policy, target: Target) -> tuple[str, ...]:
    """A sentence for each of the two that the policies ask for and nobody said."""
    missing = [field for field in NOUNS if not getattr(target, field)]
    parts = asked(policy, {f"target.{field}" for field in missing}).parts
    return tuple(
        f"the policy asks for the {NOUNS[field]} (target.{field}), and nobody said it: --{field} NAME"
        for field in missing
        if f"target.{field}" in parts
    )


def check(policy: Policy, target: Target) -> None:
    """Raises ``UsageError`` for an environment or a namespace that none of the policies that ask for one knows."""
    for field, noun in NOUNS.items():
        said = getattr(target, field)
        if not said:
            continue
        parts = asked(policy, {f"target.{field}"}).parts.get(f"target.{field}", ())
        if not parts:
            continue
        named = [(node, names(node)) for node in parts]
        known = sorted(
            {name for _, found in named for name in found or ()}
            | {name for each in policy.line() for name in getattr(each.target, field)}
        )
        if said not in known and not any(
            found is None and holds_for(node, f"target.{field}", said) for node, found in named
        ):
            near = did_you_mean(said, known) or (f"; it names {', '.join(known)}" if known else "")
            hint = f"where there is one that no condition names, the policy says so: target: {{{field}: [NAME]}}"
            raise UsageError(f"--{field}: the policy knows no {noun} {said!r}{near}", hint=hint)
