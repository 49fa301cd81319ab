"""The text of an expression and the environment that it is checked against in, a condition out."""

from __future__ import annotations

from pratique.expr.check import check
from pratique.expr.environment import Environment, Kind, Row, Run
from pratique.expr.error import mistake
from pratique.expr.parser import parse
from pratique.expr.syntax import variables
from pratique.limits import DEFAULT, Limits


class Condition:
    """A compiled expression of type bool. Calling it takes time linear in its values, and raises nothing but what
    ``work.bounded`` says.

    ``run`` is the same without the call's own cost, for who asks many: it holds where ``run(row) is True``.
    ``variables`` are those that it speaks of."""

    __slots__ = ("run", "text", "variables")

    def __init__(self, text: str, run: Run, variables: frozenset[str] = frozenset()) -> None:
        self.text = text
        self.run = run
        self.variables = variables

    def __call__(self, row: Row) -> bool:
        """Whether it holds for ``row``, the values of the environment's fields in their order; a missing one is None.

        A comparison with a missing value is false."""
        return self.run(row) is True

    def __repr__(self) -> str:
        return f"Condition({self.text!r})"


def compile(text: str, environment: Environment, limits: Limits = DEFAULT) -> Condition:
    """Check ``text`` against ``environment``. Raises ``ExpressionError`` (a ``PolicyError``) with line and column."""
    node = parse(text, limits)
    code = check(node, text, environment, limits)
    if code.type.kind is not Kind.BOOL:
        raise mistake(text, node.at, f"a condition is true or false; this is a value of type {code.type}")
    return Condition(text, code.run, variables(node))
