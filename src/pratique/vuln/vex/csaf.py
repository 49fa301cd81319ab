"""A CSAF 2.0 document in, its statements on products out.

https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html, section 4.5 (profile VEX), 3.2.2 (product tree).
A relationship makes a product of a component and that in which it is: there the component is the part that is meant.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.model import JUSTIFICATIONS, VexStatus
from pratique.vuln.vex import _purl
from pratique.vuln.vex._shape import Component, Document, Format, Head, Product, Statement, digest_of


class _FileHash(msgspec.Struct, frozen=True):
    algorithm: str = ""
    value: str = ""


class _Hashes(msgspec.Struct, frozen=True):
    file_hashes: list[_FileHash] = []


class _Helper(msgspec.Struct, frozen=True):
    purl: str = ""
    hashes: list[_Hashes] | None = None


class _Named(msgspec.Struct, frozen=True):
    product_id: str = ""
    product_identification_helper: _Helper | None = None


class _Branch(msgspec.Struct, frozen=True):
    category: str = ""
    name: str = ""
    product: _Named | None = None
    branches: list[_Branch] | None = None


class _Relationship(msgspec.Struct, frozen=True):
    full_product_name: _Named
    product_reference: str
    relates_to_product_reference: str


class _Group(msgspec.Struct, frozen=True):
    group_id: str = ""
    product_ids: list[str] | None = None


class _Tree(msgspec.Struct, frozen=True):
    branches: list[_Branch] | None = None
    full_product_names: list[_Named] | None = None
    relationships: list[_Relationship] | None = None
    product_groups: list[_Group] | None = None


class _Status(msgspec.Struct, frozen=True):
    known_not_affected: list[str] | None = None
    known_affected: list[str] | None = None
    first_affected: list[str] | None = None
    last_affected: list[str] | None = None
    fixed: list[str] | None = None
    first_fixed: list[str] | None = None
    under_investigation: list[str] | None = None


class _Flag(msgspec.Struct, frozen=True):
    label: str = ""
    product_ids: list[str] | None = None
    group_ids: list[str] | None = None


class _Threat(msgspec.Struct, frozen=True):
    category: str = ""
    details: str = ""
    product_ids: list[str] | None = None
    group_ids: list[str] | None = None


class _Id(msgspec.Struct, frozen=True):
    text: str = ""


class _Vulnerability(msgspec.Struct, frozen=True):
    cve: str = ""
    ids: list[_Id] | None = None
    product_status: _Status | None = None
    flags: list[_Flag] | None = None
    threats: list[_Threat] | None = None
    remediations: list[_Threat] | None = None


class _Publisher(msgspec.Struct, frozen=True):
    name: str = ""


class _Tracking(msgspec.Struct, frozen=True):
    id: str = ""
    current_release_date: str = ""
    status: str = "final"


class _About(msgspec.Struct, frozen=True):
    csaf_version: str
    publisher: _Publisher = _Publisher()
    tracking: _Tracking = _Tracking()


class _Document(msgspec.Struct, frozen=True):
    document: _About
    product_tree: _Tree = _Tree()
    vulnerabilities: list[msgspec.Raw] | None = None


class _Known(msgspec.Struct, frozen=True):
    """The products of a tree, and the ids of those in each of its groups, by their ids."""

    products: dict[str, Product]
    groups: dict[str, frozenset[str]]


_DOCUMENT = msgspec.json.Decoder(_Document)
_VULNERABILITY = msgspec.json.Decoder(_Vulnerability)


def read(data: bytes) -> Document:
    """The document. What of it cannot be used is told of. Raises ``ValueError`` for bytes that are no CSAF 2.0."""
    found = _DOCUMENT.decode(data)
    about = found.document
    if not about.csaf_version.startswith("2."):
        raise ValueError(f"CSAF {about.csaf_version!r} is not read, 2.0 and 2.1 are")
    if about.tracking.status == "draft":  # section 3.2.1.12.7: not meant to be used by anybody yet
        return Document(about.tracking.id, about.publisher.name, (), ("the document is a draft",))
    tree = _Known(_products(found.product_tree), _groups(found.product_tree))
    statements: list[Statement] = []
    unread: list[str] = []
    for number, raw in enumerate(found.vulnerabilities or (), 1):
        try:
            for one in _statements(_VULNERABILITY.decode(raw), tree, about.tracking.current_release_date):
                if isinstance(one, str):
                    unread.append(f"vulnerability {number}: {one}")
                else:
                    statements.append(one)
        except ValueError as error:
            unread.append(f"vulnerability {number}: {error}")
    return Document(about.tracking.id, about.publisher.name, tuple(statements), tuple(unread))


def _products(tree: _Tree) -> dict[str, Product]:
    """All products of the tree by their ids; of a product within a product within another the innermost two."""
    found = {each.product_id: Product(_component(each)) for each in tree.full_product_names or ()}
    left = [(branch, "") for branch in tree.branches or ()]
    while left:
        branch, above = left.pop()
        versions = (_range(branch) or branch.category) if branch.category in _VERSIONED else above
        if branch.product is not None:
            found[branch.product.product_id] = Product(_component(branch.product, versions))
        left += [(each, versions) for each in branch.branches or ()]
    for relation in tree.relationships or ():
        part = found.get(relation.product_reference)
        whole = found.get(relation.relates_to_product_reference)
        if part is not None and whole is not None:
            inner = part.parts or (part.component,)
            found.setdefault(relation.full_product_name.product_id, Product(whole.component, inner))
    return found


def _groups(tree: _Tree) -> dict[str, frozenset[str]]:
    """The products of each group, by its id."""
    found: dict[str, frozenset[str]] = {}
    for group in tree.product_groups or ():
        found[group.group_id] = found.get(group.group_id, frozenset()) | frozenset(group.product_ids or ())
    return found


_VERSIONED = ("product_version", "product_version_range")


def _range(branch: _Branch) -> str:
    """The range that the branch is of, "" where it is of none, or writes it in no form that is read (section
    3.1.2.3.2)."""
    return branch.name if branch.category == "product_version_range" and branch.name.startswith("vers:") else ""


def _component(named: _Named, versions: str = "") -> Component:
    """A product of one version, or of some, is not meant by a package URL that tells none: that is of all. Of a range
    those in it are meant."""
    helper = named.product_identification_helper or _Helper()
    hashes = [each for group in helper.hashes or () for each in group.file_hashes]
    purls: tuple[str, ...] = (helper.purl,) if helper.purl else ()
    if purls and versions and not _purl.is_exact(helper.purl):
        purls = _purl.limited(purls, versions) if versions.startswith("vers:") else ()
    return Component(
        purls=purls,
        hashes=tuple(digest_of(each.algorithm, each.value) for each in hashes),
        called="" if purls else named.product_id,
    )


def _statements(found: _Vulnerability, tree: _Known, timestamp: str) -> Iterator[Statement | str]:
    names = tuple(dict.fromkeys(name for name in (found.cve, *(each.text for each in found.ids or ())) if name))
    if not names:
        raise ValueError("it has neither a CVE nor another id")
    for status, ids in _states(found.product_status or _Status()):
        for id_ in ids:
            product = tree.products.get(id_)
            if product is None or not _identified(product):
                yield f"the product {id_!r} of {names[0]} has no hash and no package URL of its version"
                continue
            one = _one(found, names, status, id_, tree, timestamp)
            if status is VexStatus.NOT_AFFECTED and not (one.justification or one.impact):
                yield f"{names[0]} does not affect {id_!r}, without a flag or an impact that says why"
                continue
            yield one


def _one(
    found: _Vulnerability, names: tuple[str, ...], status: VexStatus, id_: str, tree: _Known, timestamp: str
) -> Statement:
    groups = tree.groups
    labels = [each.label for each in found.flags or () if _concerns(each, id_, groups)]
    impacts = [each for each in found.threats or () if each.category == "impact" and _concerns(each, id_, groups)]
    remedies = [each.details for each in found.remediations or () if _concerns(each, id_, groups)]
    return Statement(
        names=names,
        products=(tree.products[id_],),
        status=status,
        timestamp=timestamp,
        justification=next((label for label in labels if label in JUSTIFICATIONS), ""),
        impact=next((each.details for each in impacts), ""),
        action=next(iter(remedies), ""),
    )


def _concerns(entry: _Flag | _Threat, id_: str, groups: dict[str, frozenset[str]]) -> bool:
    """A flag, threat or remedy with neither products nor groups of them is of all products."""
    if entry.product_ids is None and entry.group_ids is None:
        return True
    return id_ in (entry.product_ids or ()) or any(id_ in groups.get(group, ()) for group in entry.group_ids or ())


def _identified(product: Product) -> bool:
    return all(each.purls or each.hashes for each in product.parts or (product.component,))


def _states(status: _Status) -> Iterator[tuple[VexStatus, list[str]]]:
    yield VexStatus.NOT_AFFECTED, status.known_not_affected or []
    fixed = (status.fixed, status.first_fixed)  # what is recommended may be affected: section 6.1.6
    yield VexStatus.FIXED, [id_ for ids in fixed for id_ in ids or ()]
    affected = (status.known_affected, status.first_affected, status.last_affected)
    yield VexStatus.AFFECTED, [id_ for ids in affected for id_ in ids or ()]
    yield VexStatus.UNDER_INVESTIGATION, status.under_investigation or []


def _is_head(head: Head) -> bool:
    return b"csaf_version" in bytes(head.document)


VEX = Format("CSAF", _is_head, read)
