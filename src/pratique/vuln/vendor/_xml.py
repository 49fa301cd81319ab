"""An XML document in, its records out as small trees, one at a time, within the limits. https://www.w3.org/TR/xml/

A document type is refused, and with it every entity that a document could define: none of the feeds has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.parsers import expat

import msgspec

from pratique.errors import PratiqueError, Unreadable
from pratique.limits import Limits
from pratique.vuln.bulletin import Unread


class Element(msgspec.Struct):
    """An element: its name without a prefix, its attributes, the elements in it, and its text, without white space at
    its ends, where the shape asks for it."""

    name: str
    attributes: dict[str, str]
    children: list[Element] = []
    text: str = ""

    def all(self, name: str) -> Iterator[Element]:
        """The elements directly in it of that name."""
        return (child for child in self.children if child.name == name)

    def find(self, *names: str) -> Element:
        """The first element at the end of a way of names; an empty one where there is none."""
        found = self
        for name in names:
            found = next(found.all(name), _NONE)
        return found

    def get(self, attribute: str) -> str:
        """An attribute's value, "" where it has none."""
        return self.attributes.get(attribute, "")


_NONE = Element("", {})


class Shape(msgspec.Struct, frozen=True):
    """Which part of a document is read: ``record`` elements below ``root``, up to the end of the first ``until`` (""
    for all of it). Of elements in ``text`` the text is kept; those in ``skip`` are left out, with all that is in
    them."""

    root: str
    record: str
    until: str = ""
    text: frozenset[str] = frozenset()
    skip: frozenset[str] = frozenset()


def records(data: Iterable[bytes], shape: Shape, where: str, limits: Limits) -> Iterator[Element | Unread]:
    """The records of a document, in its order; a record past the limits, or a document that ends early or is none, is
    an ``Unread``."""
    reader = _Reader(shape, where, limits)
    why = ""
    try:
        for chunk in data:
            reader.feed(chunk)
            yield from reader.take()
            if reader.done:
                return
        reader.end()
    except expat.ExpatError as error:
        why = f"it is no XML from line {error.lineno} on: {expat.ErrorString(error.code)}"
    except PratiqueError as error:
        why = str(error)
    yield from reader.take()
    if why:
        yield Unread(where, why)


class _Reader:
    """Expat's events in, trees out. https://docs.python.org/3/library/pyexpat.html"""

    def __init__(self, shape: Shape, where: str, limits: Limits) -> None:
        self.done = False
        self._shape = shape
        self._where = where
        self._limits = limits
        self._ready: list[Element | Unread] = []
        self._open: list[Element] = []
        self._depth = 0
        self._skipped = 0  # the depth at which an element that is left out began
        self._left = limits.feed_bounds  # elements that the record may still have
        self._why = ""
        self._fed = 0
        # The feeds are UTF-8, whatever a declaration says: no other decoder is let near them.
        self._parser = expat.ParserCreate("UTF-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, chunk: bytes) -> None:
        """The next bytes. Raises ``expat.ExpatError`` and ``Unreadable``."""
        self._parser.Parse(chunk, False)
        self._fed += len(chunk)
        # What has no end yet is read again with each chunk.
        if self._fed - max(self._parser.CurrentByteIndex, 0) > self._limits.feed_record:
            raise Unreadable(f"a tag or text of it is longer than feed_record, {self._limits.feed_record} bytes")

    def end(self) -> None:
        """No more bytes. Raises ``expat.ExpatError`` where the document is not at its end."""
        self._parser.Parse(b"", True)

    def take(self) -> list[Element | Unread]:
        """The records that have ended since the last call."""
        ready, self._ready = self._ready, []
        return ready

    def _doctype(self, name: str, system: str | None, public: str | None, internal: bool) -> None:
        raise Unreadable(f"it declares a document type, {name[:40]!r}, as no feed does")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._skipped:
            return
        if ":" in name:
            name = name.rpartition(":")[2]
        if not self._open:
            self._outside(name, attributes)
            return
        self._left -= 1
        if name in self._shape.skip:
            self._skipped = self._depth
            return
        if self._left < 0 or len(self._open) >= self._limits.json_depth:
            self._leave(self._past())
            return
        child = Element(name, attributes)
        self._open[-1].children.append(child)
        self._open.append(child)
        if name in self._shape.text:
            self._parser.CharacterDataHandler = self._characters

    def _outside(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth == 1 and name != self._shape.root:
            raise Unreadable(f"it is no <{self._shape.root}>, but <{name[:40]}>")
        if name == self._shape.record:
            self._left, self._why = self._limits.feed_bounds, ""
            self._open.append(Element(name, attributes))

    def _past(self) -> str:
        limits = self._limits
        if self._left < 0:
            return f"it holds more elements than feed_bounds, {limits.feed_bounds}"
        return f"its elements lie deeper than json_depth, {limits.json_depth}"

    def _leave(self, why: str) -> None:
        """The record is none of ours: what is in it is left out."""
        self._why = why
        self._skipped = self._depth

    def _end(self, name: str) -> None:
        if self._skipped:
            if self._depth == self._skipped:
                self._skipped = 0
            self._depth -= 1
            return
        self._depth -= 1
        if self._open:
            ended = self._open.pop()
            if ended.text:
                ended.text = ended.text.strip()
            self._parser.CharacterDataHandler = None
            if not self._open:
                self._ready.append(Unread(self._where, self._why) if self._why else ended)
        elif self._shape.until and name.rpartition(":")[2] == self._shape.until:
            self.done = True

    def _characters(self, text: str) -> None:
        element = self._open[-1]
        if len(element.text) + len(text) <= self._limits.feed_text:
            element.text += text
        else:
            self._why = f"a text of it is longer than feed_text, {self._limits.feed_text}"
