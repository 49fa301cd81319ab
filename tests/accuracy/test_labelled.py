"""The labelled set against the product: every case passes, or stands in ``known_gaps.txt`` and fails."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from accuracy.labels import HERE, TALLY, Case, Chapter, Document, Label, ask, chapters, database, known_gaps

PAGE = HERE.parents[1] / "docs" / "accuracy.md"

CHAPTERS = chapters()
GAPS = known_gaps()
DOCUMENTS = [(chapter, document) for chapter in CHAPTERS for document in chapter.documents]
ALL = [(chapter, document, case) for chapter, document in DOCUMENTS for case in document.cases]


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Chapter, Document], Path]:
    """The database of a document, built once for all of its cases."""

    @functools.cache
    def build(number: int) -> Path:
        return database(*DOCUMENTS[number], tmp_path_factory.mktemp("document"))

    return lambda chapter, document: build(DOCUMENTS.index((chapter, document)))


@pytest.mark.parametrize(("chapter", "document", "case"), [pytest.param(*each, id=each[2].id) for each in ALL])
def test_case(
    chapter: Chapter,
    document: Document,
    case: Case,
    databases: Callable[[Chapter, Document], Path],
    tmp_path: Path,
    record_property: Callable[[str, object], None],
) -> None:
    answer = ask(chapter, document, case, lambda: databases(chapter, document), tmp_path)
    record_property(TALLY, (chapter.name, dict(answer.tally)))
    if case.id in GAPS:
        assert answer.wrong, f"{case.id} passes now: take its line out of known_gaps.txt"
    else:
        assert not answer.wrong, "\n".join((case.reason, document.source, *answer.wrong))


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


def test_a_misspelt_field_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError, match="expects"):
        msgspec.convert({"id": "x", "packages": [], "expects": {}, "expect": {}, "reason": "."}, Case)


def test_the_page_tells_every_label_and_field() -> None:
    page = PAGE.read_text()
    fields = {field.name for form in (Case, Document, Chapter) for field in msgspec.structs.fields(form)}
    labels = {label.value for label in Label}
    told = {word for word in fields | labels if f"`{word}`" in page or f" {word}: " in page}
    assert fields | labels == told
