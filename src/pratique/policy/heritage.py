"""A policy with what it extends in; what of its word counts for nothing beside theirs, and which of its loosenings let
nothing, each with its place, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import UNSET

from pratique.model import Action
from pratique.policy.conjuncts import KEV, Shape, conjuncts
from pratique.policy.document import Document, Place
from pratique.policy.gate import RANKS
from pratique.policy.inherit import shutting
from pratique.policy.schema import Loosen, Policy, Rule

_VERBS = {Action.FAIL: "fails", Action.WARN: "warns of"}
_Said = tuple[Place, str]


def heritage(policy: Policy, document: Document) -> Iterator[_Said]:
    """The places and what is to be said there."""
    if policy.parent is not None:
        yield from _silent(policy, document)
        yield from _overruled(policy, document)
    if "loosen" in document.root.keys:
        yield from _let(policy, document)


def _silent(policy: Policy, document: Document) -> Iterator[_Said]:
    """Suppressions that no policy above lets."""
    above = shutting(policy)
    if above is not None and policy.suppress:
        what = f"none of these counts: {above.shown} does not let a policy that extends it suppress anything"
        yield document.root.keys["suppress"], what


def _overruled(policy: Policy, document: Document) -> Iterator[_Said]:
    """Rules that are milder than one of a policy above that holds whenever they do, and does not give way."""
    gates = [(("scopes", n, "gate"), scope.when.text, scope.gate) for n, scope in enumerate(policy.scopes)]
    for path, around, rules in (*gates, (("gate",), "true", policy.gate)):
        for index, rule in enumerate(rules):
            own = conjuncts(rule.when.text)
            parts = conjuncts(around) | own
            for level in _above(policy):
                stricter = _stricter(level, rule, parts)
                if stricter is not None and own != KEV and not _lets(policy, level, stricter.name):
                    theirs = f"rule {stricter.name} of {level.shown} {_VERBS[stricter.action]}"
                    what = f"rule {rule.name} cannot {rule.action.value} what {theirs}"
                    yield document.node((*path, index, "action")).place, what
                    break


def _stricter(level: Policy, rule: Rule, parts: frozenset[Shape]) -> Rule | None:
    """The rule of ``level`` that says more of all that ``rule`` holds for, if none before it may say less."""
    for scope in level.scopes:
        if any(RANKS[each.action] <= RANKS[rule.action] for each in scope.gate):
            return None
    for each in level.gate:
        if RANKS[each.action] <= RANKS[rule.action]:
            return None
        if not each.grace_days and conjuncts(each.when.text) <= parts:
            return each
    return None


def _lets(policy: Policy, level: Policy, name: str) -> bool:
    """Whether all from ``level`` down to the one above ``policy`` let its rule give way."""
    between = []
    for each in _above(policy):
        between.append(each)
        if each is level:
            break
    return all(each.loosen.lets_rule(name) for each in between)


def _let(policy: Policy, document: Document) -> Iterator[_Said]:
    """Loosenings that let nothing."""
    loosen, fields = policy.loosen, document.node(("loosen",)).keys
    if loosen == Loosen():
        yield document.root.keys["loosen"], "loosen lets nothing: name what a policy that extends this one may relax"
        return
    yield from _let_rules(policy, document)
    if loosen.suppress in (False, ()) and loosen.max_suppression_days is not UNSET:
        yield fields["max_suppression_days"], "max_suppression_days lets nothing without suppress"
    if loosen.max_feed_age_days is not UNSET and loosen.max_feed_age_days <= policy.max_feed_age_days:
        what = f"max_feed_age_days lets nothing: a feed may be {policy.max_feed_age_days} days old here"
        yield fields["max_feed_age_days"], what
    for field in ("suppress", "on_unknown", "licences"):
        shut = next((each for each in _above(policy) if not getattr(each.loosen, field)), None)
        if getattr(loosen, field) and shut is not None:
            yield fields[field], f"{field} lets nothing: {shut.shown} does not let it"


def _let_rules(policy: Policy, document: Document) -> Iterator[_Said]:
    rules = {rule.name: (each, rule) for each in reversed(tuple(policy.line())) for rule in each.rules()}
    names = policy.loosen.rules
    for index, name in enumerate(names if isinstance(names, tuple) else ()):
        place = document.node(("loosen", "rules", index)).place
        owner, rule = rules.get(name, (None, None))
        if rule is not None and rule.action is Action.ALLOW:
            yield place, f"rule {name} allows, and nothing is milder"
        elif rule is None or conjuncts(rule.when.text) == KEV:
            yield place, f"rule {name} never gives way: what is in KEV fails in any case"
        elif owner is not None and owner is not policy and not _lets(policy, owner, name):
            yield place, f"rule {name} is {owner.shown}'s, which does not let it give way"


def _above(policy: Policy) -> Sequence[Policy]:
    """The policies that it extends, the nearest first."""
    return tuple(policy.line())[1:]
