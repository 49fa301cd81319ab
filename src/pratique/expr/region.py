"""Conditions in; what holds of them whatever the values: that one holds for nothing, or only where others do, out.

A condition's disjunctive normal form is a union of boxes; a box says of some terms which of the values that stand for
all it lets through. Boxes are taken from boxes until none is left, or one is found that nothing takes. Each answer is
proved; where that would take more than a bounded number of boxes or steps, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import msgspec

from pratique.expr.cells import Question, comparisons, implies, question, standing_for_all
from pratique.expr.check import check
from pratique.expr.environment import Environment, Present
from pratique.expr.parser import parse
from pratique.expr.syntax import Conditional, Literal, Logical, Node, Unary, variables
from pratique.expr.trace import written
from pratique.limits import Limits

_BOXES = 500  # of one condition
_VALUES = 5_000  # of one term
_STEPS, _ALL_STEPS = 200_000, 3_000_000  # boxes that are laid beside one another, in one proof and in all

_Box: TypeAlias = dict[str, int]  # by term: a mask over its values; one that is not there may have any
_TRUE, _FALSE = 1, 2  # what a comparison that is not looked into may be


class Region(msgspec.Struct, frozen=True):
    """Where a condition holds. ``known`` is False where that has too many boxes to tell."""

    boxes: tuple[_Box, ...] = ()
    known: bool = True


EVERYWHERE = Region(({},))


class _Term(msgspec.Struct, frozen=True):
    """A term, the mask of all its values, that of texts which are no constant, and the questions that these do not
    answer."""

    masks: dict[str, int]  # by the text of the comparison: the values that it holds for
    all: int
    other: int
    open: dict[str, Question]


class Space:
    """The terms of some conditions. ``impossible`` are conditions that hold for nothing that there is."""

    def __init__(
        self, texts: Iterable[str], environment: Environment, limits: Limits, impossible: Sequence[str] = ()
    ) -> None:
        self._environment, self._limits = environment, limits
        self._terms = dict[str, _Term]()
        self._asked = dict[str, Question]()  # by the text of the comparison
        for text in (*texts, *impossible):
            for node in comparisons(parse(text, limits)):
                if (found := question(node, environment, limits)) is not None:
                    self._asked[written(node)] = found
        self._set_terms()
        self._never = tuple((box, True) for text in impossible for box in self.region(text).boxes)
        self._steps = _ALL_STEPS

    def _set_terms(self) -> None:
        by_term = dict[str, dict[str, Question]]()
        for text, each in self._asked.items():
            by_term.setdefault(each.term, {})[text] = each
        for term, questions in by_term.items():
            constants = set[Present]().union(*(each.constants for each in questions.values()))
            field = next(iter(questions.values())).field
            values, other = standing_for_all(field, constants)
            if len(values) > _VALUES:
                continue
            masks = {text: each.holds(values, self._limits) for text, each in questions.items()}
            unsettled = {text: each for text, each in questions.items() if other and not each.exact}
            self._terms[term] = _Term(masks, (1 << len(values)) - 1, other, unsettled)

    # --- regions ---

    def region(self, text: str) -> Region:
        """Where the condition holds, which is one of those that the space was made of."""
        return self.region_of(parse(text, self._limits))

    def region_of(self, node: Node) -> Region:
        """Where a part of such a condition holds."""
        try:
            return Region(tuple(self._boxes(node, positive=True)))
        except _TooMany:
            return Region(known=False)

    def both(self, one: Region, other: Region) -> Region:
        """Where both hold."""
        try:
            return Region(tuple(_joined(one.boxes, other.boxes)), one.known and other.known)
        except _TooMany:
            return Region(known=False)

    def _boxes(self, node: Node, *, positive: bool) -> list[_Box]:
        match node:
            case Unary(operator="!"):
                return self._boxes(node.operand, positive=not positive)
            case Logical():
                return self._logical(node, positive=positive)
            case Conditional():
                yes = _joined(self._boxes(node.condition, positive=True), self._boxes(node.yes, positive=positive))
                no = _joined(self._boxes(node.condition, positive=False), self._boxes(node.no, positive=positive))
                return _merged([*yes, *no])
            case Literal():
                return [{}] if node.value is positive else []
            case _:
                return self._comparison(node, positive=positive)

    def _logical(self, node: Logical, *, positive: bool) -> list[_Box]:
        parts = [self._boxes(operand, positive=positive) for operand in node.operands]
        if (node.operator == "&&") is not positive:
            return _merged([box for part in parts for box in part])
        found: list[_Box] = [{}]
        for part in parts:
            found = _joined(found, part)
        return found

    def _comparison(self, node: Node, *, positive: bool) -> list[_Box]:
        text = written(node)
        asked = self._asked.get(text)
        term = self._terms.get(asked.term) if asked is not None else None
        if asked is None or term is None:
            if not variables(node):
                holds = check(node, text, self._environment, self._limits).run(()) is True
                return [{}] if holds is positive else []
            return [{text: _TRUE if positive else _FALSE}]
        mask = term.masks[text] if positive else term.all & ~term.masks[text]
        if text not in term.open:
            return [{asked.term: mask}] if mask else []
        known = [{asked.term: mask & ~term.other}] if mask & ~term.other else []
        return [*known, {asked.term: term.other, **_told(text, term, positive=positive)}]

    # --- proofs ---

    def is_empty(self, region: Region) -> bool:
        """Whether it is proved that the region holds nothing."""
        return self.is_settled(region, ())

    def is_within(self, region: Region, others: Iterable[Region]) -> bool:
        """Whether it is proved that all in the region is in one of the others."""
        return self.is_settled(region, [(other, True) for other in others])

    def is_settled(self, region: Region, by: Sequence[tuple[Region, bool]]) -> bool:
        """Whether it is proved that the first of ``by`` to hold anything of the region is always one with True, and
        that none of the region is left."""
        if not region.known or any(not one.known and not closes for one, closes in by):
            return False
        parts = [*self._never, *((box, closes) for one, closes in by for box in one.boxes)]
        stack = [(box, 0) for box in region.boxes]
        least = max(self._steps - _STEPS, 0)
        while stack:
            box, place = stack.pop()
            self._steps -= 1
            while place < len(parts) and _disjoint(box, parts[place][0]):
                place += 1
                self._steps -= 1
            if place == len(parts) or not parts[place][1] or self._steps < least:
                return False
            stack += [(rest, place + 1) for rest in self._without(box, parts[place][0])]
        return True

    def _without(self, box: _Box, taken: _Box) -> Iterator[_Box]:
        """What is left of a box, in boxes that have nothing in common."""
        inner = dict(box)
        for term, mask in taken.items():
            here = inner.get(term, self._all(term))
            if left := here & ~mask:
                yield inner | {term: left}
            inner[term] = here & mask

    def _all(self, term: str) -> int:
        return self._terms[term].all if term in self._terms else _TRUE | _FALSE


class _TooMany(Exception):
    """A region of too many boxes. Does not leave this module."""


def _told(text: str, term: _Term, *, positive: bool) -> _Box:
    """What a comparison tells of a text that is no constant, in itself and of the others."""
    asked, told = term.open[text], {text: _TRUE if positive else _FALSE}
    for other, each in term.open.items():
        if other == text:
            continue
        if positive and (holds := implies(asked, each)) is not None:
            told[other] = _TRUE if holds else _FALSE
        elif not positive and implies(each, asked):
            told[other] = _FALSE
    return told


def _joined(one: Sequence[_Box], other: Sequence[_Box]) -> list[_Box]:
    """What is in both: each with each."""
    found = []
    for first in one:
        for second in other:
            if not _disjoint(first, second):
                found.append(first | {term: mask & first.get(term, mask) for term, mask in second.items()})
                if len(found) > _BOXES:
                    raise _TooMany
    return found


def _disjoint(one: _Box, other: _Box) -> bool:
    return any(term in one and not one[term] & mask for term, mask in other.items())


def _merged(boxes: Sequence[_Box]) -> list[_Box]:
    """The same, with one box for those that speak of one term alone, and that one."""
    alone, rest = _Box(), list[_Box]()
    for box in boxes:
        if len(box) == 1:
            ((term, mask),) = box.items()
            alone[term] = alone.get(term, 0) | mask
        elif box not in rest:
            rest.append(box)
    if len(alone) + len(rest) > _BOXES:
        raise _TooMany
    return [*({term: mask} for term, mask in alone.items()), *rest]
