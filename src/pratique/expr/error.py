"""A mistake in an expression in, a message with line, column and caret out."""

from __future__ import annotations

from pratique.errors import PolicyError

_WIDTH = 100


class ExpressionError(PolicyError):
    """``line`` and ``column`` count from 1, in characters of the expression; ``reason`` is the sentence alone."""

    def __init__(self, what: str, *, hint: str = "", reason: str = "", line: int = 1, column: int = 1) -> None:
        super().__init__(what, hint=hint)
        self.reason = reason or what
        self.line = line
        self.column = column


def mistake(text: str, at: int, reason: str) -> ExpressionError:
    """The error at offset ``at`` of ``text``."""
    before = text[:at]
    line = before.count("\n") + 1
    column = at - (before.rfind("\n") + 1) + 1
    return ExpressionError(
        f"{line}:{column}: {reason}\n{caret(text.split(chr(10))[line - 1], column)}",
        reason=reason,
        line=line,
        column=column,
    )


def caret(source: str, column: int) -> str:
    """Two lines: ``source``, cut to what fits, and a caret under ``column`` (from 1)."""
    start = max(0, column - 1 - _WIDTH // 2) if len(source) > _WIDTH else 0
    shown = "".join(character if character.isprintable() else " " for character in source[start : start + _WIDTH])
    return f"  {shown.rstrip()}\n  {' ' * (column - 1 - start)}^"
