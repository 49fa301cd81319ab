"""A JSON report that is read again is the report, as far as the document tells it."""

from __future__ import annotations

import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.errors import UsageError
from pratique.plugins import WriteOptions
from pratique.report import json as writer
from pratique.report._groups import name_of
from pratique.report._restore import restore
from reports import ALL, BASELINED, CLEARED, FAILING, WEIGHED


def test_what_is_read_again_is_written_alike() -> None:
    for reports in ((FAILING,), (CLEARED,), (BASELINED,), (WEIGHED,), ALL):
        text = writer.write(reports, WriteOptions())
        assert writer.write(restore(text.encode(), "report.json"), WriteOptions()) == text


def test_findings_keep_their_packages_and_decisions() -> None:
    (found,) = restore(writer.write((FAILING,), WriteOptions()).encode(), "report.json")
    assert {(type(one), one.id, name_of(one), one.decision) for one in found.findings} == {
        (type(one), one.id, name_of(one), one.decision) for one in FAILING.findings
    }
    assert found.verdict == FAILING.verdict


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff", b"[" * 10_000, b'{"schema": "urn:pratique:report:1.0"}'])
def test_what_is_no_report_is_told_by_its_name(data: bytes) -> None:
    with pytest.raises(UsageError, match=r"'old\.json' is no report of Pratique"):
        restore(data, "old.json")


DOCUMENT = json.loads(writer.write((FAILING,), WriteOptions()))


@given(st.sampled_from(sorted(DOCUMENT)), st.sampled_from([None, 1, "x", [], {}, [None], [{}]]))
def test_any_member_of_another_kind(key: str, value: object) -> None:
    data = msgspec.json.encode(DOCUMENT | {key: value})
    try:
        restore(data, "x")
    except UsageError:
        return
    assert isinstance(value, str | list) or value is None
