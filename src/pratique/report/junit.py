"""Reports in, JUnit's XML out, a suite an image: what the policy fails is a failure, what could not be read an error.

The elements that Jenkins and GitLab read:
https://docs.gitlab.com/ci/testing/unit_test_reports/ and https://github.com/testmoapp/junitxml.
"""

from __future__ import annotations

from collections import Counter
from xml.sax.saxutils import escape, quoteattr

from pratique.model import Action, AnyFinding, Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups, _told
from pratique.report._text import visible


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One document."""
    suites = [_suite(report) for report in reports]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="pratique">\n' + "".join(suites) + "</testsuites>\n"
    )


def _suite(report: Report) -> str:
    """A case a finding; of an image without any, one that passes."""
    findings, blocking = _told.reported(report), [one for one in report.problems if one.blocking]
    failures = sum(finding.decision.action is Action.FAIL for finding in findings)
    skipped = sum(_groups.silenced(finding) for finding in findings)
    name = report.image.name if report.image else report.target
    named = Counter(_told.title(finding) for finding in findings)
    cases = [_case(finding, report, alone=named[_told.title(finding)] == 1) for finding in findings]
    cases += [_element("problem", one.where, "error", one.what, f"{one.what}\n{one.hint}".strip()) for one in blocking]
    if not cases:
        cases = [f'    <testcase classname="pratique" name={_quoted(f"{name}: nothing found")}/>\n']
    head = (
        f'  <testsuite name={_quoted(name)} tests="{len(cases)}" failures="{failures}" errors="{len(blocking)}"'
        f' skipped="{skipped}" timestamp={_quoted(report.now.removesuffix("Z"))}>\n'
    )
    return head + "".join(cases) + "  </testsuite>\n"


def _case(finding: AnyFinding, report: Report, *, alone: bool) -> str:
    """Readers take cases of one name for one: where several packages share theirs, the file tells them apart."""
    title, told = _told.title(finding), _told.sentence(finding, report)
    title += "" if alone else f" ({visible(finding.file)})"
    if finding.decision.action is Action.FAIL:
        return _element(_told.level(finding), title, "failure", _told.decided(finding), told)
    if _groups.silenced(finding):
        return _element(_told.level(finding), title, "skipped", _told.decided(finding), "")
    return _element(_told.level(finding), title, "system-out", "", told)


def _element(kind: str, name: str, element: str, message: str, text: str) -> str:
    attributes = f" message={_quoted(message)}" if message else ""
    body = f"<{element}{attributes}>{escape(_clean(text))}</{element}>" if text else f"<{element}{attributes}/>"
    return f"    <testcase classname={_quoted(f'pratique.{kind}')} name={_quoted(name)}>{body}</testcase>\n"


def _quoted(text: str) -> str:
    return quoteattr(_clean(text))


def _clean(text: str) -> str:
    """Lines that XML 1.0 can carry (https://www.w3.org/TR/xml/#charsets) and that no terminal obeys."""
    return "\n".join(visible(line) for line in text.split("\n"))


WRITER = Writer(name="junit", write=write)
