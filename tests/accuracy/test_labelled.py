"""The labelled set against the product: every case passes, or stands in ``known_gaps.txt`` and fails."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from accuracy.labels import HERE, TALLY, Case, Chapter, Document, ask, chapters, known_gaps

CHAPTERS = chapters()
GAPS = known_gaps()
ALL = [(chapter, document, case) for chapter in CHAPTERS for document in chapter.documents for case in document.cases]


@pytest.mark.parametrize(("chapter", "document", "case"), [pytest.param(*each, id=each[2].id) for each in ALL])
def test_case(
    chapter: Chapter, document: Document, case: Case, tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    answer = ask(chapter, document, case, tmp_path)
    record_property(TALLY, (chapter.name, dict(answer.tally)))
    wrong = answer.wrong
    if case.id in GAPS:
        assert wrong, f"{case.id} passes now: take its line out of known_gaps.txt"
    else:
        assert not wrong, "\n".join((case.reason, document.source, *wrong))


def test_every_id_is_one_case() -> None:
    ids = [case.id for _, _, case in ALL]
    assert sorted(set(ids)) == sorted(ids)


def test_every_gap_is_a_case() -> None:
    assert GAPS.keys() <= {case.id for _, _, case in ALL}
    assert all(GAPS.values())


def test_every_record_is_there_and_used() -> None:
    named = {name for _, document, _ in ALL for name in document.records}
    here = {path.relative_to(HERE / "records") for path in (HERE / "records").rglob("*") if path.is_file()}
    assert {name if Path(name) in here else f"{name}.json" for name in named} == {str(path) for path in here}


@pytest.mark.parametrize(("document", "case"), [pytest.param(*each[1:], id=each[2].id) for each in ALL])
def test_a_case_labels_its_own_packages_and_says_why(document: Document, case: Case) -> None:
    assert case.expect.keys() <= {package["name"] for package in case.packages}
    assert all(case.expect.values())
    assert case.reason.endswith(".")
    assert document.source.startswith("https://")
