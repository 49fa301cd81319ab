"""Version texts for the tests, made at random from each scheme's grammar or taken from the real feeds.

Nothing here imports what is tested. Numbers and words come from small sets, so that versions part late.
"""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

Pair = tuple[str, str]

NUMBERS = ("0", "0", "1", "1", "2", "9", "10", "11", "99", "100", "256", "20240131")
WORDS = ("a", "b", "rc", "z", "A", "Z", "alpha", "x1", "1x", "el9")


class _Range(msgspec.Struct, frozen=True):
    type: str
    events: tuple[dict[str, str], ...] = ()


class _Package(msgspec.Struct, frozen=True):
    name: str = ""


class _Affected(msgspec.Struct, frozen=True):
    package: _Package = _Package()
    ranges: tuple[_Range, ...] = ()
    versions: tuple[str, ...] = ()


class _Record(msgspec.Struct, frozen=True):
    affected: tuple[_Affected, ...] = ()


def real(feeds: Path, ecosystem: str, count: int, seed: int = 1) -> list[Pair]:
    """Pairs of versions that stand in the ecosystem's records, most of them of one package."""
    by_package: dict[str, set[str]] = {}
    decoder = msgspec.json.Decoder(_Record)
    with zipfile.ZipFile(feeds / ecosystem / "all.zip") as archive:
        for name in archive.namelist():
            for affected in decoder.decode(archive.read(name)).affected:
                by_package.setdefault(affected.package.name, set()).update(_versions(affected))
    names = sorted(name for name, versions in by_package.items() if len(versions) > 1)
    ordered = {name: sorted(by_package[name]) for name in names}
    everything = sorted(set().union(*by_package.values()))
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        pool = ordered[rng.choice(names)] if rng.random() < 0.8 else everything
        pairs.append((rng.choice(pool), rng.choice(pool)))
    return pairs


def _versions(affected: _Affected) -> Iterator[str]:
    yield from (text for text in affected.versions if "\t" not in text)
    for events in affected.ranges:
        if events.type != "GIT":
            for event in events.events:
                yield from (text for kind, text in event.items() if kind != "limit" and text != "0")


def generated(grammar: Callable[[random.Random], str], count: int, seed: int = 1) -> list[Pair]:
    """Pairs of the grammar's texts; in half of them one is the other with a part replaced."""
    rng = random.Random(seed)
    pairs = []
    for _ in range(count):
        left, right = grammar(rng), grammar(rng)
        if rng.random() < 0.5:
            cut, keep = rng.randrange(len(left) + 1), rng.randrange(len(right) + 1)
            right = left[:cut] + right[keep:]
        pairs.append((left, right))
    return pairs


def _joined(rng: random.Random, separators: str, parts: tuple[str, ...], least: int, most: int) -> str:
    text = rng.choice(parts)
    for _ in range(rng.randint(least, most) - 1):
        text += rng.choice(separators) + rng.choice(parts)
    return text


def _maybe(rng: random.Random, chance: float, text: Callable[[], str]) -> str:
    return text() if rng.random() < chance else ""


def deb(rng: random.Random) -> str:
    upstream = rng.choice(NUMBERS) + "".join(
        rng.choice((".", "+", "~", "~~", "-", "", "+dfsg", "~rc")) + rng.choice(NUMBERS + WORDS)
        for _ in range(rng.randrange(4))
    )
    return (
        _maybe(rng, 0.2, lambda: rng.choice("012") + ":")
        + upstream
        + _maybe(rng, 0.5, lambda: "-" + _joined(rng, ".+~", NUMBERS + WORDS, 1, 3))
    )


def rpm(rng: random.Random) -> str:
    def part() -> str:
        return "".join(
            rng.choice((".", "_", "+", "~", "^", "..", "", "~^")) + rng.choice(NUMBERS + WORDS)
            for _ in range(rng.randint(1, 4))
        )

    return (
        _maybe(rng, 0.2, lambda: rng.choice("012") + ":")
        + rng.choice(NUMBERS)
        + part()
        + _maybe(rng, 0.7, lambda: "-" + part())
    )


def apk(rng: random.Random) -> str:
    """No number that begins with a zero: apk-tools 2 and 3 differ there, as ``apk.py`` says."""
    suffixes = ("_alpha", "_beta", "_pre", "_rc", "_cvs", "_svn", "_git", "_hg", "_p")
    return (
        _joined(rng, ".", NUMBERS, 1, 4)
        + _maybe(rng, 0.3, lambda: rng.choice("abz"))
        + "".join(rng.choice(suffixes) + _maybe(rng, 0.6, lambda: rng.choice(NUMBERS)) for _ in range(rng.randrange(3)))
        + _maybe(rng, 0.5, lambda: "-r" + rng.choice(NUMBERS))
    )


def pypi(rng: random.Random) -> str:
    def mark(*words: str) -> str:
        return rng.choice(("", ".", "-", "_")) + rng.choice(words) + rng.choice(("", ".")) + rng.choice((*NUMBERS, ""))

    return (
        _maybe(rng, 0.1, lambda: rng.choice("v "))
        + _maybe(rng, 0.1, lambda: rng.choice("012") + "!")
        + _joined(rng, ".", NUMBERS, 1, 4)
        + _maybe(rng, 0.3, lambda: mark("a", "b", "rc", "c", "alpha", "BETA", "pre", "preview"))
        + _maybe(rng, 0.3, lambda: mark("post", "rev", "r") if rng.random() < 0.7 else "-" + rng.choice(NUMBERS))
        + _maybe(rng, 0.3, lambda: mark("dev"))
        + _maybe(rng, 0.2, lambda: "+" + _joined(rng, ".-_", NUMBERS + WORDS, 1, 3))
    )


def semver(rng: random.Random) -> str:
    return (
        ".".join(rng.choice(NUMBERS) for _ in range(3))
        + _maybe(rng, 0.6, lambda: "-" + _joined(rng, ".", (*NUMBERS, *WORDS, "a-b", "-", "x-1"), 1, 4))
        + _maybe(rng, 0.2, lambda: "+" + _joined(rng, ".", NUMBERS + WORDS, 1, 2))
    )


def npm(rng: random.Random) -> str:
    return rng.choice(("", "", "v", "=", " ", "= v")) + semver(rng) + _maybe(rng, 0.1, lambda: " ")


def golang(rng: random.Random) -> str:
    date = "20" + "".join(rng.choice("01") for _ in range(12))
    commit = "".join(rng.choice("0189abef") for _ in range(12))
    pseudo = (f"0.0.0-{date}-{commit}", f"1.2.1-0.{date}-{commit}", f"1.2.0-rc.1.0.{date}-{commit}")
    return rng.choice((semver(rng), rng.choice(pseudo), semver(rng).partition("+")[0] + "+incompatible"))


def toolchain(rng: random.Random) -> str:
    """From Go 1.21 on a release is written with its patch number; ``go1.21`` names the language."""
    minor = rng.choice(("21", "22", "30"))
    phase = _maybe(rng, 0.5, lambda: rng.choice(("rc", "beta")) + rng.choice(("1", "2", "10")))
    return f"go1.{minor}" + (phase or "." + rng.choice(NUMBERS)) + _maybe(rng, 0.2, lambda: "-vendor")


def maven(rng: random.Random) -> str:
    words = (
        "alpha",
        "beta",
        "milestone",
        "rc",
        "cr",
        "SNAPSHOT",
        "ga",
        "final",
        "RELEASE",
        "sp",
        "jre",
        "redhat",
        "a",
        "b",
        "m",
    )
    return _joined(rng, "..--", NUMBERS, 1, 3) + "".join(
        rng.choice(("-", ".", ""))
        + rng.choice(words)
        + _maybe(rng, 0.6, lambda: rng.choice(("", ".", "-")) + rng.choice(NUMBERS))
        for _ in range(rng.randrange(3))
    )


def gem(rng: random.Random) -> str:
    return _joined(rng, ".", NUMBERS, 1, 4) + "".join(
        rng.choice((".", ".", "-")) + rng.choice(("0", "0", "0", "1", "2", *WORDS)) for _ in range(rng.randrange(5))
    )


def nuget(rng: random.Random) -> str:
    return _joined(rng, ".", NUMBERS, 1, 4) + _maybe(rng, 0.5, lambda: "-" + _joined(rng, ".", NUMBERS + WORDS, 1, 3))


def composer(rng: random.Random) -> str:
    stability = ("stable", "beta", "b", "RC", "alpha", "a", "patch", "pl", "p", "BETA", "rc")
    date = rng.choice(("2010.01.02", "2010-01-02", "20100102", "20100102-203040", "2010-01-02-10-20-30.5"))
    return (
        _maybe(rng, 0.2, lambda: "v")
        + (date if rng.random() < 0.1 else _joined(rng, ".", NUMBERS, 1, 4))
        + _maybe(
            rng,
            0.6,
            lambda: (
                rng.choice(("", "-", ".", "_"))
                + rng.choice(stability)
                + _maybe(rng, 0.6, lambda: _joined(rng, ".-", NUMBERS, 1, 2))
            ),
        )
        + _maybe(rng, 0.2, lambda: rng.choice(("", "-", ".")) + "dev")
        + _maybe(rng, 0.1, lambda: "+build.1")
    )


def hackage(rng: random.Random) -> str:
    return _joined(rng, ".", NUMBERS, 1, 5)


def cran(rng: random.Random) -> str:
    return _joined(rng, "..-", NUMBERS, 1, 5)
