"""How much the patterns of conditions may do: so many steps, which nothing but the patterns and their texts decides.

A clock would let the machine's load decide what a policy says. What an automaton has learnt of other texts is left
behind where a new bound begins, so that the steps do not depend on what was asked before, either.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from pratique.errors import LimitExceeded

if TYPE_CHECKING:
    from pratique.expr.pattern import Automaton, Pattern


class Work:
    """The steps that are left, and the automata that were made meanwhile."""

    __slots__ = ("automata", "left", "most")

    def __init__(self, most: float) -> None:
        self.most = self.left = most
        self.automata: dict[Pattern, Automaton] = {}

    def spend(self, steps: int) -> None:
        """Raises ``LimitExceeded`` where so many are not left."""
        self.left -= steps
        if self.left < 0:
            what = f"the patterns of its conditions take more than {self.most:,} steps, pattern_steps"
            raise LimitExceeded(what, hint="ask with == or startsWith() first, or for less by matches()")


CURRENT = ContextVar[Work | None]("pattern work", default=None)
"""That of the innermost bound; None outside of all, where nobody counts."""


@contextmanager
def bounded(steps: int) -> Iterator[None]:
    """Within it all patterns together may take so many steps; a step takes some 50 ns. Past that asking a condition
    raises ``LimitExceeded``."""
    token = CURRENT.set(Work(steps))
    try:
        yield
    finally:
        CURRENT.reset(token)
