"""A CSAF 2.0 document in, its products and what it says of them out.

https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html: 3.2.2 (product tree), 3.2.3 (vulnerabilities). Only the
fields that we read are decoded: the largest documents have 100 MB. What we read may be null where vendors write null.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.errors import UNDECODABLE
from pratique.limits import Limits


class Helper(msgspec.Struct, frozen=True, gc=False):
    """3.1.3.3: how a product is called elsewhere."""

    cpe: str | None = None
    purl: str | None = None


class Named(msgspec.Struct, frozen=True, gc=False):
    """3.1.3: a product of the tree."""

    product_id: str
    product_identification_helper: Helper | None = None


class Branch(msgspec.Struct, frozen=True):
    """3.1.2: a product, or a folder of them."""

    product: Named | None = None
    branches: list[Branch] | None = None


class _Made(msgspec.Struct, frozen=True, gc=False):
    product_id: str


class Relationship(msgspec.Struct, frozen=True, gc=False):
    """3.2.2.4: a product that is another one as a part of a third."""

    full_product_name: _Made
    product_reference: str
    relates_to_product_reference: str


class Tree(msgspec.Struct, frozen=True):
    """3.2.2."""

    branches: list[Branch] | None = None
    full_product_names: list[Named] | None = None
    relationships: list[Relationship] | None = None


class Status(msgspec.Struct, frozen=True):
    """3.2.3.9. SUSE has written one key with spaces, and gives the version that mends as ``recommended``."""

    fixed: list[str] | None = None
    first_fixed: list[str] | None = None
    recommended: list[str] | None = None
    known_affected: list[str] | None = None
    known_not_affected: list[str] | None = None
    spaced: list[str] | None = msgspec.field(default=None, name="known not affected")
    under_investigation: list[str] | None = None


class Remediation(msgspec.Struct, frozen=True):
    """3.2.3.12."""

    category: str
    details: str | None = None
    date: str | None = None
    product_ids: msgspec.Raw = msgspec.Raw()


class Threat(msgspec.Struct, frozen=True):
    """3.2.3.14: of the category ``impact`` it is the vendor's word of how bad it is."""

    category: str
    details: str | None = None
    product_ids: msgspec.Raw = msgspec.Raw()


class _Metric(msgspec.Struct, frozen=True, gc=False):
    vector: str | None = msgspec.field(default=None, name="vectorString")


class Score(msgspec.Struct, frozen=True):
    """3.2.3.13. CVSS v4 is CSAF 2.1's."""

    cvss_v2: _Metric | None = None
    cvss_v3: _Metric | None = None
    cvss_v4: _Metric | None = None

    def vectors(self) -> Iterator[str]:
        """The vectors, the newest CVSS first."""
        for metric in (self.cvss_v4, self.cvss_v3, self.cvss_v2):
            if metric is not None and metric.vector:
                yield metric.vector


class Vulnerability(msgspec.Struct, frozen=True):
    """3.2.3."""

    cve: str | None = None
    product_status: Status | None = None
    remediations: list[Remediation] | None = None
    threats: list[Threat] | None = None
    scores: list[Score] | None = None


class _Rating(msgspec.Struct, frozen=True):
    text: str | None = None


class _Tracking(msgspec.Struct, frozen=True):
    id: str = ""
    initial_release_date: str | None = None
    current_release_date: str | None = None


class About(msgspec.Struct, frozen=True):
    """3.2.1."""

    title: str | None = None
    tracking: _Tracking = _Tracking()
    aggregate_severity: _Rating | None = None


class Document(msgspec.Struct, frozen=True):
    """3.2."""

    document: About
    product_tree: Tree | None = None
    vulnerabilities: list[Vulnerability] | None = None


class _Head(msgspec.Struct, frozen=True):
    document: About


_DOCUMENT = msgspec.json.Decoder(Document)
_HEAD = msgspec.json.Decoder(_Head)
_IDS = msgspec.json.Decoder(list[str])
_QUOTES = 10  # a product, its build and the relationship of both have some thirty between them


def decode(data: bytes, limits: Limits) -> Document:
    """The document. Raises ``ValueError`` for bytes that are none, and for those that are all small objects: in memory
    they are twenty times as large.

    Some of SUSE's have a Latin-1 letter in their prose, though JSON is UTF-8 (RFC 8259, section 8.1)."""
    for mark, most in (
        (b"{", limits.csaf_products),
        (b"[", limits.csaf_products),
        (b'"', _QUOTES * limits.csaf_products),
    ):
        if data.count(mark) > most:
            raise ValueError(
                f"no CSAF document: more than {most} of {mark.decode()}, csaf_products is {limits.csaf_products}"
            )
    try:
        return _DOCUMENT.decode(data)
    except RecursionError as error:
        raise ValueError("no CSAF document: it is nested too deep") from error
    except UNDECODABLE as error:
        try:
            return _DOCUMENT.decode(data.decode("utf-8", "replace").encode())
        except UNDECODABLE:
            raise ValueError(f"no CSAF document: {error}") from error


def released(data: bytes) -> str:
    """The document's ``current_release_date``, "" where it has none. Raises ``ValueError``."""
    try:
        return _HEAD.decode(data).document.tracking.current_release_date or ""
    except UNDECODABLE as error:
        raise ValueError(f"no CSAF document: {error}") from error


def ids(raw: msgspec.Raw) -> list[str]:
    """The product ids of a remediation or threat; none where it names none. Raises ``ValueError``."""
    data = bytes(raw)
    if not data or data == b"null":
        return []
    try:
        return _IDS.decode(data)
    except UNDECODABLE as error:
        raise ValueError(f"a list of products is none: {error}") from error


Place = tuple[tuple[str, ...], str]
"""A product of the status lists: its parts, the innermost first, and that in which they are, "" for nothing."""


class Products:
    """A tree's products and relationships by their ids; of two with one id the first that says something holds."""

    def __init__(self, tree: Tree | None, limits: Limits) -> None:
        self._depth = limits.csaf_depth
        self._helpers: dict[str, Helper] = {}
        self._made: dict[str, tuple[str, str]] = {}
        self._nested = False
        if tree is None:
            return
        for named in _all(tree, limits.csaf_products):
            helper = named.product_identification_helper
            if helper is not None or named.product_id not in self._helpers:
                self._helpers.setdefault(named.product_id, helper or Helper())
        for relation in tree.relationships or ():
            pair = relation.product_reference, relation.relates_to_product_reference
            self._made.setdefault(relation.full_product_name.product_id, pair)
        self._nested = not self._made.keys().isdisjoint({each for pair in self._made.values() for each in pair})

    def platforms(self) -> Iterator[str]:
        """The products that are told by a CPE."""
        return (id_ for id_, helper in self._helpers.items() if helper.cpe)

    def helper(self, id_: str) -> Helper | None:
        """How a product of the tree is called elsewhere; None for one that the tree does not have."""
        return self._helpers.get(id_)

    def place(self, id_: str) -> Place:
        """The parts of a product and its platform. Raises ``ValueError`` for relationships that go in circles or are
        nested past ``csaf_depth``."""
        pair = self._made.get(id_)
        if pair is None:
            return (id_,), ""
        part, platform = pair
        if not self._nested:
            return (part,), platform
        parts = [self._innermost(part)]
        for _ in range(self._depth):
            pair = self._made.get(platform)
            if pair is None:
                return tuple(parts), platform
            part, platform = pair
            parts.append(self._innermost(part))
        raise ValueError(f"the relationships of {id_[:200]!r} are nested deeper than csaf_depth, {self._depth}")

    def _innermost(self, part: str) -> str:
        for _ in range(self._depth):
            pair = self._made.get(part)
            if pair is None:
                return part
            part = pair[0]
        raise ValueError(f"the relationships of {part[:200]!r} are nested deeper than csaf_depth, {self._depth}")


def _all(tree: Tree, most: int) -> Iterator[Named]:
    yield from tree.full_product_names or ()
    left = list(reversed(tree.branches or ()))
    count = 0
    while left:
        branch = left.pop()
        count += 1
        if count > most:
            raise ValueError(f"it has more products than csaf_products, {most}")
        if branch.product is not None:
            yield branch.product
        left += reversed(branch.branches or ())
