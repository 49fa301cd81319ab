"""What the formats of SBOMs have no place for: nouns in, pairs of a name and a text out, and the nouns again.

Both sides use it: ``report`` writes the pairs as CycloneDX properties and in SPDX annotations, ``catalog.sbom`` reads
them. ``docs/sbom.md`` lists them. A pair stands only where what the format itself tells of a package differs
(``package_pairs``), so that all fields of all packages come back as they were.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import msgspec

from pratique.model import Channel, Coverage, Distro, Functions, Image, Layer, Package, Problem, Report, Struct

PREFIX = "pratique:"
VERSION = "1"
Pair = tuple[str, str]

_NONE = Package("", "", "")
_NAMES = {field: PREFIX + field.replace("_", "-") for field in Package.__struct_fields__}
_FIELDS = {name: field for field, name in _NAMES.items()}
_Told = TypeVar("_Told", Image, Layer, Distro, Channel, Functions, Problem, Coverage)


class Stated(Struct, frozen=True):
    """What a document of ours states beside its packages; ``unread`` are sentences on what of it cannot be used."""

    image: Image | None = None
    distro: Distro | None = None
    channels: tuple[Channel, ...] = ()
    functions: tuple[Functions, ...] = ()
    problems: tuple[Problem, ...] = ()
    coverage: Coverage = Coverage()
    unread: tuple[str, ...] = ()


def package_pairs(package: Package, known: Package) -> list[Pair]:
    """The package's fields that differ from what a reader of the format knows by the format's own means."""
    pairs = list[Pair]()
    values, others = msgspec.structs.astuple(package), msgspec.structs.astuple(known)
    for name, value, other in zip(_NAMES.values(), values, others, strict=True):
        if value == other:
            continue
        if isinstance(value, tuple):
            pairs += [(name, written(str(each)) or '""') for each in value] or [(name, "")]
        elif isinstance(value, bool):
            pairs.append((name, "true" if value else "false"))
        else:
            pairs.append((name, written(str(value))))
    return pairs


def package_told(known: Package, pairs: Iterable[Pair]) -> Package:
    """The package as the pairs tell it; ``known`` is what the format tells. Raises ``ValueError`` for a value that is
    none of the field's."""
    found = dict[str, list[str]]()
    for name, text in pairs:
        if name in _FIELDS:
            found.setdefault(_FIELDS[name], []).append(text)
    changes = dict[str, object]()
    for field, texts in found.items():
        default: object = getattr(_NONE, field)
        if isinstance(default, tuple):
            changes[field] = () if texts == [""] else tuple(read(text) for text in texts)
        elif isinstance(default, bool):
            changes[field] = texts[0] == "true"
        elif isinstance(default, int):
            changes[field] = _number(field, texts[0])
        else:
            changes[field] = read(texts[0])
    return msgspec.structs.replace(known, **changes) if changes else known


def document_pairs(report: Report) -> Iterator[Pair]:
    """What is to be told of the image and its reading. What is only of this machine (where a folder lies) is not, nor
    whose word it is: to a reader it is the document's."""
    yield (f"{PREFIX}inventory", VERSION)
    if report.image is not None:
        image = msgspec.structs.replace(report.image, target="", layers=(), problems=(), named="maker", stated=False)
        yield (f"{PREFIX}image", _structure(image))
        for layer in report.image.layers:
            yield (f"{PREFIX}layer", _structure(msgspec.structs.replace(layer, open=None, folder="")))
    if report.distro is not None:
        yield (f"{PREFIX}distro", _structure(report.distro))
    for channel in report.channels:
        yield (f"{PREFIX}channel", _structure(channel))
    for functions in report.functions:
        yield (f"{PREFIX}functions", _structure(functions))
    for problem in report.problems:
        yield (f"{PREFIX}problem", _structure(problem))
    yield (f"{PREFIX}coverage", _structure(report.coverage))


def is_ours(pairs: Iterable[Pair]) -> bool:
    """Whether the document's pairs are those of one that tells an inventory whole."""
    return (f"{PREFIX}inventory", VERSION) in pairs


def stated(pairs: Sequence[Pair]) -> Stated:
    """What the document's pairs state."""
    unread = list[str]()
    images = _all("image", Image, pairs, unread)
    layers = tuple(
        msgspec.structs.replace(layer, open=None, folder="", computed_by_daemon=False)
        for layer in _all("layer", Layer, pairs, unread)
    )
    distros = _all("distro", Distro, pairs, unread)
    coverage = _all("coverage", Coverage, pairs, unread)
    return Stated(
        image=msgspec.structs.replace(images[0], layers=layers) if images else None,
        distro=distros[0] if distros else None,
        channels=_all("channel", Channel, pairs, unread),
        functions=_all("functions", Functions, pairs, unread),
        problems=_all("problem", Problem, pairs, unread),
        coverage=coverage[0] if coverage else Coverage(),
        unread=tuple(unread),
    )


def written(text: str) -> str:
    """The text, as it is where it shows as one line, else as a JSON string in ASCII: no format may change it."""
    if (
        text.isprintable()
        and text.strip() == text
        and "  " not in text
        and not text.startswith('"')
        and "<" not in text
    ):
        return text
    return _ascii(text)


def read(text: str) -> str:
    """The text that ``written`` wrote. Raises ``ValueError``."""
    if not text.startswith('"'):
        return text
    value: object = json.loads(text)
    return value if isinstance(value, str) else text


_MEANT = (("<", "\\u003c"), ("\x7f", "\\u007f"), ("  ", " \\u0020"), ("##", "\\u0023#"))


def _ascii(value: object) -> str:
    """JSON without a character that XML, a line or a tag of SPDX's tag-value format could take for its own, nor what
    begins a command of a build's log (``##vso[``)."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"))
    for meant, written in _MEANT:
        text = text.replace(meant, written)
    return text


def _structure(value: Struct) -> str:
    return _ascii(msgspec.to_builtins(value))


def _all(name: str, kind: type[_Told], pairs: Iterable[Pair], unread: list[str]) -> tuple[_Told, ...]:
    """All values of that name."""
    found = list[_Told]()
    for text in (text for pair, text in pairs if pair == PREFIX + name):
        try:
            found.append(msgspec.convert(json.loads(text), kind))
        except (ValueError, RecursionError) as error:
            unread.append(f"its {PREFIX}{name} cannot be read: {error}")
    return tuple(found)


def _number(field: str, text: str) -> int:
    if not text.lstrip("-").isdecimal() or len(text) > 9:
        raise ValueError(f"{text[:40]!r} is no number as {_NAMES[field]} has one")
    return int(text)
