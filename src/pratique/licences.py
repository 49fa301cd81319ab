"""What a package says of its licence in, an SPDX licence expression out, or the words themselves where they are none.

https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/ (operators, ``+``, LicenseRef-) and
https://spdx.org/licenses/ (``spdx.txt``: identifiers with names, and after an empty line the exceptions). Only what
can mean one licence is translated: "BSD" stays "BSD".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

_LIST = Path(__file__).with_name("spdx.txt")
_LONGEST = 1024  # characters; what is longer is a text, and no expression
_DEEPEST = 64
_OPERATORS = {"and": "AND", "&": "AND", "or": "OR", "/": "OR", "|": "OR", "with": "WITH"}
_TOKEN = re.compile(r"[()&|/]|(?<![\w-])(?:and|or|with)(?![\w-])", re.IGNORECASE)
_REFERENCE = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")
_BRACKETED = re.compile(r"\s*\(([^()]*)\)$")  # Mozilla Public License 2.0 (MPL 2.0)
_NOISE = re.compile(r"\b(?:the|licen[cs]e|version|v(?=[0-9. ]))|[^a-z0-9.+]+")
# Debian's and Fedora's short names: "GPL-2" and "GPLv2" are that version alone, "GPL-2+" and "GPLv2+" later ones too
# (https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/#license-short-name).
_GNU = re.compile(r"(A?GPL|LGPL|GFDL)[- ]?v?([0-9](?:\.[0-9])?)(\+|-or-later)?", re.IGNORECASE)
_OTHER_NAMES = {
    "expat": "MIT",
    "mit expat": "MIT",
    "mit x11": "MIT",
    "apache 2": "Apache-2.0",
    "apache2": "Apache-2.0",
    "apache2.0": "Apache-2.0",
    "asl 2.0": "Apache-2.0",
    "apache software 2.0": "Apache-2.0",
    "bsd 2 clause": "BSD-2-Clause",
    "bsd 3 clause": "BSD-3-Clause",
    "2 clause bsd": "BSD-2-Clause",
    "3 clause bsd": "BSD-3-Clause",
    "new bsd": "BSD-3-Clause",
    "modified bsd": "BSD-3-Clause",
    "simplified bsd": "BSD-2-Clause",
    "mplv2.0": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "mpl 2": "MPL-2.0",
    "cc0": "CC0-1.0",
    "isc iscl": "ISC",
    "boost": "BSL-1.0",
    "zlib libpng": "Zlib",
    "python software foundation": "PSF-2.0",
    "historical permission notice and disclaimer": "HPND",
}


class _Known:
    """The published identifiers."""

    def __init__(self) -> None:
        licences, _, exceptions = _LIST.read_text(encoding="utf-8").partition("\n\n")
        named = [line.partition("\t") for line in licences.splitlines()]
        self.exceptions = {name.lower(): name for name in exceptions.split()}
        self.licences = {identifier.lower(): identifier for identifier, _, _ in named}
        self.names = _OTHER_NAMES | {_plain(name): identifier for identifier, _, name in named if name}


@lru_cache(maxsize=1)
def _known() -> _Known:
    return _Known()


def _plain(name: str) -> str:
    return " ".join(_NOISE.sub(" ", name.lower()).split()).strip(".")


class Node(msgspec.Struct, frozen=True):
    """An expression: ``parts`` with AND or OR between them; ``bracketed`` says that it stood in parentheses."""

    operator: str
    parts: tuple[Node | str, ...]  # a text is a licence, with its exception where it has one
    bracketed: bool = False


@lru_cache(maxsize=1 << 14)
def expression(text: str) -> str:
    """The SPDX expression that the words stand for, identifiers spelt as they are published; else ``text`` with its
    white space evened."""
    text = " ".join(text.split())
    found = _parsed(text)
    return text if found is None else _written(found)


def is_expression(text: str) -> bool:
    """Whether it is an SPDX expression of published identifiers and LicenseRef- names, spelt as they are."""
    found = _parsed(text)
    return found is not None and _written(found) == text


def satisfied(text: str, accepted: Callable[[str], bool]) -> bool | None:
    """Whether who accepts some licences (each with its exception, as in ``GPL-2.0-only WITH Classpath-exception-2.0``)
    may use what is under the expression: all that AND joins, one of what OR joins. None for what is no expression."""
    found = _parsed(" ".join(text.split()))
    return None if found is None else _satisfied(found, accepted)


def terms(text: str) -> tuple[str, ...]:
    """The licences of an expression, each with its exception; () for what is none."""
    found = _parsed(" ".join(text.split()))
    return () if found is None else tuple(_terms(found))


def _terms(node: Node | str) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    else:
        for part in node.parts:
            yield from _terms(part)


def published(name: str, *, beginning: bool = False) -> bool:
    """Whether it is a published identifier, in any case of letters, or the beginning of one."""
    name, known = name.lower(), _known().licences
    return any(one.startswith(name) for one in known) if beginning else name in known


def _satisfied(node: Node | str, accepted: Callable[[str], bool]) -> bool:
    if isinstance(node, str):
        return accepted(node)
    answers = (_satisfied(part, accepted) for part in node.parts)
    return all(answers) if node.operator == "AND" else any(answers)


def _written(node: Node | str) -> str:
    if isinstance(node, str):
        return node
    text = f" {node.operator} ".join(map(_written, node.parts))
    return f"({text})" if node.bracketed else text


@lru_cache(maxsize=1 << 14)
def _parsed(text: str) -> Node | str | None:
    """The expression; None where one of its parts is unknown."""
    if not text or len(text) > _LONGEST:
        return None
    if one := _licence(text):
        return one
    try:
        tokens = list(_tokens(text))
        found, rest = _chain(tokens, 0, 0, "OR")
    except ValueError:
        return None
    return found if rest == len(tokens) else None


def _tokens(text: str) -> Iterator[str]:
    """Operators, parentheses, and the words between them."""
    at = 0
    for found in _TOKEN.finditer(text):
        if words := text[at : found.start()].strip():
            yield words
        yield _OPERATORS.get(found[0].lower(), found[0])
        at = found.end()
    if words := text[at:].strip():
        yield words


def _chain(tokens: Sequence[str], at: int, depth: int, operator: str) -> tuple[Node | str, int]:
    """Terms with one operator between them; AND binds closer than OR. Raises ``ValueError``."""
    parts = list[Node | str]()
    while True:
        made, at = _chain(tokens, at, depth, "AND") if operator == "OR" else _term(tokens, at, depth)
        parts.append(made)
        if at >= len(tokens) or tokens[at] != operator:
            return (Node(operator, tuple(parts)) if len(parts) > 1 else made), at
        at += 1


def _term(tokens: Sequence[str], at: int, depth: int) -> tuple[Node | str, int]:
    """A licence, with its exception, or an expression in parentheses. Raises ``ValueError``."""
    if at >= len(tokens) or depth > _DEEPEST:
        raise ValueError
    if tokens[at] == "(":
        made, at = _chain(tokens, at + 1, depth + 1, "OR")
        if at >= len(tokens) or tokens[at] != ")":
            raise ValueError
        parts, operator = (
            (made.parts, made.operator) if isinstance(made, Node) and not made.bracketed else ((made,), "OR")
        )
        return Node(operator, parts, bracketed=True), at + 1
    one = _licence(tokens[at])
    if not one:
        raise ValueError
    if at + 2 < len(tokens) and tokens[at + 1] == "WITH":
        exception = _known().exceptions.get(tokens[at + 2].lower(), "")
        if not exception:
            raise ValueError
        return f"{one} WITH {exception}", at + 3
    return one, at + 1


def _licence(words: str) -> str:
    """The identifier of one licence, "" where it is not known."""
    known = _known()
    plain = words.lower()
    if plain in known.licences:
        return known.licences[plain]
    if plain.endswith("+") and plain[:-1] in known.licences:
        return known.licences[plain[:-1]] + "+"
    if _REFERENCE.fullmatch(words):
        return words
    bracket = _BRACKETED.search(words)
    if gnu := _GNU.fullmatch(bracket[1] if bracket else words):
        version = gnu[2] if "." in gnu[2] else f"{gnu[2]}.0"
        found = f"{gnu[1].upper()}-{version}-{'or-later' if gnu[3] else 'only'}"
        return found if found.lower() in known.licences else ""
    return known.names.get(_plain(words)) or known.names.get(_plain(words[: bracket.start()]) if bracket else "", "")
