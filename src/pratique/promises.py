"""A VEX document in, the suppressions that say the same for a time out, and what of it none can say.

What a document calls not affected or fixed may be let be: https://github.com/openvex/spec/blob/main/OPENVEX-SPEC.md. A
suppression that would reach further than the statement is not made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

import msgspec

from pratique.model import VexStatus
from pratique.package_url import PackageUrl, package_of, parse
from pratique.policy.schema import Suppression
from pratique.vuln.asof import parse_date
from pratique.vuln.vex._shape import Component, Document, Product, Statement

_SAYS = {VexStatus.NOT_AFFECTED: "not affected", VexStatus.FIXED: "fixed"}
_IMAGES = frozenset({"oci", "docker"})
_OF_AN_IMAGE = frozenset({"arch", "distro", "os"})  # what an image tells too that the statement names by its digest
_TOLD = frozenset({"checksum", "download_url", "epoch", "file_name", "vcs_url"})  # no part of which package it is
_LONGEST = 1000  # characters of a reason, a name


class Asked(msgspec.Struct, frozen=True):
    """What the suppressions are to say beside the document: the last day; the owner, "" for the document's author; the
    image, "" for the one that the document names; whether what is known to be exploited is meant too. ``now`` is aware:
    what is said of a later time does not count yet."""

    now: datetime
    expires: date
    owner: str = ""
    image: str = ""
    accept_kev: bool = False


class Promised(msgspec.Struct, frozen=True):
    """The suppressions, each once, in the document's order; and a sentence on each statement that none says."""

    suppressions: tuple[Suppression, ...]
    refused: tuple[str, ...]


class _Inexact(Exception):
    """Why a statement cannot be said by a suppression."""


def promised(document: Document, asked: Asked) -> Promised:
    """What the document lets be."""
    contrary: dict[str, list[Statement]] = {}
    for statement in document.statements:
        if statement.status not in _SAYS:
            for name in statement.names:
                contrary.setdefault(name, []).append(statement)
    made, refused = dict[Suppression, None](), dict[str, None]()
    for statement in document.statements:
        against = [other for name in statement.names for other in contrary.get(name, ())]
        for product in statement.products:
            for part in product.parts or (None,):
                try:
                    _check(statement, product, against, asked.now)
                    made[_suppression(statement, product, part, document, asked)] = None
                except _Inexact as error:
                    refused[f"{statement.names[0]} in {_called(part or product.component)}: {error}"] = None
    return Promised(tuple(made), (*document.unread, *refused))


def _check(statement: Statement, product: Product, against: Sequence[Statement], now: datetime) -> None:
    """Raises where the statement lets nothing be, does not count yet, or is taken back by another one."""
    if statement.status not in _SAYS:
        raise _Inexact(f"it is {statement.status.value.replace('_', ' ')}, which lets nothing be")
    at = parse_date(statement.timestamp)
    if at is None or at > now:
        raise _Inexact(
            f"it is of {statement.timestamp}, which is yet to come" if at else "it does not say of when it is"
        )
    for other in against:
        then = parse_date(other.timestamp)
        if (then is None or then >= at) and any(_overlap(product, each) for each in other.products):
            said = other.status.value.replace("_", " ")
            raise _Inexact(f"another statement, and no earlier one, says {said} of it")


def _overlap(product: Product, other: Product) -> bool:
    """Whether two products may be one: they share a name, or neither can be told from the other; so do parts."""
    if not _alike(product.component, other.component):
        return False
    return not (product.parts and other.parts) or any(_alike(a, b) for a in product.parts for b in other.parts)


def _alike(one: Component, other: Component) -> bool:
    names, others = _names(one), _names(other)
    return not names or not others or not names.isdisjoint(others)


def _names(component: Component) -> set[str]:
    """Package URLs without version and qualifiers, names and digests: what two of them have in common when they may be
    one."""
    urls = {text.partition("?")[0].partition("#")[0].lower() for text in component.purls}
    return {url.rpartition("@")[0] or url for url in urls} | ({component.name} - {""}) | set(component.hashes)


def _suppression(
    statement: Statement, product: Product, part: Component | None, document: Document, asked: Asked
) -> Suppression:
    url = _package(part or product.component)
    image = asked.image if part is None else _image(product.component, asked.image)
    is_told = part is not None and image in _digests(product.component)
    if beyond := sorted(url.qualifiers.keys() - _TOLD - (_OF_AN_IMAGE if is_told else set())):
        said = ", ".join(f"{key}={url.qualifiers[key]}" for key in beyond)
        raise _Inexact(f"a suppression cannot say {said}; --vex of scan hears it")
    package = package_of(url)
    owner = asked.owner or document.author
    if not owner.strip():
        raise _Inexact("the document names no author: say who answers for it, with --owner")
    return Suppression(
        id=_exact(statement.names[0]),
        package=_exact(f"{package.namespace}/{package.name}" if package.namespace else package.name),
        version=_version(package.version.removeprefix("0:")),
        image=_exact(image) if image else "",
        reason=_reason(statement, document),
        owner=owner[:_LONGEST],
        expires=asked.expires,
        accept_kev=asked.accept_kev,
    )


def _package(component: Component) -> PackageUrl:
    """The one package that a component is."""
    if len(component.purls) != 1:
        what = "it has no package URL" if not component.purls else "it has several package URLs"
        raise _Inexact(f"{what}, so which package is meant cannot be said")
    (text,) = component.purls
    try:
        url = parse(text)
    except ValueError as error:
        raise _Inexact(str(error)) from error
    if "#" in text:
        raise _Inexact("a suppression cannot say a subpath")
    if url.type in _IMAGES:
        raise _Inexact("it is a whole image, and a suppression is of one package")
    return url


def _image(component: Component, asked: str) -> str:
    """The image by its digest, else by its name; the one that is ``asked`` for where the component says no other. That
    somebody asks for one by its digest does not show that it is of the architecture that the component names."""
    own = _own_image(component)
    if asked and own and asked != own and (_digest(own) or not _digest(asked)):
        raise _Inexact(f"it is of the image {own}, and --image names another")
    if not asked and not own:
        raise _Inexact("its image has neither a digest nor a repository: name it with --image")
    return asked or own


def _own_image(component: Component) -> str:
    """The image that the component names, "" for none."""
    urls, digests = list(_image_urls(component)), _digests(component)
    if len(digests) == 1:
        return digests.pop()
    if digests:
        raise _Inexact("it has several digests")
    for url in urls:
        if beyond := sorted(url.qualifiers.keys() & {"arch", "os"}):
            which = url.qualifiers.get("repository_url") or url.name
            raise _Inexact(f"a suppression cannot say which image of {which} is meant, by its {beyond[0]}")
    if component.name and not component.purls:
        return f"{component.name}:{component.version}" if component.version else component.name
    if len(urls) == 1 and urls[0].type == "oci" and (repository := urls[0].qualifiers.get("repository_url")):
        tag = urls[0].qualifiers.get("tag") or urls[0].version
        return f"{repository}:{tag}" if tag else repository
    return ""


def _digests(component: Component) -> set[str]:
    versions = (url.version for url in _image_urls(component))
    return {text for text in (component.version, *component.hashes, *versions) if _digest(text)}


def _image_urls(component: Component) -> Iterator[PackageUrl]:
    for text in component.purls:
        try:
            url = parse(text)
        except ValueError as error:
            raise _Inexact(str(error)) from error
        if url.type not in _IMAGES:
            raise _Inexact(f"it is a part of {text}, which is no image, and a suppression cannot say that")
        yield url


def _digest(text: str) -> bool:
    return text.startswith("sha256:")


def _exact(text: str) -> str:
    """What a suppression takes for one exact value."""
    if len(text) > _LONGEST or not text.isprintable() or any(each.isspace() or each in "*?" for each in text):
        raise _Inexact(f"a suppression cannot say {text[:60]!r}")
    return text


def _version(text: str) -> str:
    """One version, "" for all; ``<2.0`` would be a range."""
    if text and not text[0].isalnum():
        raise _Inexact(f"a suppression cannot say the version {text[:60]!r}")
    return _exact(text) if text else ""


def _reason(statement: Statement, document: Document) -> str:
    """``not affected: vulnerable_code_not_present: compiled out (VEX https://…)``."""
    source = f" (VEX {document.id})" if document.id else ""
    said = ": ".join(part for part in (_SAYS[statement.status], statement.justification, statement.impact) if part)
    room = _LONGEST - len(source)
    return (said if len(said) <= room else f"{said[: max(room - 1, 0)]}…") + source[:_LONGEST]


def _called(component: Component) -> str:
    texts = (*component.purls, component.name, component.called, *component.hashes)
    return next((repr(text) for text in texts if text), "a product without a name")
