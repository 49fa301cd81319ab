"""What holds for the keys of every scheme."""

from __future__ import annotations

import itertools
import random
import subprocess
import sys

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pratique import plugins, version
from pratique.version._pack import LONGEST_KEY
from version import order, texts

GRAMMARS = {
    "apk": texts.apk,
    "bitnami": texts.semver,
    "cargo": texts.semver,
    "composer": texts.composer,
    "cran": texts.cran,
    "deb": texts.deb,
    "gem": texts.gem,
    "generic": texts.gem,
    "golang": texts.golang,
    "hackage": texts.hackage,
    "maven": texts.maven,
    "npm": texts.npm,
    "nuget": texts.nuget,
    "pypi": texts.pypi,
    "rpm": texts.rpm,
    "semver": texts.semver,
}
WITH_LOCAL = {"bitnami", "pypi"}  # whose versions others count as: rebuilds, local versions
SCHEMES = plugins.load("pratique.version", "SCHEME")
HOSTILE = (
    "", " ", "\0", "\n", "1.0\n", "-", ".", "~", ":", "1:", ":1", "-1", "1-", "1..2", "v", "0x10", "1e5", "٣.١", "1.²",
    "１.２", "1.0-\ud800", "ſ1.0", "1.0\u00a0", "🐍", "${version}", "'; drop table", "9" * 4301, "1." * 5000,
    "1-" + "a." * 600, "1" + "_p" * 400, "1!" * 500, "0." * 500 + "a", "~" * 1000, "1-" + "1" * 1000, "1" + "(" * 500,
    # texts that send a pattern with two ways to one end through all of them
    "1.0-beta" + "1" * 60 + "x", " " * 1000, "= " * 500, "v" * 1000, "1" + "-a" * 500 + "_", "1.0+" + "a." * 500,
    "1.0.beta" + ".1" * 400 + "x", "1" + "_p1" * 300 + "x", "1" + ".1" * 500 + "x", "1.0rc" + "1" * 900 + "x",
)  # fmt: skip


def test_every_scheme_has_a_grammar_here() -> None:
    assert set(GRAMMARS) == set(SCHEMES)


@pytest.mark.parametrize("scheme", sorted(GRAMMARS))
def test_keys_are_ordered_as_the_tuples_are(scheme: str) -> None:
    rng = random.Random(scheme)
    some = [text for text in (GRAMMARS[scheme](rng) for _ in range(1500)) if order.relation(scheme, text, text) == "="]
    assert len(some) > 1000
    by_tuple = sorted(some, key=SCHEMES[scheme].parse)
    by_key = sorted(some, key=lambda text: version.key(scheme, text))
    assert by_tuple == by_key  # sorting is stable: equal tuples are equal keys
    keys = sorted({version.key(scheme, text) for text in some})
    assert len(keys) > 300
    assert not any(high.startswith(low) for low, high in itertools.pairwise(keys))


@pytest.mark.parametrize("scheme", sorted(GRAMMARS))
@settings(max_examples=150)
@given(st.one_of(st.text(max_size=30), st.text("0123456789.-+~^_:!abrcvX ", max_size=30)))
@example("")
def test_nothing_but_value_errors(scheme: str, text: str) -> None:
    check_any(scheme, text)


@pytest.mark.parametrize("scheme", sorted(GRAMMARS))
@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_texts(scheme: str, text: str) -> None:
    check_any(scheme, text)


def check_any(scheme: str, text: str) -> None:
    """A key of a bounded length, or a ``ValueError`` that quotes the text."""
    try:
        outcome: bytes | str = version.key(scheme, text)
    except ValueError as error:
        outcome = str(error)
    if isinstance(outcome, str):
        assert repr(text)[:30] in outcome
    else:
        assert 1 < len(outcome) <= LONGEST_KEY
        assert text.isascii()


@pytest.mark.parametrize("scheme", sorted(GRAMMARS))
def test_large_numbers_keep_their_order(scheme: str) -> None:
    numbers = [str(9**power) for power in range(0, 500, 7)]
    keys = []
    for number in numbers:
        try:
            keys.append(version.key(scheme, number))
        except ValueError:
            assert scheme == "composer"  # takes five digits, as its rule says
            break
    assert keys == sorted(set(keys))


def test_names_are_those_of_package_urls_and_osv() -> None:
    assert {"deb", "apk", "rpm", "pypi", "npm", "semver", "golang", "maven", "gem", "cargo", "nuget"} <= set(
        version.names()
    )
    assert {"PyPI", "Go", "Maven", "RubyGems", "crates.io", "NuGet", "Packagist", "Bitnami"} <= set(version.names())
    assert version.key("PyPI", "1.0") == version.key("pypi", "1.0")


def test_an_unknown_scheme_is_named_with_the_known_ones() -> None:
    with pytest.raises(ValueError, match=r"unknown version scheme 'debain'; known are .*deb"):
        version.key("debain", "1.0")


def test_the_error_quotes_the_value_and_the_scheme() -> None:
    with pytest.raises(ValueError, match=r"^'one' is no pypi version$"):
        version.key("pypi", "one")


def test_a_text_past_the_bound_is_refused_and_not_quoted_whole() -> None:
    assert version.key("rpm", "1" * version.LONGEST_TEXT)
    with pytest.raises(ValueError, match=r"a version of 1025 characters is too long: '1{40}'…"):
        version.key("rpm", "1" * (version.LONGEST_TEXT + 1))


def test_only_the_scheme_that_is_asked_is_imported() -> None:
    program = "import sys; from pratique import version; version.key('deb', '1'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = {name.rpartition(".")[2] for name in done.stdout.split() if name.startswith("pratique.version.")}
    assert loaded == {"_names", "_pack", "deb"}


@pytest.mark.parametrize("scheme", sorted(GRAMMARS))
def test_what_comes_after_a_version(scheme: str) -> None:
    assert version.has_local(scheme) is (scheme in WITH_LOCAL)
    if scheme not in WITH_LOCAL:
        assert version.after(scheme, "1.0") == version.key(scheme, "1.0") + b"\0"
