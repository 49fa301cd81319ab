"""The conditions of the policy: a typed subset of CEL; text in, a function over a row of values out.

https://github.com/google/cel-spec/blob/master/doc/langdef.md; what the subset holds is in ``docs/policy.md``.
"""

from __future__ import annotations

from pratique.expr.condition import Condition, compile
from pratique.expr.environment import (
    BOOL,
    DOUBLE,
    INT,
    STRING,
    STRINGS,
    Environment,
    Field,
    Present,
    Row,
    Run,
    Type,
    Value,
)
from pratique.expr.error import ExpressionError
from pratique.expr.suggest import did_you_mean

__all__ = [
    "BOOL",
    "DOUBLE",
    "INT",
    "STRING",
    "STRINGS",
    "Condition",
    "Environment",
    "ExpressionError",
    "Field",
    "Present",
    "Row",
    "Run",
    "Type",
    "Value",
    "compile",
    "did_you_mean",
]
