"""The text of a policy and a change of its suppressions in, the text with nothing else changed out: comments stay.

Only block style is edited (https://yaml.org/spec/1.2.2/#82-block-collection-styles): what is written within brackets is
the author's to rewrite. Behind the end of the document (9.1.2) nothing is added.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import msgspec

from pratique.errors import PolicyError, UsageError
from pratique.limits import DEFAULT as LIMITS
from pratique.policy import schema
from pratique.policy.document import Document, Node
from pratique.policy.schema import Suppression

_PLAIN = re.compile(r"[A-Za-z0-9/][A-Za-z0-9/._+@-]*(?: [A-Za-z0-9/(][A-Za-z0-9/._+@(),-]*)*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off"))
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"\\]|\\.)*\"""")  # YAML 1.2, 7.3.1 and 7.3.2, on one line
_EMPTY = re.compile(r"(suppress\s*:)(?:\s*\[\s*\])?(\s*(?:#.*)?)")
_HEADER = re.compile(r"[|>][-+0-9]*")  # 8.1.1
_END = re.compile(r"\.\.\.(?:\s|$)")
_COMMENT = re.compile(r"\s*#")


def added(text: str, path: str, *entries: Suppression) -> str:
    """The text with more suppressions, the last ones; an empty text becomes a policy. Raises ``PolicyError`` where the
    text is no policy, or would not be one any more."""
    if not text.strip():
        return _checked(["suppress:", *_listed(entries, 2)], path)
    document = _document(text, path)
    node = (document.root.fields or {}).get("suppress")
    lines, rest = _parted(text)
    if node is None:
        made = [*lines, *([""] if lines and lines[-1].strip() else []), "suppress:", *_listed(entries, 2)]
        return _checked([*made, *rest], path, text)
    _block(document, node, path)
    if not node.items:
        line = document.root.keys["suppress"].line
        lines[line : line + 1] = [_EMPTY.sub(r"\1\2", lines[line]), *_listed(entries, 2)]
        return _checked([*lines, *rest], path, text)
    indent = node.items[-1].place.column - 2
    at = _end(document, len(node.items) - 1, lines)
    gap = len(node.items) > 1 and _is_blank(lines, _start(document, len(node.items) - 1, lines) - 1)
    more = [*([""] if gap else []), *_listed(entries, indent, gap=gap)]
    return _checked([*lines[:at], *more, *lines[at:], *rest], path, text)


def renewed(text: str, path: str, index: int, expires: date, reason: str = "") -> str:
    """The text with another last day for one suppression, and another reason where one is given."""
    document = _document(text, path)
    node = _suppressions(document, path)
    lines = text.splitlines()
    entry = (node.items or [])[index]
    fields = entry.fields or {}
    changes = {"expires": expires.isoformat()} | ({"reason": _scalar(reason)} if reason else {})
    for key, value in sorted(changes.items(), key=lambda change: -fields[change[0]].place.line):
        _replace(lines, fields[key], value, entry.place.column, f"{path}:{fields[key].place.line + 1}: {key}")
    return _checked(lines, path, text)


def pruned(text: str, path: str, indexes: Sequence[int]) -> str:
    """The text without some suppressions, and without the comments that stand directly above each."""
    document = _document(text, path)
    node = _suppressions(document, path)
    lines, rest = _parted(text)
    if len(indexes) == len(node.items or ()):  # none is left: the key goes too
        start = document.root.keys["suppress"].line
        spans = [(start, _end(document, len(indexes) - 1, lines))]
    else:
        spans = [(_start(document, index, lines), _end(document, index, lines)) for index in sorted(indexes)]
    for start, end in reversed(spans):
        while end < len(lines) and not lines[end].strip() and (start == 0 or not lines[start - 1].strip()):
            end += 1  # one empty line between what is left is enough
        del lines[start:end]
    if all(not line.strip() or _COMMENT.match(line) for line in lines):
        lines.append("version: 1")  # a policy with nothing in it is none
    return _checked([*lines, *rest], path, text)


def _document(text: str, path: str) -> Document:
    schema.load(text, path)  # what is no policy is not edited
    document = Document(text, path, LIMITS)
    place = document.root.place
    if document.lines[place.line][place.column :].startswith("{"):
        hint = "write it without, a key a line"
        raise PolicyError(f"{path}:{place.line + 1}: the policy is written in brackets, which is not edited", hint=hint)
    return document


def _parted(text: str) -> tuple[list[str], list[str]]:
    """The lines of the document, and those from the one on that ends it."""
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if _END.match(line)), len(lines))
    return lines[:end], lines[end:]


def _suppressions(document: Document, path: str) -> Node:
    node = (document.root.fields or {}).get("suppress")
    if node is None or not node.items:
        raise UsageError(f"{path}: there is no suppression")
    _block(document, node, path)
    return node


def _block(document: Document, node: Node, path: str) -> None:
    """Raises for a list in brackets, unless nothing stands between them."""
    if not node.items and not _EMPTY.fullmatch(document.lines[document.root.keys["suppress"].line]):
        raise _not_block(document, path)
    for item in node.items or ():
        line = document.lines[item.place.line]
        before = line[: item.place.column]
        if before.strip() != "-":
            raise _not_block(document, path)


def _not_block(document: Document, path: str) -> PolicyError:
    place = document.root.keys["suppress"]
    hint = "write each suppression as a list entry of its own, a key a line"
    return PolicyError(f"{path}:{place.line + 1}: suppress is written in brackets, which is not edited", hint=hint)


def _start(document: Document, index: int, lines: Sequence[str]) -> int:
    """The line that an entry begins on, with the comments directly above it."""
    at = document.node(("suppress", index)).place.line
    least = document.root.keys["suppress"].line + 1
    while at > least and _COMMENT.match(lines[at - 1]):
        at -= 1
    return at


def _end(document: Document, index: int, lines: Sequence[str]) -> int:
    """The line after an entry: its last that is neither empty nor a comment of what follows."""
    node = document.node(("suppress", index))
    items = document.node(("suppress",)).items or []
    if index + 1 < len(items):
        at = _start(document, index + 1, lines)
    else:
        after = [place.line for place in document.root.keys.values() if place.line > node.place.line]
        at = min(after, default=len(lines))
    while at > node.place.line + 1 and (not lines[at - 1].strip() or _is_outer_comment(lines[at - 1], node)):
        at -= 1
    return at


def _is_outer_comment(line: str, node: Node) -> bool:
    """Whether it is a comment that stands further out than the entry's own keys."""
    return bool(_COMMENT.match(line)) and len(line) - len(line.lstrip()) < node.place.column


def _is_blank(lines: Sequence[str], at: int) -> bool:
    return 0 <= at < len(lines) and not lines[at].strip()


def _replace(lines: list[str], node: Node, value: str, indent: int, where: str) -> None:
    """Puts a value in the place of a scalar that stands on one line, or of a block that is indented more than its
    key."""
    line, at = lines[node.place.line], node.place.column
    written = line[at:]
    if node.block and (header := _HEADER.match(written)):
        end = header.end()
        _drop_block(lines, node.place.line + 1, indent)
    elif written[:1] in ("'", '"'):
        quoted = _QUOTED.match(written)
        end = quoted.end() if quoted else 0
    else:
        end = len(written.partition(" #")[0].rstrip().rstrip(",}"))
        end = end if written[:end] == node.text else 0
    if end <= 0:
        raise PolicyError(f"{where} is written over several lines, which is not edited", hint="write it on one line")
    lines[node.place.line] = line[:at] + value + written[end:]


def _drop_block(lines: list[str], start: int, indent: int) -> None:
    """Takes the lines of a block scalar out, but for the empty ones that end it."""
    end = start
    for number in range(start, len(lines)):
        if lines[number].strip():
            if len(lines[number]) - len(lines[number].lstrip(" ")) <= indent:
                break
            end = number + 1
    del lines[start:end]


def _listed(entries: Sequence[Suppression], indent: int, *, gap: bool = False) -> list[str]:
    """Entries of a list, with an empty line between two where there is a ``gap``."""
    written = [_written(entry, indent) for entry in entries]
    return [line for place, lines in enumerate(written) for line in ([""] if gap and place else []) + lines]


def _written(entry: Suppression, indent: int) -> list[str]:
    """A list entry, a key a line."""
    said = msgspec.structs.asdict(entry)
    pairs = [(key, _value(value)) for key, value in said.items() if value not in ("", False)]
    order = ("id", "package", "version", "path", "image", "reason", "owner", "expires", "accept_kev")
    pairs.sort(key=lambda pair: order.index(pair[0]))
    pad = " " * indent
    return [f"{pad}{'- ' if not number else '  '}{key}: {value}" for number, (key, value) in enumerate(pairs)]


def _value(value: object) -> str:
    if value is True:
        return "true"
    return value.isoformat() if isinstance(value, date) else _scalar(str(value))


def _scalar(text: str) -> str:
    """As plain text where that means the same, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS and not text[0].isdigit():
        return text
    try:
        return msgspec.json.encode(text).decode()
    except UnicodeEncodeError as error:  # an argument of other bytes than UTF-8 (PEP 383)
        raise UsageError(f"{text!r} cannot be written as UTF-8") from error


def _checked(lines: Sequence[str], path: str, old: str = "") -> str:
    """The text of the lines, which is a policy; they end as those of the old one do."""
    end = "\r\n" if "\r\n" in old else "\n"
    text = "".join(f"{line}{end}" for line in lines)
    schema.load(text, path)
    return text
