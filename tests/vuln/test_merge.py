"""Merging by alias and taking errata apart, over records made by hand and at random."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Fix, FixState, Level, Severity
from pratique.vuln.answer import Above, Advisory, Affects
from pratique.vuln.bulletin import Scope
from pratique.vuln.identity import cves
from pratique.vuln.inquiry import Found, Place
from pratique.vuln.merge import Merged, merge
from pratique.vuln.place import Name, Question
from pratique.vuln.streams import Stream

NAME = Name("x", "1", b"\2\0")
QUESTION = Question("PyPI", (Stream((("",),)),), (NAME,), "pypi")
PLACE = Place("", NAME)
OPEN = b"\xff"


def advisory(
    id_: str,
    aliases: str = "",
    upstream: str = "",
    *,
    severity: Severity = Severity(),  # noqa: B008 - frozen
    published: str = "",
    modified: str = "",
) -> Advisory:
    return Advisory(id_, published, modified, severity.level, severity.score, severity.vector, "", aliases, upstream)


def until(known: Advisory, fixed: int) -> Affects:
    return Affects(known, b"", bytes((fixed + 1, 0)), "", str(fixed), "")


def merged(*affecting: Affects, more: tuple[Above, ...] = ()) -> tuple[Merged, ...]:
    above = [Above(each.advisory.id, each.low, each.high, each.fixed) for each in affecting]
    return merge(QUESTION, [Found(each, PLACE) for each in affecting], [*above, *more])


def groups(*advisories: Advisory) -> dict[str, list[str]]:
    """The records of each vulnerability's evidence, by the vulnerability's id."""
    found = merged(*(until(each, 2) for each in advisories))
    return {each.id: [evidence.record for evidence in each.evidence] for each in found}


def test_records_of_one_cve_are_one_vulnerability() -> None:
    assert groups(advisory("PYSEC-1", "CVE-1"), advisory("GHSA-1", "CVE-1")) == {"CVE-1": ["GHSA-1", "PYSEC-1"]}


def test_a_statement_on_some_of_an_erratum_s_vulnerabilities_is_of_these_only() -> None:
    notice = advisory("USN-1", upstream="CVE-1 CVE-2")
    part = msgspec.structs.replace(until(notice, 2), scope=Scope(cves=("CVE-2",)))
    assert [each.id for each in merged(part)] == ["CVE-2"]
    page = until(advisory("UBUNTU-CVE-2026-1", upstream="CVE-1"), 3)
    found = {each.id: [evidence.record for evidence in each.evidence] for each in merged(part, page)}
    assert found["CVE-1"] == ["UBUNTU-CVE-2026-1"]
    assert found["CVE-2"] == ["USN-1"]


def test_of_two_statements_of_an_erratum_each_proves_its_own_vulnerability() -> None:
    notice = advisory("USN-1", upstream="CVE-1 CVE-2")
    first, second = (
        msgspec.structs.replace(until(notice, fix), scope=Scope(cves=(cve,)))
        for fix, cve in ((2, "CVE-1"), (3, "CVE-2"))
    )
    assert {each.id: [one.fixed for one in each.evidence] for each in merged(first, second)} == {
        "CVE-1": ["2"],
        "CVE-2": ["3"],
    }


def test_evidence_tells_where_its_range_begins_with_the_version_or_after_it() -> None:
    one = until(advisory("A-1"), 3)
    for begins in ({"introduced": "1"}, {"after": "1"}):
        ((evidence,),) = (each.evidence for each in merged(msgspec.structs.replace(one, **begins)))
        assert (evidence.introduced, evidence.fixed) == ("1", "3")


def test_aliases_are_transitive() -> None:
    chain = [advisory("A-1", "B-1"), advisory("B-1", "C-1"), advisory("C-1", "D-1"), advisory("D-1", "CVE-1")]
    assert groups(*chain) == {"CVE-1": ["A-1", "B-1", "C-1", "D-1"]}


def test_records_that_share_an_alias_nobody_has_are_one() -> None:
    assert groups(advisory("A-1", "GHSA-x"), advisory("B-1", "GHSA-x")) == {"GHSA-x": ["A-1", "B-1"]}


def test_cycles_end() -> None:
    assert groups(advisory("A-1", "B-1 A-1"), advisory("B-1", "C-1"), advisory("C-1", "A-1")) == {
        "A-1": ["A-1", "B-1", "C-1"]
    }


def test_without_a_cve_githubs_id_is_shown_else_the_records() -> None:
    assert [*groups(advisory("PYSEC-1", "SNYK-1 GHSA-2 GHSA-1"))] == ["GHSA-1"]
    assert [*groups(advisory("PYSEC-1", "SNYK-1"))] == ["PYSEC-1"]


@pytest.mark.parametrize("field", ["aliases", "upstream"])
def test_an_erratum_of_several_cves_is_one_vulnerability_each(field: str) -> None:
    erratum = advisory("DSA-1", **{field: "CVE-1 CVE-2"})
    assert groups(erratum, advisory("DEBIAN-CVE-2", upstream="CVE-2")) == {
        "CVE-1": ["DSA-1"],
        "CVE-2": ["DEBIAN-CVE-2", "DSA-1"],
    }


def test_an_erratums_id_is_no_alias_of_its_cves() -> None:
    found = merged(until(advisory("DSA-1", upstream="CVE-1 CVE-2 GHSA-1"), 2), until(advisory("X-1", "CVE-1"), 2))
    assert {each.id: each.aliases for each in found} == {"CVE-1": ("X-1",), "CVE-2": ()}


def test_of_several_vulnerabilities_an_erratum_does_not_tell_whose_other_name_it_gives() -> None:
    erratum = advisory("DSA-1", upstream="CVE-1 CVE-2 GHSA-1")
    assert groups(erratum, advisory("GHSA-1")) == {"CVE-1": ["DSA-1"], "CVE-2": ["DSA-1"], "GHSA-1": ["GHSA-1"]}


def test_wolfi_names_the_cve_and_githubs_id_as_upstream() -> None:
    found = merged(until(advisory("CGA-1", upstream="CVE-1 GHSA-1"), 2))
    assert [(each.id, each.aliases) for each in found] == [("CVE-1", ("CGA-1", "GHSA-1"))]


def test_a_record_whose_id_holds_the_cve() -> None:
    assert cves(advisory("DEBIAN-CVE-2024-1234")) == {"CVE-2024-1234"}
    assert cves(advisory("CVE-2024-1234")) == {"CVE-2024-1234"}
    assert cves(advisory("X-CVE-2024-1234-1")) == frozenset()


def test_errata_for_bugs_are_left_out_unless_they_name_a_cve() -> None:
    assert groups(advisory("ALBA-1"), advisory("ALEA-1")) == {}
    assert groups(advisory("ALBA-1", upstream="CVE-1")) == {"CVE-1": ["ALBA-1"]}
    assert groups(advisory("ALSA-1")) == {"ALSA-1": ["ALSA-1"]}


def test_severity_is_the_newest_cvss_then_the_highest_then_a_word() -> None:
    word = Severity(Level.CRITICAL)
    old = Severity(Level.HIGH, 8.0, "CVSS:3.0/x")
    low, high = Severity(Level.LOW, 2.0, "CVSS:3.1/a"), Severity(Level.HIGH, 7.0, "CVSS:3.1/b")

    def shown(*severities: Severity) -> Severity:
        records = [advisory(f"GHSA-{index}", "CVE-1", severity=each) for index, each in enumerate(severities)]
        (found,) = merged(*(until(record, 2) for record in records))
        return found.severity

    assert shown(word, old, low, high) == Severity(Level.HIGH, 7.0, "CVSS:3.1/b", "GitHub")
    assert shown(word, old) == Severity(Level.HIGH, 8.0, "CVSS:3.0/x", "GitHub")
    assert shown(word) == Severity(Level.CRITICAL, source="GitHub")
    assert shown(Severity()) == Severity()


def test_the_fix_lies_in_no_range_of_any_record() -> None:
    first, second = advisory("A-1", "CVE-1"), advisory("B-1", "CVE-1")
    (found,) = merged(until(first, 3), until(second, 5))
    assert found.fix == Fix(FixState.FIXED, ("5",))


@pytest.mark.parametrize("low", [bytes((3, 0)), bytes((4, 0))])  # before 3, and 3 itself
def test_a_later_range_of_the_same_record_is_heeded(low: bytes) -> None:
    known = advisory("A-1")
    again = Above("A-1", low, bytes((9, 0)), "8")  # up to 8, where the first range ends at 3
    (found,) = merged(until(known, 3), more=(again,))
    assert found.fix.versions == ("8",)


def test_the_fix_is_that_of_the_installed_branch() -> None:
    branch = Above("A-1", bytes((8, 0)), bytes((10, 0)), "9")
    (found,) = merged(until(advisory("A-1"), 3), more=(branch,))
    assert found.fix.versions == ("3",)


def test_no_fix() -> None:
    unbounded = Affects(advisory("A-1"), b"", OPEN, "", "", "")
    assert merged(unbounded)[0].fix == Fix(FixState.AFFECTED)
    last = Affects(advisory("A-1"), b"", bytes((3, 0, 0)), "", "", "2")
    assert merged(last)[0].fix == Fix(FixState.UNKNOWN)
    assert merged(unbounded, until(advisory("A-1"), 3))[0].fix == Fix(FixState.AFFECTED)


def test_only_an_erratum_dates_a_fix() -> None:
    erratum = advisory("DSA-1", upstream="CVE-1", published="2025-02-01T10:00:00Z")
    notice = advisory("GHSA-1", "CVE-1", published="2025-01-01T10:00:00Z")
    assert merged(until(notice, 3))[0].fix.date == ""
    assert merged(until(notice, 3), until(erratum, 3))[0].fix.date == "2025-02-01"


def test_published_first_modified_last() -> None:
    first = advisory("A-1", "CVE-1", published="2024", modified="2024")
    (found,) = merged(until(first, 2), until(advisory("B-1", "CVE-1", published="2023", modified="2025"), 2))
    assert (found.published, found.modified) == ("2023", "2025")


names = st.sampled_from([f"{prefix}-{number}" for prefix in ("CVE", "GHSA", "A", "B") for number in range(4)])
records = st.lists(
    st.builds(
        advisory,
        names.filter(lambda name: not name.startswith("CVE")),
        st.lists(names, max_size=3).map(" ".join),
        st.lists(names, max_size=3).map(" ".join),
    ),
    max_size=8,
    unique_by=lambda each: each.id,
)


@given(records)
def test_no_record_is_lost_and_no_cve_stands_twice(known: list[Advisory]) -> None:
    found = groups(*known)
    assert {record for group in found.values() for record in group} == {each.id for each in known}
    for each in known:
        for cve in cves(each):
            assert each.id in found[cve]


@given(records, st.randoms(use_true_random=False))
def test_the_order_of_records_has_no_say(known: list[Advisory], chance: object) -> None:
    shuffled = list(known)
    getattr(chance, "shuffle")(shuffled)  # noqa: B009
    assert merged(*(until(each, 2) for each in known)) == merged(*(until(each, 2) for each in shuffled))
