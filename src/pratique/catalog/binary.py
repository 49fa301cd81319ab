"""A program or library in, the software that it is out, by its name and by what its makers left in it of its version:
for what no package manager installed. Which files, and which texts in them, the modules of ``binaries`` say.

Names: https://github.com/package-url/purl-spec (``generic``, ``golang``), https://nvd.nist.gov/products/cpe. What a
distribution's package owns is found too: that package speaks for it.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO

from pratique import plugins
from pratique.catalog._classifier import Classifier, GoProgram, Text
from pratique.catalog._cpe import cpe_name
from pratique.catalog._executable import open_executable
from pratique.catalog._go_release import find_release
from pratique.catalog._version_text import find_version, holds
from pratique.model import Package
from pratique.plugins import Cataloguer, Claim, File

_LETTERS = re.compile(r"[A-Za-z]*")


def parse(file: File) -> Iterable[Package]:
    """A package for each product that the file's name and content tell of; none for a file that tells no version.

    Raises ``Unreadable`` for a program whose tables are damaged.
    """
    name = file.path.rpartition("/")[2].lower()
    letters = _LETTERS.match(name)
    candidates = _classifiers().get(letters[0] if letters else "")
    return _found(file, name, candidates) if candidates else ()


def _found(file: File, name: str, candidates: Iterable[Classifier | GoProgram]) -> Iterator[Package]:
    for candidate in candidates:
        for pattern in candidate.files:
            named = re.fullmatch(pattern, name, re.IGNORECASE)
            if named is not None:
                if isinstance(candidate, GoProgram):
                    yield from _go_program(file, candidate)
                else:
                    yield from _told(file, candidate, named.groupdict(""))
                break


def _told(file: File, product: Classifier, names: Mapping[str, str]) -> Iterator[Package]:
    stream = file.open()
    program = open_executable(stream, file.size)
    for text in product.texts:
        version = find_version(stream, file.size, program, text, names)
        if version and _is_other(stream, file.size, product, text):
            return
        if version:
            yield Package(
                type=product.type,
                namespace=product.namespace,
                name=product.name,
                version=version,
                cpe=product.cpe(product.product, version),
                path=file.path,
            )
            return


def _is_other(stream: BinaryIO, size: int, product: Classifier, text: Text) -> bool:
    """Whether a file that tells a version of the right form is another product's."""
    if text.needs and not holds(stream, size, text.needs):
        return True
    return any(holds(stream, size, other) for other in product.unless)


def _go_program(file: File, product: GoProgram) -> Iterator[Package]:
    stream = file.open()
    program = open_executable(stream, file.size)
    version, module = find_release(stream, program, product) if program is not None else ("", "")
    if not version:
        return
    cpe = cpe_name(product.product, version)
    if product.generic or not module:
        yield Package(type="generic", name=product.name, version=version, cpe=cpe, path=file.path)
    else:
        namespace, _, name = module.rpartition("/")
        yield Package(type="golang", namespace=namespace, name=name, version=f"v{version}", cpe=cpe, path=file.path)


@functools.cache
def _classifiers() -> Mapping[str, tuple[Classifier | GoProgram, ...]]:
    """By the letters that names of their files begin with."""
    found = dict[str, list[Classifier | GoProgram]]()
    for bound in plugins.load("pratique.catalog.binaries", "CLASSIFIERS").values():
        for classifier in bound:
            for pattern in classifier.files:
                letters = _LETTERS.match(pattern)
                of_letters = found.setdefault(letters[0].lower() if letters else "", [])
                if classifier not in of_letters:
                    of_letters.append(classifier)
    return {letters: tuple(classifiers) for letters, classifiers in found.items()}


_TEXTS = (
    "OTP_VERSION",
    "VERSION",
    "VERSION.cache",
    "application.ini",
    "composer.phar",
    "elixir",
    "elixir.app",
    "liberts_internal.a",
    "rabbit.app",
    "wp-cli.phar",
)
"""Files of products that are no executables."""

_CLAIM = Claim(
    names=_TEXTS,
    folders=(("usr/local/bin", "wp"), ("usr/local/bin", "composer"), ("usr/bin", "composer")),
    executables=("elf", "pe", "mach-o"),
)

CATALOGUER = Cataloguer("binary", 3, _CLAIM, parse)
