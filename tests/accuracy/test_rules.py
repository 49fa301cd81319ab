"""``docs/matching.md`` against the code: the tests that it names are there, and each distribution that is assessed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from accuracy.labels import chapters
from pratique import plugins
from pratique.vuln.distro._shape import Distribution

TESTS = Path(__file__).parent.parent
PAGE = (TESTS.parent / "docs" / "matching.md").read_text()
RULES = PAGE.partition("## Which test holds which rule")[2].partition("\n## ")[0]
HELD = [re.findall(r"`([^`]+)`", line.split(" | ")[-1]) for line in RULES.splitlines() if line.startswith("| ")][1:]
NAMED = [name for names in HELD for name in names]


def test_each_rule_is_held_by_something() -> None:
    assert len(HELD) > 20
    assert all(HELD)


@pytest.mark.parametrize("name", [name for name in NAMED if "::" in name])
def test_a_test_that_is_named_is_there(name: str) -> None:
    file, _, test = name.partition("::")
    assert f"def {test}(" in (TESTS / file).read_text()


def test_a_case_that_is_named_is_there() -> None:
    cases = {case.id for chapter in chapters() for document in chapter.documents for case in document.cases}
    assert {name for name in NAMED if "::" not in name} <= cases


@pytest.mark.parametrize("known", plugins.load("pratique.vuln.distro", "DISTRO").values(), ids=lambda known: known.name)
def test_each_distribution_has_its_line(known: Distribution) -> None:
    which = PAGE.partition("## Which feed is asked")[2].partition("\n## ")[0]
    assert known.name.removesuffix(" Linux") in which or known.ecosystem in which
