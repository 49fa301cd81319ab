"""The lock file of Erlang's rebar3 in, the packages of Hex that it names out
(https://www.rebar3.org/docs/workflow/#upgrading-dependencies).

Two Erlang terms: the version with the packages, and the hashes (of what the archive holds, and of the archive).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pratique.catalog._brackets import ERLANG, Group, inside, read, text
from pratique.catalog._lock import Left, declared, hexadecimal
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_ARCHIVES = "pkg_hash_ext"


def parse(file: File) -> Iterable[Fact]:
    """The declared packages; what comes from Git has no version and is counted in a problem."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    terms = [node for node in read(data, ERLANG) if isinstance(node, Group)]
    if not terms:
        raise Unreadable("no lock file of rebar3: it holds no list")
    listed = terms[0].items[-1] if terms[0].bracket == "{" and terms[0].items else terms[0]
    hashes = dict(_hashes(terms[1:]))
    left = Left()
    for node in inside(listed):
        entry = inside(node)
        source = inside(entry[1]) if len(entry) > 1 else ()
        key = text(entry[0]) if entry else ""
        found = len(source) > 2 and text(source[0]) == "pkg"
        name, version = (text(source[1]).lower(), text(source[2])) if found else (key, "")
        if not left.out(name, version):
            digest = hexadecimal("sha256", hashes.get(key, ""))
            yield Package("hex", name, version, path=path, hashes=digest, declared=True)
    yield from left.told(path)


def _hashes(terms: list[Group]) -> Iterator[tuple[str, str]]:
    for term in terms:
        for node in term.items:
            entry = inside(node)
            if len(entry) == 2 and text(entry[0]) == _ARCHIVES:
                for pair in map(inside, inside(entry[1])):
                    yield from [(text(pair[0]), text(pair[1]))] if len(pair) == 2 else []


CATALOGUER = Cataloguer("rebar-lock", 1, Claim(names=("rebar.lock",)), parse)
