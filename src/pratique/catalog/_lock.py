"""The packages that a lock file names in; each of them once, and what cannot be told of the others, out.

A lock file that a package manager put there with a package says nothing of the image and yields nothing. What a lock
file names is declared: nothing shows that it is installed.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping

import msgspec

from pratique.catalog._projects import is_of_a_package
from pratique.errors import UNDECODABLE, LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import File

# what the managers of Swift, CocoaPods, Dart, Mix and Rebar, Julia, LuaRocks and Perl have fetched
_FETCHED = re.compile(
    r"(?:^|/)(?:\.build/checkouts|SourcePackages/checkouts|Pods|\.pub-cache|pub-cache/hosted|\.hex|\.opam-switch"
    r"|\.cpanm/(?:work|sources))/|(?:^|/)(?:deps|_build/[^/]+/lib|\.julia/packages|rocks(?:-5\.\d)?)/[^/]+/."
)
# https://www.w3.org/TR/SRI/#integrity-metadata, with the older hashes of npm and yarn: bytes of each digest
_DIGESTS = {"sha512": 64, "sha384": 48, "sha256": 32, "sha1": 20, "md5": 16}
_text = msgspec.json.Decoder(str)
_NAME_LENGTH = 256
_VERSION_LENGTH = 256

Read = Callable[[bytes, str], Iterable[Fact]]


def declared(file: File, read: Read) -> Iterator[Fact]:
    """What ``read`` makes of the file's bytes and path. A file that cannot be read is a problem, and hides no installed
    package; one past a bound raises ``LimitExceeded``."""
    if is_fetched(file.path):
        return
    try:
        yield from once(read(file.read(), file.path))
    except LimitExceeded:
        raise
    except Unreadable as error:
        yield Problem(file.path, str(error), hint=error.hint)


def is_fetched(path: str) -> bool:
    """Whether the file came with a package that a package manager has put there."""
    return is_of_a_package(path) or _FETCHED.search(path) is not None


def once(facts: Iterable[Fact]) -> Iterator[Fact]:
    """Each package once, in the order of the file; what runs anywhere is not for development only. Raises
    ``LimitExceeded`` past ``limits.facts_per_file``."""
    packages = dict[tuple[str, str, str, str], Package]()
    for fact in facts:
        if not isinstance(fact, Package):
            yield fact
            continue
        key = (fact.type, fact.namespace, fact.name, fact.version)
        known = packages.get(key)
        if known is None:
            packages[key] = fact
            if len(packages) > DEFAULT.facts_per_file:
                raise LimitExceeded(f"more packages than limits.facts_per_file = {DEFAULT.facts_per_file}")
        elif known.scope and known.scope != fact.scope:
            packages[key] = msgspec.structs.replace(known, scope="" if not fact.scope else known.scope)
    yield from packages.values()


class Left:
    """Counts what a file names without a name or a version that could be compared."""

    def __init__(self) -> None:
        self._count = 0
        self._first = ""

    def out(self, name: str, version: str) -> bool:
        """Whether it is left out: name or version is missing, too long, or cannot be shown. Counts it then."""
        fits = 0 < len(name) <= _NAME_LENGTH and 0 < len(version) <= _VERSION_LENGTH
        if fits and name[-1] != "/" and name.isprintable() and version.isprintable() and " " not in version:
            return False
        self._count += 1
        self._first = self._first or f"{name[:_NAME_LENGTH]!r} {version[:_VERSION_LENGTH]!r}"
        return True

    def told(self, path: str) -> Iterator[Problem]:
        """One problem for them all, if there are any."""
        if self._count:
            many = "a package" if self._count == 1 else f"{self._count} packages"
            yield Problem(path, f"names {many} without a version that can be compared: {self._first}")


def integrity(text: str) -> tuple[str, ...]:
    """Subresource integrity as hashes: ``"sha512-<base64>"`` is ``("sha512:<hex>",)``. What is none is left out."""
    found = list[str]()
    for part in text.split():
        kind, _, rest = part.partition("-")
        try:
            digest = binascii.a2b_base64(rest.partition("?")[0])
        except (binascii.Error, ValueError):
            continue
        if len(digest) == _DIGESTS.get(kind):
            found.append(f"{kind}:{digest.hex()}")
    return tuple(found)


def hexadecimal(kind: str, text: str) -> tuple[str, ...]:
    """A hash that stands as hexadecimal digits; () for what is none."""
    lower = text.lower()
    if len(lower) != 2 * _DIGESTS[kind] or lower.strip("0123456789abcdef"):
        return ()
    return (f"{kind}:{lower}",)


def text_of(raw: msgspec.Raw) -> str:
    """A JSON member's text; "" where it is of another type, or no UTF-8."""
    if bytes(memoryview(raw)[:1]) != b'"':
        return ""
    try:
        return _text.decode(raw)
    except UNDECODABLE:
        return ""


def unlisted(path: str, needed: Iterable[str], listed: Container[str]) -> Iterator[Problem]:
    """A problem where a file that lists all that is needed lacks something: it was cut, or put together by hand.
    ``needed`` and ``listed`` are names."""
    missing = sorted({name for name in needed if name not in listed})
    if missing:
        more = f" and {len(missing) - 1} more" if missing[1:] else ""
        what = (
            f"needs {missing[0][:_NAME_LENGTH]!r}{more} and does not list it: the file is cut short, or not its tool's"
        )
        yield Problem(path, what)


def scoped(name: str) -> tuple[str, str]:
    """An npm name's scope and what follows: ``"@babel/core"`` is ``("@babel", "core")``."""
    scope, _, bare = name.rpartition("/")
    return scope, bare


def reached(roots: Iterable[str], needs: Mapping[str, Iterable[str]]) -> set[str]:
    """All that the roots need, with what that needs, and so on."""
    found = set(roots)
    left = list(found)
    while left:
        for name in needs.get(left.pop(), ()):
            if name not in found:
                found.add(name)
                left.append(name)
    return found
