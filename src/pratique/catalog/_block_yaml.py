"""YAML as yarn and pnpm write it in, its tree out: block collections, flow collections on one line, no references.

https://yaml.org/spec/1.2.2/, chapters 7 and 8. A lock file has megabytes, of which a YAML library reads one a second.
Whatever these tools do not write is ``Unreadable``: anchors, tags, scalars over several lines but for literal ones.
"""

from __future__ import annotations

import re

from pratique.catalog._documents import Yaml
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

_LINE = re.compile(r"^( *)([^ \n#][^\n]*)", re.MULTILINE)
_QUOTED = r""""((?:[^"\\]|\\.)*)"|'((?:[^']|'')*)'"""
_ENTRY = re.compile(rf"(?:{_QUOTED}|([^\s\"'#&*!|>%@`,\[\]{{}}][^\n]*?)):(?:[ ]+(.*))?$")
_SCALAR = re.compile(rf"(?:{_QUOTED})(?:\s+#.*|\s*)$")
_BLOCK = re.compile(r"[|>][-+0-9]*$")
_FLOW = re.compile(
    rf" *(?:([\[\]{{}},])|{_QUOTED}|([^\s,\[\]{{}}\"'&*!#:?](?:[^,\[\]{{}}:]|:(?=[^\s,\[\]{{}}]))*)|(:))"
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", '"': '"', "\\": "\\", "/": "/", " ": " "}
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
_REFUSED = frozenset("&*!%@`|>[]{},#")
_INDICATORS = frozenset(("-", "- ", "?", "? ", ":", ": "))


def documents(data: bytes) -> list[Yaml]:
    """The trees of the stream's documents. Raises ``Unreadable``, and ``LimitExceeded`` past ``limits.file_list`` bytes
    or ``limits.json_depth``."""
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{len(data)} bytes of YAML; limits.file_list is {DEFAULT.file_list}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"YAML that is no UTF-8: {error.reason} at byte {error.start}") from error
    found = list[Yaml]()
    lines = _Lines([(len(line[1]), line[2].rstrip(" \t\r")) for line in _LINE.finditer(text) if line[2].strip(" \t\r")])
    while lines.here() is not None:
        if lines.here() == (0, "---"):
            lines.place += 1
            continue
        found.append(lines.node(0, 0))
    return found


class _Lines:
    """The lines with something in them, and how far they have been read."""

    def __init__(self, lines: list[tuple[int, str]]) -> None:
        self._lines = lines
        self.place = 0

    def here(self) -> tuple[int, str] | None:
        """The indentation and the text of the next line."""
        return self._lines[self.place] if self.place < len(self._lines) else None

    def node(self, least: int, depth: int) -> Yaml:
        """The collection that begins here, if it is indented so far; "" if it is not."""
        here = self.here()
        if here is None or here[0] < least or here == (0, "---"):
            return ""
        if depth > DEFAULT.json_depth:
            raise LimitExceeded(f"YAML is nested deeper than limits.json_depth = {DEFAULT.json_depth}")
        if here[1][:2] in ("-", "- "):
            return self._sequence(here[0], depth)
        return self._mapping(here[0], depth)

    def _sequence(self, indent: int, depth: int) -> Yaml:
        found = list[Yaml]()
        while (here := self.here()) is not None and here[0] == indent and here[1][:2] in ("-", "- "):
            rest = here[1][1:].lstrip(" ")
            inner = indent + len(here[1]) - len(rest)
            if not rest:
                self.place += 1
                found.append(self.node(indent + 1, depth + 1))
            elif rest[:2] in ("-", "- ", "? ") or _ENTRY.match(rest):
                self._lines[self.place] = (inner, rest)
                found.append(self.node(inner, depth + 1))
            else:
                self.place += 1
                found.append(self._value(rest, indent, depth))
        self._end(indent)
        return found

    def _mapping(self, indent: int, depth: int) -> Yaml:
        found = dict[str, Yaml]()
        while (here := self.here()) is not None and here[0] == indent and here != (0, "---"):
            text = here[1]
            self.place += 1
            if text.startswith("? "):  # a key of more than 1024 characters; its value follows after a colon
                key, text = _plain_or_quoted(text[2:]), (self.here() or (0, ""))[1]
                if text[:1] != ":":
                    raise Unreadable(f"YAML key without a value: {key[:80]!r}")
                found[key] = self._explicit(text[1:].lstrip(" "), indent, depth)
                continue
            entry = _ENTRY.match(text)
            if entry is None:
                raise Unreadable(f"YAML that is not read: {text[:80]!r}")
            key = _unquoted(entry)
            value = entry[4]
            if value and value[0] != "#":
                found[key] = self._value(value, indent, depth)
            else:
                following = self.here()
                same = following is not None and following[0] == indent and following[1][:2] == "- "
                found[key] = self.node(indent if same else indent + 1, depth + 1)
        self._end(indent)
        return found

    def _explicit(self, rest: str, indent: int, depth: int) -> Yaml:
        """The value behind a colon that stands at the beginning of its line."""
        if not rest or rest[:2] in ("-", "- ", "? ") or _ENTRY.match(rest):
            self._lines[self.place] = (indent + 2, rest)
            self.place += not rest
            return self.node(indent + 1, depth + 1)
        self.place += 1
        return self._value(rest, indent, depth)

    def _end(self, indent: int) -> None:
        here = self.here()
        if here is not None and here[0] > indent:
            raise Unreadable(f"YAML that is not read: {here[1][:80]!r}")

    def _value(self, text: str, indent: int, depth: int) -> Yaml:
        """A value that begins on its key's line."""
        if text[0] in "[{":
            return _flow(text, depth)
        if _BLOCK.match(text):
            lines = list[str]()
            while (here := self.here()) is not None and here[0] > indent:
                lines.append(here[1])
                self.place += 1
            return "\n".join(lines)
        return _plain_or_quoted(text)


def _plain_or_quoted(text: str) -> str:
    if text[0] in "\"'":
        quoted = _SCALAR.match(text)
        if quoted is None:
            raise Unreadable(f"YAML that is not read: {text[:80]!r}")
        return _unquoted(quoted)
    if text[0] in _REFUSED or text[:2] in _INDICATORS:
        raise Unreadable(f"YAML that is not read: {text[:80]!r}")
    plain = text.partition(" #")[0].rstrip(" ")
    if ": " in plain or plain[-1:] == ":":
        raise Unreadable(f"YAML that is not read: {text[:80]!r}")
    return plain


def _unquoted(found: re.Match[str]) -> str:
    """The first of the groups of a quoted or plain scalar, or of a key, that matched."""
    double, single = found[1], found[2]
    if double is not None:
        return _ESCAPE.sub(_escaped, double) if "\\" in double else double
    if single is not None:
        return single.replace("''", "'")
    return found[3]


def _escaped(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if not code:
        return _ESCAPES.get(found[3], found[3])
    number = int(code, 16)
    return "\ufffd" if 0xD800 <= number < 0xE000 else chr(number)


def _flow(text: str, depth: int) -> Yaml:
    """A flow collection on one line: keys and values are told apart by the colon between them."""
    place = 0
    open_ones = list[tuple[str, list[Yaml], list[str]]]()  # the bracket, what stands in it, and the keys that wait
    done: Yaml | None = None
    while done is None:
        token = _FLOW.match(text, place)
        if token is None:
            raise Unreadable(f"YAML that is not read: {text[:80]!r}")
        place = token.end()
        mark = token[1]
        if mark in ("[", "{"):
            if depth + len(open_ones) > DEFAULT.json_depth:
                raise LimitExceeded(f"YAML is nested deeper than limits.json_depth = {DEFAULT.json_depth}")
            open_ones.append((mark, [], []))
        elif mark in ("]", "}"):
            value = _closed(text, mark, *open_ones.pop())
            if not open_ones:
                done = value
            else:
                open_ones[-1][1].append(value)
        elif token[5]:
            bracket, items, keys = open_ones[-1]
            key = items.pop() if items else None
            if bracket != "{" or not isinstance(key, str):
                raise Unreadable(f"YAML that is not read: {text[:80]!r}")
            keys.append(key)
        elif mark != ",":
            open_ones[-1][1].append(_flow_scalar(token))
    if text[place:].strip(" ") and not text[place:].lstrip(" ").startswith("#"):
        raise Unreadable(f"YAML that is not read: {text[:80]!r}")
    return done


def _flow_scalar(token: re.Match[str]) -> str:
    if token[2] is not None:
        return _ESCAPE.sub(_escaped, token[2])
    return token[3].replace("''", "'") if token[3] is not None else token[4].rstrip(" ")


def _closed(text: str, mark: str, bracket: str, items: list[Yaml], keys: list[str]) -> Yaml:
    if (bracket, mark) == ("[", "]"):
        return items
    if (bracket, mark) == ("{", "}") and len(items) == len(keys):
        return dict(zip(keys, items, strict=True))
    raise Unreadable(f"YAML that is not read: {text[:80]!r}")
