"""The text of an expression in, its tokens out.

Lexis: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax and #string-and-bytes-values.
"""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from pratique.expr.environment import INT_MAX
from pratique.expr.error import mistake

KEYWORDS = {"true": True, "false": False, "null": None}
_FLOW = ["break", "continue", "else", "for", "if", "loop", "return", "while"]
_NAMING = ["as", "const", "function", "import", "let", "namespace", "package", "var", "void"]
RESERVED = frozenset([*_FLOW, *_NAMING])

_TOKEN = re.compile(
    r"""
    (?P<space>   [\t\n\f\r\ ]+ | //[^\n]* )
  | (?P<bytes>   [bB][rR]?["'] | [rR][bB]["'] )
  | (?P<string>  [rR]?(?: \"{3} | '{3} | ["'] ) )
  | (?P<double>  [0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)? | [0-9]+[eE][+-]?[0-9]+ )
  | (?P<int>     0[xX][0-9a-fA-F]+ | [0-9]+ )
  | (?P<name>    [_a-zA-Z][_a-zA-Z0-9]* )
  | (?P<symbol>  && | \|\| | [=!<>]= | [-+*/%!<>?:.,()\[\]{}] )
    """,
    re.VERBOSE,
)
_SIMPLE = dict(zip("abfnrtv\\?\"'`", "\a\b\f\n\r\t\v\\?\"'`", strict=True))
_HEX = {"x": 2, "X": 2, "u": 4, "U": 8}


class Token(NamedTuple):
    """``kind`` is int, double, string, name, symbol or end; ``value`` that of a literal, ``text`` the other's word."""

    kind: str
    text: str
    at: int
    value: int | float | str | None = None


def tokens(text: str) -> list[Token]:
    """All tokens, an ``end`` last. Raises ``ExpressionError`` for what is no token."""
    found = []
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise mistake(text, at, _no_token(text[at]))
        kind = match.lastgroup or ""
        if kind == "bytes":
            raise mistake(text, at, "bytes are not part of this subset of CEL")
        if kind == "string":
            token, end = _string(text, at, match[0])
        else:
            token, end = _plain(text, at, kind, match[0]), match.end()
        if kind != "space":
            found.append(token)
        at = end
    found.append(Token("end", "", len(text)))
    return found


def _no_token(character: str) -> str:
    instead = {"=": "'=='", "&": "'&&'", "|": "'||'", "“": "'\"'", "”": "'\"'", "’": '"\'"', "‘": '"\'"'}.get(character)
    return f"unexpected character {character!r}" + (f"; did you mean {instead}?" if instead else "")


def _plain(text: str, at: int, kind: str, word: str) -> Token:
    if kind in ("int", "double"):
        end = at + len(word)
        if text[end : end + 1].isalnum() or text[end : end + 1] == "_":
            unsigned = text[end] in "uU" and kind == "int"
            what = "unsigned integers are not part of this subset of CEL" if unsigned else f"no number: {word!r}"
            raise mistake(text, at, what)
        return Token(kind, word, at, _number(text, at, kind, word))
    return Token(kind, word, at)


def _number(text: str, at: int, kind: str, word: str) -> int | float:
    if kind == "double":
        double = float(word)
        if math.isinf(double):
            raise mistake(text, at, f"{word!r} is too large for a double")
        return double
    integer = int(word, 16 if word[:2] in ("0x", "0X") else 10)
    if integer > INT_MAX + 1:  # the parser allows this one value after a minus only
        raise mistake(text, at, f"{word!r} is too large for a 64-bit integer")
    return integer


def _string(text: str, at: int, opening: str) -> tuple[Token, int]:
    raw = opening[0] in "rR"
    quote = opening[1:] if raw else opening
    parts: list[str] = []
    place = at + len(opening)
    while not text.startswith(quote, place):
        character = text[place : place + 1]
        if character == "" or (len(quote) == 1 and character in "\r\n"):
            raise mistake(text, at, f"this string has no closing {quote}")
        if character == "\\" and not raw:
            part, place = _escape(text, place)
        else:
            part, place = character, place + 1
        parts.append(part)
    end = place + len(quote)
    return Token("string", text[at:end], at, "".join(parts)), end


def _escape(text: str, at: int) -> tuple[str, int]:
    letter = text[at + 1 : at + 2]
    if letter in _SIMPLE:
        return _SIMPLE[letter], at + 2
    if letter in _HEX:
        digits = text[at + 2 : at + 2 + _HEX[letter]]
        if len(digits) == _HEX[letter] and re.fullmatch("[0-9a-fA-F]+", digits):
            return _code_point(text, at, int(digits, 16)), at + 2 + _HEX[letter]
    octal = text[at + 1 : at + 4]
    if re.fullmatch("[0-3][0-7]{2}", octal):
        return chr(int(octal, 8)), at + 4
    raise mistake(text, at, f"no escape sequence: {text[at : at + 2]!r}; write '\\\\' for a backslash, or r\"…\"")


def _code_point(text: str, at: int, number: int) -> str:
    if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise mistake(text, at, f"U+{number:04X} is no Unicode code point")
    return chr(number)
