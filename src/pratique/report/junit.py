"""Reports in, JUnit's XML out, a suite an image: what the policy fails is a failure, what could not be read an error.

The elements that Jenkins and GitLab read:
https://docs.gitlab.com/ci/testing/unit_test_reports/ and https://github.com/testmoapp/junitxml.
"""

from __future__ import annotations

from xml.sax.saxutils import escape, quoteattr

from pratique.model import Action, AnyFinding, Problem, Report
from pratique.plugins import WriteOptions, Writer
from pratique.report import _groups, _told
from pratique.report._apart import apart, image_name, platform_of
from pratique.report._text import visible


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One document."""
    names = apart([(image_name(report), platform_of(report)) for report in reports])
    suites = [_suite(report, name) for report, name in zip(reports, names, strict=True)]
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="pratique">\n' + "".join(suites) + "</testsuites>\n"
    )


def _suite(report: Report, name: str) -> str:
    """A case a finding, the file in the names of those that would share one; a case a problem that blocks, with what it
    says where one place has several; of an image without any, one that passes."""
    findings, blocking = _told.reported(report), [one for one in report.problems if one.blocking]
    failures = sum(finding.decision.action is Action.FAIL for finding in findings)
    skipped = sum(_groups.silenced(finding) for finding in findings)
    titles = apart([(_told.title(finding), f"({visible(finding.file)})") for finding in findings])
    cases = [_case(finding, report, title) for finding, title in zip(findings, titles, strict=True)]
    titles = apart([(one.where, one.what) for one in blocking])
    cases += [_problem(one, title) for one, title in zip(blocking, titles, strict=True)]
    if not cases:
        cases = [f'    <testcase classname="pratique" name={_quoted(f"{name}: nothing found")}/>\n']
    head = (
        f'  <testsuite name={_quoted(name)} tests="{len(cases)}" failures="{failures}" errors="{len(blocking)}"'
        f' skipped="{skipped}" timestamp={_quoted(report.now.removesuffix("Z"))}>\n'
    )
    return head + "".join(cases) + "  </testsuite>\n"


def _problem(problem: Problem, title: str) -> str:
    return _element("problem", title, "error", problem.what, f"{problem.what}\n{problem.hint}".strip())


def _case(finding: AnyFinding, report: Report, title: str) -> str:
    told = _told.sentence(finding, report)
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
