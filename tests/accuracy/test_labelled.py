"""The labelled set against the product: every case passes, or stands in ``known_gaps.txt`` and fails."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from accuracy.labels import (
    HERE,
    TALLY,
    Case,
    Chapter,
    Document,
    Label,
    ask,
    chapters,
    complaints,
    database,
    known_gaps,
    outcomes,
)
from pratique.model import Fix, FixState, NotAssessed, Package, Problem, Vulnerability
from pratique.vuln.match import Matches

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


# --- the judge himself ------------------------------------------------------------------------

LABELS = {
    "a": {"CVE-1": Label.AFFECTED, "CVE-2": Label.FIXED},
    "b": {"CVE-3": Label.NOT_ASSESSED, "CVE-4": Label.DEFERRED},
}
JUDGED = Case("x", [{"name": "a"}, {"name": "b"}], LABELS, "because.", fix={"CVE-1": "0:2"}, undecided=True)
REFUSED = (NotAssessed("its version cannot be read", 1, ("b",)),)
BLOCKED = (Problem("distribution", "unknown", blocking=True), Problem("feed x", "stale", blocking=True))


def reported(package: str, id_: str, state: FixState, *fixes: str) -> Vulnerability:
    return Vulnerability(id=id_, package=Package("deb", package, "1"), fix=Fix(state, fixes))


RIGHT = (reported("a", "CVE-1", FixState.FIXED, "2"), reported("b", "CVE-4", FixState.DEFERRED))


def test_all_right() -> None:
    assert list(complaints(JUDGED, Matches(RIGHT, BLOCKED, 0, REFUSED))) == []
    right = {("a", "CVE-1"), ("b", "CVE-4")}
    assert list(outcomes(JUDGED, right, {"b"})) == ["true_positive", "true_negative", "true_negative", "true_positive"]


@pytest.mark.parametrize(
    ("found", "complaint"),
    [
        (Matches(RIGHT[1:], BLOCKED, 0, REFUSED), "is affected, and is not reported"),
        (
            Matches((*RIGHT, reported("a", "CVE-2", FixState.AFFECTED)), BLOCKED, 0, REFUSED),
            "is fixed, and is reported",
        ),
        (Matches((*RIGHT, reported("a", "CVE-9", FixState.AFFECTED)), BLOCKED, 0, REFUSED), "nothing says so"),
        (Matches((RIGHT[0], reported("b", "CVE-4", FixState.AFFECTED)), BLOCKED, 0, REFUSED), "affected is said"),
        (Matches((reported("a", "CVE-1", FixState.FIXED, "3"), RIGHT[1]), BLOCKED, 0, REFUSED), "is fixed in 0:2"),
        (Matches(RIGHT, BLOCKED, 0, ()), "b was assessed"),
        (Matches(RIGHT, BLOCKED, 0, (NotAssessed("no feed", 2, ("a", "b")),)), "a was not assessed"),
        (Matches(RIGHT, BLOCKED[1:], 0, REFUSED), "a blocking problem is missing"),
    ],
)
def test_what_is_wrong_is_told(found: Matches, complaint: str) -> None:
    assert any(complaint in each for each in complaints(JUDGED, found))


def test_no_answer_is_no_right_answer() -> None:
    assert list(outcomes(JUDGED, set(), {"a", "b"})) == [
        "false_negative",
        "unanswered",
        "true_negative",
        "false_negative",
    ]
    assert list(outcomes(JUDGED, {("c", "CVE-9")}, set())).count("false_positive") == 1
