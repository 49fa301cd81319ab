"""The rules of a policy and of those that it extends, and a finding's row in; what they say together out.

Of each policy the first rule whose condition holds speaks: its scopes' in their order, then the common ones. The
strictest of these words holds, but where all policies above let a later one be milder.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence

import msgspec

from pratique.expr import Row, Run
from pratique.model import Action, Decision
from pratique.policy.schema import Policy, Rule, Scope

RANKS = {Action.NONE: 0, Action.ALLOW: 0, Action.WARN: 1, Action.FAIL: 2}

_Rules = tuple[tuple[Run, Rule], ...]


class Word(msgspec.Struct):
    """What a policy of the line (0 is the topmost) says, and whether those above and itself let it give way."""

    level: int
    decision: Decision
    free: bool = True


class Gate:
    """All rules that may hold for the findings of one image, of the policies from the topmost to the last."""

    def __init__(self, policy: Policy, image: Row) -> None:
        self.line = tuple(reversed(tuple(policy.line())))
        self.scopes = tuple(tuple(_holding(each, image)) for each in self.line)
        self._lone = len(self.line) == 1
        self._levels = tuple(map(_rules, self.line, self.scopes))

    def speaking(self, values: Row) -> list[tuple[int, Rule]]:
        """The rule of each policy that speaks of the finding, the topmost's first."""
        found = []
        for level, (guarded, common) in enumerate(self._levels):
            rule = _first_guarded(guarded, values) if guarded else None
            if rule is None:
                for holds, each in common:
                    if holds(values) is True:
                        rule = each
                        break
            if rule is not None:
                found.append((level, rule))
        return found

    def standing(self, rules: Sequence[tuple[int, Rule]], said: Callable[[Rule], Decision]) -> list[Word]:
        """The words that hold, of which the last of the strictest decides; ``said`` is what a rule says."""
        if self._lone:
            return [Word(level, said(rule)) for level, rule in rules]
        words = list[Word]()
        spoken = dict(rules)
        for level, policy in enumerate(self.line):
            if level in spoken:
                decision = said(spoken[level])
                rank = RANKS[decision.action]
                words = [each for each in words if not each.free or RANKS[each.decision.action] <= rank]
                words.append(Word(level, decision))
            for each in words:
                each.free = each.free and policy.loosen.lets_rule(each.decision.rule)
        return words


def conditions_of(policy: Policy, names: Collection[str]) -> Iterator[tuple[str, str]]:
    """Of the rules of these names, in the policy and in those that it extends, the name and the whole condition: in a
    scope its own has to hold too."""
    for level in policy.line():
        for scope in level.scopes:
            yield from ((r.name, f"({scope.when.text}) && ({r.when.text})") for r in scope.gate if r.name in names)
        yield from ((rule.name, rule.when.text) for rule in level.gate if rule.name in names)


def _holding(policy: Policy, image: Row) -> Iterator[Scope]:
    """The scopes that hold for the image, as far as it alone decides that."""
    return (scope for scope in policy.scopes if scope.speaks_of_findings or scope.when.run(image) is True)


def _rules(policy: Policy, scopes: Sequence[Scope]) -> tuple[tuple[tuple[Run | None, _Rules], ...], _Rules]:
    """The rules of scopes with what has to hold for them, and the common ones; where no scope asks for findings, all
    are common."""
    parts = [(scope.when.run if scope.speaks_of_findings else None, _ran(scope.gate)) for scope in scopes]
    if all(holds is None for holds, _ in parts):
        return (), (*(pair for _, rules in parts for pair in rules), *_ran(policy.gate))
    return tuple(parts), _ran(policy.gate)


def _ran(rules: Sequence[Rule]) -> _Rules:
    return tuple((rule.when.run, rule) for rule in rules)


def _first_guarded(parts: Sequence[tuple[Run | None, _Rules]], values: Row) -> Rule | None:
    for guard, rules in parts:
        if guard is None or guard(values) is True:
            for holds, rule in rules:
                if holds(values) is True:
                    return rule
    return None
