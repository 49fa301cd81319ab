"""A conan.lock, conaninfo.txt or conanfile.txt in; the packages that Conan locked, installed or is to fetch out.

https://docs.conan.io/2/tutorial/versioning/lockfiles.html (version 0.5),
https://docs.conan.io/1/versioning/lockfiles.html (0.4: a graph). In Conan 1's cache the folder above ``package`` tells
what is installed; Conan 2's has hashes in its folders' names instead.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._projects import is_of_a_package
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_LOCK, _INFO, _FILE = "conan.lock", "conaninfo.txt", "conanfile.txt"
# NAME/VERSION[@USER/CHANNEL][#RECIPE_REVISION[%TIME]][:PACKAGE_ID…]
_REFERENCE = re.compile(
    r"(?P<name>[a-z0-9_A-Z][a-zA-Z0-9_+.-]{1,100})/(?P<version>[a-zA-Z0-9_][a-zA-Z0-9_+.-]{0,100})"
    r"(?:@(?:[\w+.-]+/[\w+.-]+)?)?(?:[#:%].*)?"
)
_PLACE = re.compile(r"(?:^|/)data/(?P<name>[^/]+)/(?P<version>[^/]+)/[^/]+/[^/]+/package/[0-9a-f]{40}/conaninfo\.txt$")
_MOST = 512  # characters of a reference
_REQUIRED = {"[requires]": "", "[tool_requires]": "build", "[build_requires]": "build", "[test_requires]": "test"}
_SECTION = re.compile(r"^[ \t]*\[\w+\]", re.MULTILINE)
_OPEN = re.compile(r"\.[XYZ]\b|\[")  # a version of which some parts are left open


class _Node(msgspec.Struct, frozen=True):
    """``pref``, and numbers by reference, before version 0.4."""

    ref: str | None = ""
    pref: str | None = ""
    requires: tuple[str, ...] | dict[str, str] = ()
    context: str = "host"


class _Graph(msgspec.Struct, frozen=True):
    nodes: dict[str, _Node] = {}


class _Lock(msgspec.Struct, frozen=True):
    version: str
    graph_lock: _Graph | None = None
    requires: tuple[str, ...] = ()
    build_requires: tuple[str, ...] = ()
    python_requires: tuple[str, ...] = ()


def parse(file: File) -> Iterator[Fact]:
    """The packages. Raises ``Unreadable``."""
    if file.path.endswith(_LOCK):
        yield from _locked(file)
    elif file.path.endswith(_FILE):
        yield from _required(file)
    else:
        yield from _installed(file)


def _locked(file: File) -> Iterator[Fact]:
    lock = from_json(file.read(), _Lock, _LOCK)
    if lock.graph_lock is None and lock.version < "0.5":
        raise Unreadable(f"no {_LOCK}: one of version {lock.version[:20]!r} has a graph")
    if lock.graph_lock is None:
        for scope, wanted in (("", lock.requires), ("build", (*lock.build_requires, *lock.python_requires))):
            for reference in wanted:
                yield from _package(reference, file.path, scope)
        return
    nodes = lock.graph_lock.nodes
    references = {number: node.ref or node.pref or "" for number, node in nodes.items()}
    for number, node in nodes.items():
        if _match(references[number]):  # another one is the project itself: "conanfile.txt", or none
            others = node.requires.values() if isinstance(node.requires, dict) else node.requires
            needs = [references[other] for other in dict.fromkeys(others) if other in nodes]
            yield from _package(references[number], file.path, "build" if node.context == "build" else "", needs)


def _package(reference: str, path: str, scope: str, needs: Iterable[str] = ()) -> Iterator[Fact]:
    found = _match(reference)
    if found is None:
        yield Problem(path, f"{_LOCK} names {reference[:200]!r}, which is no reference of Conan")
        return
    others = [one for one in map(_match, needs) if one]
    depends = tuple(f"{one['name']}@{one['version']}" for one in others)
    yield Package("conan", found["name"], found["version"], path=path, depends=depends, declared=True, scope=scope)


def _match(reference: str) -> re.Match[str] | None:
    return _REFERENCE.fullmatch(reference) if len(reference) <= _MOST else None


def _installed(file: File) -> Iterator[Fact]:
    """What is installed where the file lies, and what that was built with."""
    needs = tuple(_needs(_sections(file)))
    depends = tuple(f"{one['name']}@{one['version']}" for one in needs)
    place = _PLACE.search(file.path)
    if place:
        yield Package("conan", place["name"], place["version"], path=file.path, depends=depends)
    for one in needs:
        yield Package("conan", one["name"], one["version"], path=file.path, declared=True)


def _required(file: File) -> Iterator[Fact]:
    """What a consumer asks for (https://docs.conan.io/2/reference/conanfile_txt.html); a range of versions tells none,
    and is one problem a file."""
    if is_of_a_package(file.path):
        return
    left = list[str]()
    for section, line in _lines(_sections(file)):
        scope = _REQUIRED.get(section)
        reference = line.partition(" #")[0].strip()
        if scope is None or not reference or reference.startswith("#"):
            continue
        if _OPEN.search(reference) or _match(reference) is None:
            left.append(reference)
        else:
            yield from _package(reference, file.path, scope)
    if left:
        yield Problem(file.path, f"{_FILE} names {left[0][:200]!r} without one version, one of {len(left)} such")


def _lines(text: str) -> Iterator[tuple[str, str]]:
    """Each line with the section that it stands in."""
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line
        else:
            yield section, line


def _sections(file: File) -> str:
    """The text of a file of sections; one without any is none, but for an empty one."""
    data, name = file.read(), file.path.rpartition("/")[2]
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"{name} of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"no {name}: {error}") from error
    if text.strip() and not _SECTION.search(text):
        raise Unreadable(f"no {name}: it has no sections")
    return text


def _needs(text: str) -> Iterator[re.Match[str]]:
    """References of ``[full_requires]``, else those of ``[requires]`` that tell the whole version."""
    sections = dict[str, list[re.Match[str]]]()
    for section, line in _lines(text):
        if not _OPEN.search(line) and (found := _match(line)):
            sections.setdefault(section, []).append(found)
    yield from sections.get("[full_requires]") or sections.get("[requires]", [])


CATALOGUER = Cataloguer("conan", 4, Claim(names=(_LOCK, _INFO, _FILE)), parse)
