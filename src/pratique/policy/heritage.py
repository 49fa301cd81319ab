"""A policy with what it extends in; what of its word counts for nothing beside theirs, and which of its loosenings let
nothing, each with its place, out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import UNSET

from pratique.expr.region import EVERYWHERE
from pratique.model import Action
from pratique.policy.document import Document, Place
from pratique.policy.gate import RANKS
from pratique.policy.inherit import outweighing, shutting
from pratique.policy.reach import Placed, Reach
from pratique.policy.schema import Loosen, Policy, Rule

_VERBS = {Action.FAIL: "fails", Action.WARN: "warns of"}
_Said = tuple[Place, str]


def heritage(policy: Policy, reach: Reach, document: Document) -> Iterator[_Said]:
    """The places and what is to be said there."""
    if policy.parent is not None:
        yield from _silent(policy, document)
        yield from (dict(_idle(policy, reach, document)) | dict(_overruled(policy, reach, document))).items()
        yield from _outweighed(policy, document)
    if "loosen" in document.root.keys:
        yield from _let(policy, reach, document)


def _silent(policy: Policy, document: Document) -> Iterator[_Said]:
    """Suppressions that no policy above lets."""
    above = shutting(policy)
    if above is not None and policy.suppress:
        what = f"none of these counts: {above.shown} does not let a policy that extends it suppress anything"
        yield document.root.keys["suppress"], what


def _overruled(policy: Policy, reach: Reach, document: Document) -> Iterator[_Said]:
    """Rules that are milder than those of a policy above wherever they hold, which do not give way."""
    above = [(level, tuple(reach.placed(level))) for level in _above(policy)]
    for place, placed in _own(policy, reach, document):
        rule = placed.rule
        for level, there in () if reach.is_exploited(placed.region) else above:
            if stricter := _stricter(policy, level, there, placed, reach):
                names = " and ".join(f"{each.name} of {level.shown} {_VERBS[each.action]}" for each in stricter)
                yield place, f"rule {rule.name} cannot {rule.action.value} what rule {names}"
                break


def _own(policy: Policy, reach: Reach, document: Document) -> Iterator[tuple[Place, Placed]]:
    """The file's rules in the order that they are asked in, each with the place of its action."""
    gates = [(("scopes", n, "gate"), reach.of(scope.when.text), scope.gate) for n, scope in enumerate(policy.scopes)]
    for path, around, rules in (*gates, (("gate",), EVERYWHERE, policy.gate)):
        for index, rule in enumerate(rules):
            place = document.node((*path, index, "action")).place
            yield place, Placed(rule, reach.of(rule.when.text, around))


def _idle(policy: Policy, reach: Reach, document: Document) -> Iterator[_Said]:
    """Rules that allow what none of the file's own would say more of, nor any that gives way: beside a parent to allow
    is to say nothing."""
    moved = [
        one.region
        for level in _above(policy)
        for one in reach.placed(level)
        if one.rule.action is not Action.ALLOW and not _stands(policy, level, one.rule.name)
    ]
    for place, placed in reversed(tuple(_own(policy, reach, document))):
        if placed.rule.action is not Action.ALLOW:
            moved.append(placed.region)
        elif not reach.is_exploited(placed.region) and not any(reach.may_meet(placed.region, one) for one in moved):
            yield (
                place,
                f"rule {placed.rule.name} changes no verdict: no rule that gives way to it speaks where it holds",
            )


def _outweighed(policy: Policy, document: Document) -> Iterator[_Said]:
    """Numbers and words on problems that are milder than what holds all the same."""
    root = document.root
    for key, holds in (
        ("max_feed_age_days", policy.max_feed_age_days),
        ("max_suppression_days", policy.max_suppression_days),
    ):
        said = root.fields[key] if root.fields and key in root.fields else None
        if said is not None and said.scalar != holds:
            yield said.place, f"{key} counts for nothing: what this file extends lets no more than {holds}"
    for key in ("blocking", "noted"):
        if (above := outweighing(policy, key)) is not None:
            fields = document.node(("on_unknown",)).fields
            place = document.node(("on_unknown", key) if fields else ("on_unknown",)).place
            what = f"what this file extends says {above.value} of {key} problems, and does not let it say less"
            yield place, f"on_unknown counts for nothing: {what}"


def _stricter(policy: Policy, level: Policy, there: Sequence[Placed], milder: Placed, reach: Reach) -> tuple[Rule, ...]:
    """Of the rules ``there`` are in ``level``, those of which always one speaks first where the milder one holds, and
    says more; () where another may, or one that has grace or gives way."""
    said = [(one, _says_more(one.rule, milder.rule) and _stands(policy, level, one.rule.name)) for one in there]
    if not reach.is_settled(milder.region, [(one.region, stands) for one, stands in said]):
        return ()
    return reach.taking(milder.region, [one for one, stands in said if stands])


def _says_more(rule: Rule, than: Rule) -> bool:
    return not rule.grace_days and RANKS[rule.action] > RANKS[than.action]


def _stands(policy: Policy, level: Policy, name: str) -> bool:
    """Whether no policy from ``level`` down can have put another word in the place of its rule's."""
    for each in reversed(_between(policy, level)):
        if each is not level and any(each.rules()):
            return False
        if not each.loosen.lets_rule(name):
            return True
    return False


def _lets(policy: Policy, level: Policy, name: str) -> bool:
    """Whether all from ``level`` down to the one above ``policy`` let its rule give way."""
    return all(each.loosen.lets_rule(name) for each in _between(policy, level))


def _between(policy: Policy, level: Policy) -> Sequence[Policy]:
    """The policies that it extends down from ``level``, the nearest first."""
    above = _above(policy)
    return above[: 1 + above.index(level)]


def _let(policy: Policy, reach: Reach, document: Document) -> Iterator[_Said]:
    """Loosenings that let nothing."""
    loosen, fields = policy.loosen, document.node(("loosen",)).keys
    if loosen == Loosen():
        yield document.root.keys["loosen"], "loosen lets nothing: name what a policy that extends this one may relax"
        return
    yield from _let_rules(policy, reach, document)
    if loosen.suppress in (False, ()) and loosen.max_suppression_days is not UNSET:
        yield fields["max_suppression_days"], "max_suppression_days lets nothing without suppress"
    if loosen.max_feed_age_days is not UNSET and loosen.max_feed_age_days <= policy.max_feed_age_days:
        what = f"max_feed_age_days lets nothing: a feed may be {policy.max_feed_age_days} days old here"
        yield fields["max_feed_age_days"], what
    for field in ("suppress", "on_unknown", "licences"):
        shut = next((each for each in _above(policy) if not getattr(each.loosen, field)), None)
        if getattr(loosen, field) and shut is not None:
            yield fields[field], f"{field} lets nothing: {shut.shown} does not let it"


def _let_rules(policy: Policy, reach: Reach, document: Document) -> Iterator[_Said]:
    rules = {rule.name: (each, rule) for each in reversed(tuple(policy.line())) for rule in each.rules()}
    names = policy.loosen.rules
    for index, name in enumerate(names if isinstance(names, tuple) else ()):
        place = document.node(("loosen", "rules", index)).place
        owner, rule = rules.get(name, (None, None))
        if rule is not None and rule.action is Action.ALLOW:
            yield place, f"rule {name} allows, and nothing is milder"
        elif rule is None or reach.is_exploited(reach.of(rule.when.text)):
            yield place, f"rule {name} never gives way: what is in KEV fails in any case"
        elif owner is not None and owner is not policy and not _lets(policy, owner, name):
            yield place, f"rule {name} is {owner.shown}'s, which does not let it give way"


def _above(policy: Policy) -> Sequence[Policy]:
    """The policies that it extends, the nearest first."""
    return tuple(policy.line())[1:]
