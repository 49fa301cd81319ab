"""A policy in; where each of its rules, and of those that it extends, can speak at all, out.

Rules are compared by what they mean: ``finding.epss >= 0.5`` speaks only where ``finding.epss >= 0.1`` does. What is
said here is proved (``expr.region``); of what cannot be, nothing is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

import msgspec

from pratique.expr.parser import parse
from pratique.expr.region import EVERYWHERE, Region, Space
from pratique.expr.syntax import Literal, Logical, Node
from pratique.expr.trace import written
from pratique.limits import Limits
from pratique.policy.schema import Policy, Rule
from pratique.policy.subject import ENVIRONMENT, IMPOSSIBLE

_EXPLOITED, _LICENCES = "finding.kev", 'finding.kind == "licence"'
_NEAR = 50  # rules of which the fewest are sought that leave another one nothing


class Placed(msgspec.Struct, frozen=True):
    """A rule and where it can speak: where its scope's condition and its own hold."""

    rule: Rule
    region: Region


class Reach:
    """Where the conditions of a policy, and of those that it extends, hold."""

    def __init__(self, policy: Policy, limits: Limits) -> None:
        self._limits = limits
        texts = {scope.when.text for each in policy.line() for scope in each.scopes}
        texts |= {rule.when.text for each in policy.line() for rule in each.rules()}
        self._space = Space((*sorted(texts), _EXPLOITED, _LICENCES), ENVIRONMENT, limits, IMPOSSIBLE)
        self._regions = {text: self._space.region(text) for text in (*texts, _EXPLOITED, _LICENCES)}

    def of(self, text: str, around: Region = EVERYWHERE) -> Region:
        """Where the condition holds within ``around``."""
        found = self._regions[text]
        return found if around is EVERYWHERE else self._space.both(around, found)

    def placed(self, policy: Policy) -> Iterator[Placed]:
        """The policy's own rules, in the order that they are asked in."""
        for scope in policy.scopes:
            around = self.of(scope.when.text)
            yield from (Placed(rule, self.of(rule.when.text, around)) for rule in scope.gate)
        yield from (Placed(rule, self.of(rule.when.text)) for rule in policy.gate)

    def is_empty(self, region: Region) -> bool:
        """Whether nothing can be in it."""
        return self._space.is_empty(region)

    def may_meet(self, region: Region, other: Region) -> bool:
        """Whether something may be in both."""
        return not self.is_empty(self._space.both(region, other))

    def is_exploited(self, region: Region) -> bool:
        """Whether all in it is in KEV."""
        return self._space.is_within(region, [self._regions[_EXPLOITED]])

    def is_judge_of_licences(self, region: Region) -> bool:
        """Whether all that is found of licences is in it."""
        return self._space.is_within(self._regions[_LICENCES], [region])

    def is_settled(self, region: Region, by: Sequence[tuple[Region, bool]]) -> bool:
        """See ``Space.is_settled``."""
        return self._space.is_settled(region, by)

    def taking(self, region: Region, earlier: Sequence[Placed]) -> tuple[Rule, ...]:
        """The fewest of the rules that hold wherever the region is, () where they do not."""
        if not self._space.is_within(region, [one.region for one in earlier]):
            return ()
        for one in earlier:
            if self._space.is_within(region, [one.region]):
                return (one.rule,)
        near = [one for one in earlier if self.may_meet(region, one.region)]
        for one in reversed(near[:_NEAR]):  # each that the others can do without
            rest = [other for other in near if other is not one]
            if self._space.is_within(region, [other.region for other in rest]):
                near = rest
        return tuple(one.rule for one in near)

    def is_same(self, region: Region, other: Region) -> bool:
        """Whether each holds wherever the other does."""
        return self._space.is_within(region, [other]) and self._space.is_within(other, [region])

    # --- what is wrong with a condition ---

    def contradiction(self, text: str) -> str:
        """Why a condition holds for nothing."""
        node = parse(text, self._limits)
        parts = _operands(node, "&&")
        for part in parts:
            if isinstance(part, Literal):
                return "its condition is false"
            if self._never(part):
                return f"{written(part)} holds for no finding"
        for one, other in combinations(parts, 2):
            if self._never(one, other):
                return f"{written(one)} and {written(other)} exclude one another"
        return "its parts exclude one another"

    def idle_parts(self, text: str) -> Iterator[str]:
        """Of what ``||`` joins, that which holds for nothing."""
        parts = _operands(parse(text, self._limits), "||") if "||" in text else ()
        yield from (written(part) for part in parts if len(parts) > 1 and self._never(part))

    def _never(self, *nodes: Node) -> bool:
        found = EVERYWHERE
        for node in nodes:
            found = self._space.both(found, self._space.region_of(node))
        return self.is_empty(found)


def _operands(node: Node, operator: str) -> Sequence[Node]:
    return node.operands if isinstance(node, Logical) and node.operator == operator else (node,)
