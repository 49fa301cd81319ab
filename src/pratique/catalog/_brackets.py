"""A text of strings, words and nested brackets in, its tree out: what the files of Erlang, Elixir, Lua, PHP and opam
have in common when they hold literals. Nothing is computed.

https://www.erlang.org/doc/system/data_types, https://hexdocs.pm/elixir/syntax-reference.html,
https://www.lua.org/manual/5.4/manual.html (section 3.1), https://www.php.net/manual/en/language.types.array.php,
https://opam.ocaml.org/doc/Manual.html (section "File format").
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT


class Dialect(msgspec.Struct, frozen=True):
    """Patterns: of a comment; of a string over several lines, with its value as the only group; and of what opens
    either of them, where it must be closed."""

    comment: str
    long: str = "((?!))"
    opening: str = "(?!)"


ERLANG = Dialect(r"%[^\n]*")
ELIXIR = Dialect(r"#[^\n]*")
LUA = Dialect(r"--(?!\[\[)[^\n]*|--\[\[.*?\]\]", r"\[\[(.*?)\]\]", r"--\[\[|\[\[")
PHP = Dialect(r"//[^\n]*|/\*.*?\*/", opening=r"/\*")
OPAM = Dialect(r"#[^\n]*", r'"""(.*?)"""', '"""')

_CLOSES = {")": "(", "]": "[", "}": "{"}
_TOKEN = (
    r"(?:[\s,;]|%s)*+(?:%s|(%s)|([(\[{])|([)\]}])"
    r'|"((?:[^"\\]|\\.)*+)"|\'((?:[^\'\\]|\\.)*+)\''
    r"|([\w.:@/*+~$^!?&%%\\-]++|[<>=|#]++)|(.))?"
)


class Text(msgspec.Struct, frozen=True, gc=False):
    """A quoted string."""

    value: str


class Word(msgspec.Struct, frozen=True, gc=False):
    """A name, a number or an operator, as it stands."""

    value: str


class Group(msgspec.Struct, frozen=True):
    """What stands between brackets, without the commas."""

    bracket: str
    items: tuple[Node, ...]


Node = Text | Word | Group


def read(data: bytes, dialect: Dialect) -> tuple[Node, ...]:
    """The nodes of the text. Raises ``Unreadable`` where brackets or quotes do not pair, ``LimitExceeded`` past
    ``limits.file_list`` bytes or ``limits.json_depth``."""
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    text = data.decode("utf-8-sig", errors="replace")
    token = re.compile(_TOKEN % (dialect.comment, dialect.long, dialect.opening), re.DOTALL)
    open_ones: list[tuple[str, list[Node]]] = [("", [])]
    place = 0
    while place < len(text):
        found = token.match(text, place)
        if found is None or found.end() == place or found[2] or found[8]:
            raise Unreadable(f"text that is not read: {text[place : place + 40]!r}")
        place = found.end()
        if found[3]:
            open_ones.append((found[3], []))
            if len(open_ones) > DEFAULT.json_depth:
                raise LimitExceeded(f"brackets nested deeper than limits.json_depth = {DEFAULT.json_depth}")
        elif found[4]:
            bracket, items = open_ones.pop()
            if bracket != _CLOSES[found[4]]:
                raise Unreadable(f"bracket that closes none, before {text[place : place + 40]!r}")
            open_ones[-1][1].append(Group(bracket, tuple(items)))
        elif (node := _leaf(found)) is not None:
            open_ones[-1][1].append(node)
    if len(open_ones) > 1:
        raise Unreadable("text that breaks off within brackets")
    return tuple(open_ones[0][1])


def _leaf(found: re.Match[str]) -> Node | None:
    if found[7] is not None:
        return Word(found[7]) if found[7] not in ("<<", ">>") else None  # around Erlang's binaries
    if found[1] is not None:
        return Text(found[1])
    quoted = found[5] if found[5] is not None else found[6]
    if quoted is None:
        return None  # blanks at the end
    return Text(re.sub(r"\\(.)", r"\1", quoted, flags=re.DOTALL) if "\\" in quoted else quoted)


def members(items: tuple[Node, ...], separator: str) -> Iterator[tuple[str, Node]]:
    """Keys with their values: ``'key' => array(…)``, ``key = "value"``, ``["key"] = {…}``."""
    for number, node in enumerate(items):
        if node == Word(separator) and 0 < number < len(items) - 1:
            key, value = items[number - 1], items[number + 1]
            if isinstance(value, Word) and value.value == "array" and number + 2 < len(items):
                value = items[number + 2]
            if isinstance(key, Group) and len(key.items) == 1:
                key = key.items[0]
            if not isinstance(key, Group):
                yield key.value, value


def text(node: Node | None) -> str:
    """A string or a word; "" for a group, and for nothing."""
    return node.value if isinstance(node, Text | Word) else ""


def inside(node: Node | None) -> tuple[Node, ...]:
    """What a group holds; () for what is none."""
    return node.items if isinstance(node, Group) else ()
