"""What OSV records say of (package, version) pairs, evaluated record by record as the specification's text has it
(https://ossf.github.io/osv-schema/#evaluation) with the native tools' comparisons. Nothing of ours is imported.
"""

from __future__ import annotations

import functools
import json
import random
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import packaging.utils
import packaging.version
import semver

Compare = Callable[[Sequence[tuple[str, str]]], list[str]]


class Asked(NamedTuple):
    """A version of a package of an ecosystem ("Debian:12", "PyPI")."""

    ecosystem: str
    name: str
    version: str


class Feed:
    """All records of an export that were not withdrawn, by (ecosystem, package)."""

    def __init__(self, archive: Path) -> None:
        self.affected: dict[tuple[str, str], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
        with zipfile.ZipFile(archive) as members:
            for name in sorted(members.namelist()):
                record = json.loads(members.read(name))
                if not record.get("withdrawn"):
                    for affected in record.get("affected") or []:
                        self.affected[_package(affected)].append((record["id"], affected))

    def sample(self, count: int, seed: int) -> list[Asked]:
        """Versions on and around the borders of ranges, drawn evenly over packages, then over borders."""
        chance = random.Random(seed)
        packages = sorted(self.affected)
        found: set[Asked] = set()
        while len(found) < count:
            ecosystem, name = chance.choice(packages)
            _, affected = chance.choice(self.affected[ecosystem, name])
            borders = [text for text in _texts(affected) if text != "0"]
            if borders:
                found.add(Asked(ecosystem, name, chance.choice(_around(chance.choice(borders), chance))))
            else:
                found.add(Asked(ecosystem, name, "1.0.0"))
        return sorted(found)

    def expect(self, asked: Sequence[Asked], compare: Compare) -> tuple[set[tuple[str, Asked]], set[Asked]]:
        """The pairs (record, asked) that hold; and what the native tool takes for no version."""
        signs = _Signs(compare)
        for each in asked:
            signs.want(each.version, each.version)
            for _, affected in self.affected[each.ecosystem, each.name]:
                _want(signs, each.version, affected)
        signs.ask()
        refused = {each for each in asked if signs.of(each.version, each.version) == "!"}
        expected = {
            (record, each)
            for each in asked
            if each not in refused
            for record, affected in self.affected[each.ecosystem, each.name]
            if _affects(signs, each.version, affected)
        }
        return expected, refused


class _Signs:
    def __init__(self, compare: Compare) -> None:
        self._compare = compare
        self._known: dict[tuple[str, str], str] = {}

    def want(self, left: str, right: str) -> None:
        self._known.setdefault((left, right), "")

    def ask(self) -> None:
        pairs = list(self._known)
        self._known = dict(zip(pairs, self._compare(pairs), strict=True))

    def of(self, left: str, right: str) -> str:
        return self._known[left, right]


def _package(affected: dict[str, Any]) -> tuple[str, str]:
    package = affected["package"]
    name = package["name"]
    return package["ecosystem"], packaging.utils.canonicalize_name(name) if package["ecosystem"] == "PyPI" else name


def _ranges(affected: dict[str, Any]) -> Iterator[list[tuple[str, str]]]:
    for each in affected.get("ranges") or []:
        if each["type"] != "GIT":
            yield [(kind, text) for event in each["events"] for kind, text in event.items()]


def _texts(affected: dict[str, Any]) -> list[str]:
    return [text for events in _ranges(affected) for _, text in events] + (affected.get("versions") or [])


def _want(signs: _Signs, version: str, affected: dict[str, Any]) -> None:
    for text in affected.get("versions") or []:
        signs.want(_public(version, text, affected), text)
    for events in _ranges(affected):
        texts = [text for _, text in events if text != "0"]
        for left in texts:
            signs.want(version, left)
            signs.want(_public(version, left, affected), left)
            for right in texts:
                signs.want(left, right)


def _affects(signs: _Signs, version: str, affected: dict[str, Any]) -> bool:
    if any(signs.of(_public(version, text, affected), text) == "=" for text in affected.get("versions") or []):
        return True
    return any(
        _in_range(signs, version, events, affected)
        for events in _ranges(affected)
        if _comparable(version, events, affected)
    )


def _public(version: str, text: str, affected: dict[str, Any]) -> str:
    """The version without its local part, which ``==`` and ``<=`` ignore where the text has none:
    https://packaging.python.org/en/latest/specifications/version-specifiers/#local-version-identifiers."""
    local = affected["package"]["ecosystem"] == "PyPI" and "+" not in text
    return version.partition("+")[0] if local else version


def _comparable(version: str, events: list[tuple[str, str]], affected: dict[str, Any]) -> bool:
    """A build made in a module bears that in its release, and only such builds are compared with one another:
    https://docs.fedoraproject.org/en-US/modularity/core-concepts/nsvca/ (the ``dist`` tag of modules)."""
    if not affected["package"]["ecosystem"].startswith("AlmaLinux:"):
        return True
    return all((".module" in text) == (".module" in version) for kind, text in events if kind == "fixed")


def _in_range(signs: _Signs, version: str, events: list[tuple[str, str]], affected: dict[str, Any]) -> bool:
    def order(left: tuple[str, str], right: tuple[str, str]) -> int:
        if "0" in (left[1], right[1]):
            return (left[1] != "0") - (right[1] != "0")
        return {"<": -1, "=": 0, ">": 1}[signs.of(left[1], right[1])]

    if any(text != "0" and signs.of(text, text) == "!" for _, text in events):
        return False
    vulnerable = False
    for kind, text in sorted(events, key=functools.cmp_to_key(order)):
        meant = _public(version, text, affected) if kind == "last_affected" else version
        sign = ">" if text == "0" else signs.of(meant, text)
        if kind == "introduced" and sign in ">=":
            vulnerable = True
        elif (kind == "fixed" and sign in ">=") or (kind == "last_affected" and sign == ">"):
            vulnerable = False
    return vulnerable


def _around(text: str, chance: random.Random) -> list[str]:
    """The border, and versions just beside it in every scheme's ways."""
    numbers = list(re.finditer(r"\d+", text))
    at = chance.choice(numbers) if numbers else None
    version, revision, build = text.rpartition("-r")
    if revision and build.isdigit():  # an Alpine package's
        return [text] + [f"{version}{more}-r{int(build) + up}" for more in ("", ".1", "_rc1", "_p1") for up in (0, 1)]
    found = [text, text + ".1", text + "-1", text + "+1", text + "rc1", text + "-rc.1", text + "~1", text + ".post1"]
    if at is not None:
        number = int(at[0])
        found += [text[: at.start()] + str(each) + text[at.end() :] for each in (number + 1, max(number - 1, 0))]
    return found


def by_packaging(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Comparisons of the library ``packaging``."""
    return _by(packaging.version.Version, packaging.version.InvalidVersion, pairs)


def by_semver(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """Comparisons of the library ``semver``."""
    return _by(semver.Version.parse, ValueError, pairs)


def _by(parse: Callable[[str], Any], error: type[Exception], pairs: Sequence[tuple[str, str]]) -> list[str]:
    parse = functools.lru_cache(maxsize=None)(parse)
    signs = []
    for left, right in pairs:
        try:
            a, b = parse(left), parse(right)
        except error:
            signs.append("!")
        else:
            signs.append("<" if a < b else ">" if a > b else "=")
    return signs
