"""Text from anywhere in, text that a terminal may be given out: control characters made visible, columns counted.

What an image holds is hostile: escape sequences (ECMA-48), C0 and C1 controls, bidirectional overrides (UAX #9) and
invisible format characters would let a file's name rewrite the report. A build's log is obeyed too: GitHub Actions and
Azure Pipelines take lines with ``::add-mask::``, ``##[group]`` or ``##vso[…]`` for commands
(https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands).
"""

from __future__ import annotations

import re
import unicodedata

ELLIPSIS = "…"
MARGIN = " " * 2
_LONGEST = 4096  # characters looked at: what is shown is a few hundred columns wide at most
_BLANK = str.maketrans("\t\n\r\v\f", " " * 5)
_COMMAND = re.compile(r"(?:^|(?<= )):(?=:)|#(?=#\w*\[)")
_STYLES = {
    "fail": "1;31",
    "warn": "1;33",
    "pass": "1;32",
    "unknown": "1;35",
    "strong": "1",
    "dim": "2",
    "alarm": "31",
    "notice": "33",
}


def visible(text: str) -> str:
    """One line in which each character shows: runs of white space become one space, and what does not print (Unicode
    categories C*, Zl, Zp and Zs) or begins a command of a build's log becomes its escape, such as ``\\x1b``."""
    if text.isprintable() and "  " not in text and len(text) <= _LONGEST:
        line = text.strip(" ")
        return _COMMAND.sub(_escaped, line) if "::" in line or "##" in line else line
    line = " ".join(part for part in text[:_LONGEST].translate(_BLANK).split(" ") if part)
    line = _COMMAND.sub(_escaped, line)
    return line if line.isprintable() else "".join(one if one.isprintable() else escape(one) for one in line)


def _escaped(found: re.Match[str]) -> str:
    return escape(found[0])


def escape(letter: str) -> str:
    """The letter's code as one writes it: ``\\x1b``, ``\\u202e``."""
    code = ord(letter)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that was no UTF-8 (PEP 383)
        code -= 0xDC00
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def columns(text: str) -> int:
    """How many columns a visible text takes (UAX #11). A combining mark counts as one: a name of ten thousand of them
    is then cut like any other."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def cut(text: str, width: int) -> str:
    """The text, its end cut off where it takes more than ``width`` columns."""
    if columns(text) <= width:
        return text
    return _head(text, width - 1) + ELLIPSIS if width > 0 else ""


def cut_start(text: str, width: int) -> str:
    """The text, its beginning cut off: of a path, the end tells most."""
    if columns(text) <= width:
        return text
    return ELLIPSIS + _head(text[::-1], width - 1)[::-1] if width > 0 else ""


def _head(text: str, width: int) -> str:
    if text.isascii():
        return text[: max(width, 0)]
    taken = 0
    for position, letter in enumerate(text):
        taken += columns(letter)
        if taken > width:
            return text[:position]
    return text


def pad(text: str, width: int) -> str:
    """The text, filled with spaces to ``width`` columns."""
    return text + " " * (width - columns(text))


def wrap(text: str, width: int, indent: str = "") -> list[str]:
    """Lines of at most ``width`` columns, broken at spaces, all but the first with ``indent`` before them."""
    lines = [""]
    for word in text.split(" "):
        line = lines[-1]
        room = width - (columns(indent) if len(lines) > 1 else 0)
        if line and columns(line) + 1 + columns(word) > room:
            lines.append(word)
        else:
            lines[-1] = f"{line} {word}" if line else word
    return [lines[0], *(indent + line for line in lines[1:])]


def paint(text: str, style: str, colour: bool) -> str:
    """The text in an SGR style (ECMA-48, 8.3.117), or as it is without colour."""
    return f"\x1b[{_STYLES[style]}m{text}\x1b[0m" if colour and text.strip() else text


def count(number: int, noun: str, plural: str = "") -> str:
    """``1 layer``, ``2 layers``."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def size(number: int) -> str:
    """Bytes as a person reads them, in powers of ten."""
    value, units = float(number), ["bytes", "kB", "MB", "GB", "TB"]
    while value >= 1000 and len(units) > 1:
        value /= 1000
        units.pop(0)
    return f"{number} bytes" if units[0] == "bytes" else f"{value:.1f} {units[0]}"
