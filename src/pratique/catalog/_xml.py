"""The bytes of an XML document in, its elements out, bounded: https://www.w3.org/TR/xml/.

A document type declaration is refused: without one there are no entities to expand and nothing outside to fetch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT

_MOST_TEXT = 4096  # characters of one element: what we look for is shorter


class Element:
    """``name`` is without its namespace's prefix; ``text`` what stands directly in it, without the blanks around."""

    __slots__ = ("_pieces", "attributes", "children", "name")

    def __init__(self, name: str, attributes: dict[str, str]) -> None:
        self.name = name.rpartition(":")[2]
        self.attributes = attributes
        self.children = list[Element]()
        self._pieces = list[str]()

    def add(self, piece: str) -> None:
        """More text; past a bound it is left out."""
        if len(self._pieces) < _MOST_TEXT:
            self._pieces.append(piece[:_MOST_TEXT])

    @property
    def text(self) -> str:
        """The text."""
        return "".join(self._pieces).strip()[:_MOST_TEXT]

    def all(self, name: str) -> Iterator[Element]:
        """The children of that name."""
        return (child for child in self.children if child.name == name)

    def first(self, *names: str) -> Element:
        """What a path of names leads to, an empty element where it leads nowhere."""
        here = self
        for name in names:
            here = next(here.all(name), _NONE)
        return here


_NONE = Element("", {})


def from_xml(data: bytes, what: str) -> Element:
    """The root. Raises ``Unreadable``, which names ``what`` the document should be; ``LimitExceeded`` past
    ``limits.file_list`` bytes or ``limits.json_depth`` elements in one another."""
    from xml.parsers import expat

    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{what} of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    top = Element("", {})
    stack = [top]
    left = DEFAULT.facts_per_file

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        element = Element(name, attributes)
        stack[-1].children.append(element)
        stack.append(element)
        if len(stack) > DEFAULT.json_depth:
            raise LimitExceeded(f"{what} is nested deeper than limits.json_depth = {DEFAULT.json_depth}")
        if left < 0:
            raise LimitExceeded(f"{what} of more elements than limits.facts_per_file = {DEFAULT.facts_per_file}")

    def end(name: str) -> None:
        stack.pop()

    def refuse(*_: object) -> NoReturn:
        raise Unreadable(f"{what} with a document type declaration, which is not read")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = lambda piece: stack[-1].add(piece)
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError) as error:  # LookupError: an encoding that there is not
        raise Unreadable(f"no {what}: {error}") from error
    return top.children[0]
