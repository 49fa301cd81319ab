"""Targets in; what is in each of their images, as reports that nothing has been asked of and nobody has decided, out.

``api`` joins what follows. A target that cannot be read yields a report whose verdict is unknown, and the error.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from pratique import __version__, known_bases
from pratique.bases import recognise
from pratique.cache import Cache, Layers
from pratique.catalog import _apk_removed, _laying
from pratique.catalog._claims import CLAIMANTS
from pratique.errors import PratiqueError, StorageError, UsageError
from pratique.given import read_given
from pratique.limits import DEFAULT, Limits
from pratique.model import (
    DISTRIBUTION_TYPES,
    Coverage,
    Image,
    Inventory,
    Layer,
    LayerFacts,
    Problem,
    Report,
    Result,
    Tool,
    Verdict,
)
from pratique.oci.reference import given_name
from pratique.oci.source import open_target
from pratique.plugins import Cataloguers
from pratique.settings import Settings, rfc3339
from pratique.workers import read_layers, trusted_digest

if TYPE_CHECKING:
    from pratique.known_bases import KnownBase

_DOCUMENTS = ("sbom:", "purl:")  # what ``documents`` reads, which a scan of an image need not import
_SYSTEMS = DISTRIBUTION_TYPES | {"ebuild", "nix", "opkg"}  # types that a distribution is made of, assessed or not
_STRAYS = 100  # executables of no package that are told by name
NOT_RUN = ("secrets", "misconfiguration", "licences", "signatures")


class Read(msgspec.Struct, frozen=True):
    """A report on what is in an image, and all that is in it; or the error when it could not be read at all."""

    report: Report
    found: Inventory = Inventory()
    error: PratiqueError | None = None


class Reader:
    """Reads targets with one set of cataloguers, one cache and one set of limits."""

    def __init__(self, settings: Settings) -> None:
        self._cataloguers = Cataloguers("pratique.catalog", CLAIMANTS)
        self._settings = settings
        self._bases = dict[str, Image]()  # by platform
        self._known = read_known_bases(settings.known_bases, settings.limits)
        self._names = {target: given_name(name) for target, name in settings.names}
        self._cache = None if settings.cache is None else Cache(settings.cache, CLAIMANTS, settings.limits)

    def read(self, target: str) -> Iterator[Read]:
        """One an image of the target, or one with the error."""
        settings = self._settings
        options = settings.options
        if self._cache is not None:
            options = msgspec.structs.replace(options, known=self._cache.knows)
        try:
            if target.startswith(_DOCUMENTS) and not os.path.lexists(target):
                yield from self._stated(target)
                return
            with open_target(target, options, settings.limits) as images:
                for image in self._called(target, images):
                    yield self._read(image)
        except PratiqueError as error:
            yield Read(_unread(target, error, settings.now), error=error)

    def _stated(self, target: str) -> Iterator[Read]:
        """What a document says is in an image, instead of its layers."""
        from pratique.documents import open_document  # only where there is one

        documents = open_document(target, self._settings.limits)
        stated = [msgspec.structs.replace(each.image, named="maker", stated=True) for each in documents]
        images = self._called(target, stated)
        for document, image in zip(documents, images, strict=True):
            found = document.inventory
            problems = (*found.problems, *_nothing_found(image, found))
            report = Report(
                target=target,
                now=rfc3339(self._settings.now),
                tool=Tool(version=__version__),
                image=image,
                distro=found.distro,
                packages=found.packages,
                problems=tuple(dict.fromkeys(problems)),
                channels=found.channels,
                functions=found.functions,
                coverage=msgspec.structs.replace(document.coverage, packages=len(found.packages), not_run=NOT_RUN),
                verdict=Verdict(Result.UNKNOWN),
                document=document.format,
                base=recognise(image, self._base_of(image), self._known) if image.layers else None,
            )
            yield Read(report, found)

    def _called(self, target: str, images: Sequence[Image]) -> Sequence[Image]:
        """The images by the name that somebody gives the target, else as they are. Raises ``UsageError`` where that
        could not be the name of all of them."""
        name = self._names.get(target)
        return images if name is None else by_name(images, target, name)

    def _read(self, image: Image) -> Read:
        settings = self._settings
        found, unread = self._laid(image)
        found, left_out = _without_declared(found, image, settings.declared)
        broken = (_placed(problem, image.layers) for problem in found.problems)
        problems = (*image.problems, *unread, *broken, *_apk_removed.told(image, found.packages))
        report = Report(
            target=image.target,
            now=rfc3339(settings.now),
            tool=Tool(version=__version__),
            image=image,
            distro=found.distro,
            packages=found.packages,
            problems=problems if _incomplete(image, found, problems) else (*problems, *_nothing_found(image, found)),
            channels=found.channels,
            functions=found.functions,
            coverage=_coverage(image, found, left_out),
            verdict=Verdict(Result.UNKNOWN),
            base=recognise(image, self._base_of(image), self._known),
        )
        return Read(report, found)

    def _laid(self, image: Image) -> tuple[Inventory, tuple[Problem, ...]]:
        """What is in the image, and why layers could not be read. Kept where each of them was."""
        cache = self._cache
        known = _known(image) if cache else ()
        if cache and known and (kept := cache.get_inventory(known, _laying.code())):
            return kept, ()
        from pratique.catalog._squash import squash  # only where something must be laid

        there = [layer for layer in image.layers if _is_there(layer)]  # ``oci`` has told of the others
        settings = self._settings
        read = read_layers(
            there,
            self._cataloguers,
            cache,
            settings.limits,
            workers=settings.workers or os.cpu_count() or 1,
            progress=settings.progress,
        )
        facts = {layer.index: one for layer, one in zip(there, read, strict=True) if isinstance(one, LayerFacts)}
        found = squash([facts.get(layer.index) for layer in image.layers])
        if cache and known and [one.digest for one in facts.values()] == [name for name, _ in known]:
            with suppress(StorageError):  # where the layers' facts could not be kept that has been told
                cache.put_inventory(known, _laying.code(), found)
        return found, tuple(one for one in read if isinstance(one, Problem))

    def _base_of(self, image: Image) -> Image | None:
        """The image that somebody names as the base, of the same platform. Raises what opening it raises."""
        settings = self._settings
        if not settings.base:
            return None
        platform = str(image.platform)
        if platform not in self._bases:  # several targets may stand on it
            options = msgspec.structs.replace(settings.options, platform=platform)
            with naming(f"the base {settings.base!r}"), open_target(settings.base, options, settings.limits) as images:
                self._bases[platform] = images[0]
        return self._bases[platform]


def _is_there(layer: Layer) -> bool:
    return bool(layer.open or layer.folder)


def _known(image: Image) -> Layers:
    """What the cache knows the image by: all of its layers; () where one is not there, or cannot be trusted."""
    if not _laying.code():
        return ()
    known = tuple((trusted_digest(layer), layer.size) for layer in image.layers if _is_there(layer))
    return known if len(known) == len(image.layers) and all(digest for digest, _ in known) else ()


def read_known_bases(path: Path | None, limits: Limits = DEFAULT) -> tuple[KnownBase, ...]:
    """The base images of a file. Raises ``UsageError`` for one that cannot be read, or is none."""
    if path is None:
        return ()
    data = read_given(path, limits.known_bases, "the list of known bases")
    return known_bases.read(data, str(path), limits)


def by_name(images: Sequence[Image], target: str, name: str) -> list[Image]:
    """The images of a target by the name that somebody gives it. Raises ``UsageError`` where they cannot all be it."""
    if len({image.name for image in images}) > 1:
        what = f"{target!r} holds {len(images)} images, which cannot all be {name!r}"
        raise UsageError(what, hint="choose one: PATH:NAME, or PATH@DIGEST")
    return [msgspec.structs.replace(image, name=name, named="caller") for image in images]


@contextmanager
def naming(what: str) -> Iterator[None]:
    """An error about another thing than the target says which."""
    try:
        yield
    except PratiqueError as error:
        raise type(error)(f"{what}: {error}", hint=error.hint) from error


def _without_declared(found: Inventory, image: Image, wanted: bool | None) -> tuple[Inventory, int]:
    """The inventory without the packages that only lock files name, and how many they are, unless they are wanted."""
    if wanted is None:
        wanted = any(layer.folder for layer in image.layers)
    kept = found.packages if wanted else tuple([package for package in found.packages if not package.declared])
    left_out = len(found.packages) - len(kept)
    return (msgspec.structs.replace(found, packages=kept) if left_out else found), left_out


def _coverage(image: Image, found: Inventory, left_out: int) -> Coverage:
    """How much was read, before anything is assessed."""
    return Coverage(
        packages=len(found.packages),
        layers=len(image.layers),
        layers_read=found.layers_read,
        not_run=NOT_RUN,
        executables=found.executables,
        accounted=found.executables - len(found.strays),
        strays=found.strays[:_STRAYS],
        declared=left_out,
    )


def _placed(problem: Problem, layers: Sequence[Layer]) -> Problem:
    """A layer that broke off has no digest that we have computed: it is called what the image calls it."""
    if problem.where or not 0 <= problem.layer < len(layers):
        return problem
    return msgspec.structs.replace(problem, where=layers[problem.layer].digest)


def _incomplete(image: Image, found: Inventory, problems: Sequence[Problem]) -> bool:
    """Whether it has been told, and blocks, that a layer was not read: what it held is not known to be nothing."""
    return found.layers_read < len(image.layers) and any(problem.blocking for problem in problems)


def _nothing_found(image: Image, found: Inventory) -> tuple[Problem, ...]:
    """An image in which nothing is recognised has not been shown to be clean; nor has a distribution whose package
    database is gone."""
    where = image.name or image.target
    if not found.packages:
        what = "holds no package that Pratique recognises, so nothing in it could be assessed"
    elif found.distro is not None and all(package.type not in _SYSTEMS for package in found.packages):
        what = (
            f"is a {found.distro.name or found.distro.id} without its package database, so its packages are not known"
        )
    else:
        return ()
    return (Problem(where, what, blocking=True),)


def _unread(target: str, error: PratiqueError, now: datetime) -> Report:
    """The report on a target that could not be read."""
    what = str(error).removeprefix(f"{target}: ")  # the place says it
    problem = Problem(target, what, blocking=True, hint=error.hint)
    return Report(
        target=target,
        now=rfc3339(now),
        tool=Tool(version=__version__),
        problems=(problem,),
        coverage=Coverage(not_run=NOT_RUN),
    )
