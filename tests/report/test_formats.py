"""The formats of other programs: golden outputs, what their readers need, and nothing hostile that gets through."""

from __future__ import annotations

import csv as reader
import io
import json
import re
import xml.etree.ElementTree as ET

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import LOG4J
from pratique.model import (
    Image,
    ImageFinding,
    LicenceBreach,
    Package,
    Platform,
    Problem,
    Reason,
    Report,
    Result,
    Severity,
    Verdict,
    Vulnerability,
)
from pratique.plugins import WriteOptions
from pratique.report import csv, github_actions, gitlab, html, junit, markdown, sarif
from reports import ALL, CLEARED, DOCKERFILE, FAILING, GOLDEN, GOLDENS, UNREAD

OPTIONS = WriteOptions()
ENDINGS = (".sarif", ".csv", ".xml", ".md", ".gitlab.json", ".github-actions")
WRITERS = (csv, github_actions, gitlab, junit, markdown, sarif)


@pytest.mark.parametrize("name", [name for name in GOLDENS if name.endswith(ENDINGS)])
def test_golden(name: str) -> None:
    with (GOLDEN / name).open(newline="") as file:
        assert GOLDENS[name]() == file.read(), "if it is meant: python tests/reports.py"


def results(report: Report) -> list[dict[str, object]]:
    return json.loads(sarif.write((report,), WriteOptions()))["runs"][0]["results"]  # type: ignore[no-any-return]


def test_sarif_rules_and_results_fit_together() -> None:
    run = json.loads(sarif.write((FAILING,), WriteOptions()))["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({rule["id"] for rule in rules})
    assert all(rules[one["ruleIndex"]]["id"] == one["ruleId"] for one in run["results"])
    assert {one["level"] for one in run["results"]} == {"error", "warning", "note"}
    kev = next(rule for rule in rules if rule["id"] == "CVE-2021-44228")
    assert (kev["properties"]["security-severity"], "kev" in kev["properties"]["tags"]) == ("10.0", True)
    prints = [one["partialFingerprints"]["pratiqueFinding/v1"] for one in run["results"]]
    assert len(set(prints)) == len(prints) == len(FAILING.findings)


def test_sarif_has_what_github_asks_for() -> None:
    """Microsoft's validator says the same of it (tests/report/test_real_schemas.py)."""
    run = json.loads(sarif.write((FAILING,), WriteOptions()))["runs"][0]
    for rule in run["tool"]["driver"]["rules"]:
        assert rule["help"].keys() == {"text", "markdown"}
        assert max(len(rule[name]["text"]) for name in ("shortDescription", "fullDescription")) <= 1024
        assert len(rule["properties"]["tags"]) <= 20
    for result in run["results"]:
        marks = result["partialFingerprints"]
        assert marks["primaryLocationLineHash"] == marks["pratiqueFinding/v1"]
        region = result["locations"][0]["physicalLocation"]["region"]
        assert region.keys() == {"startLine", "startColumn", "endLine", "endColumn"}


def test_a_rule_names_the_packages_that_it_is_found_in() -> None:
    run = json.loads(sarif.write((FAILING,), WriteOptions()))["runs"][0]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    glibc = rules["CVE-2023-4911"]
    assert glibc["shortDescription"]["text"] == "CVE-2023-4911 in libc-bin, libc-l10n, libc6 and 1 more package"
    assert "known to be exploited since 2023-11-21; EPSS 0.710" in glibc["fullDescription"]["text"]
    assert "[CVE-2023-4911](https://www.cve.org/CVERecord?id=CVE-2023-4911)" in glibc["help"]["markdown"]


def test_more_results_than_github_takes_of_a_run_are_several_runs() -> None:
    there = FAILING.findings[0]
    many = tuple(msgspec.structs.replace(there, id=f"CVE-2026-{number:05}") for number in range(sarif.MOST + 2))
    runs = json.loads(sarif.write((msgspec.structs.replace(FAILING, findings=many),), WriteOptions()))["runs"]
    assert [len(run["results"]) for run in runs] == [sarif.MOST, 2]
    assert [len(run["tool"]["driver"]["rules"]) for run in runs] == [sarif.MOST, 2]
    assert [run["automationDetails"]["id"].removeprefix("pratique/") for run in runs] == [
        "registry.example.org/team/app/",
        "registry.example.org/team/app/2/",
    ]
    assert {one["ruleId"] for run in runs for one in run["results"]} == {one.id for one in many}


def named(name: str, architecture: str = "amd64") -> Report:
    image = Image(name, name, platform=Platform("linux", architecture))
    return Report(name, "2026-11-21T12:00:00Z", image=image, findings=FAILING.findings[:1])


@pytest.mark.parametrize(
    ("reports", "categories"),
    [
        ((named("app:1"),), ["app"]),
        ((named("app:2"),), ["app"]),
        ((named("localhost:5000/a/app@sha256:0123"),), ["localhost:5000/a/app"]),
        ((named("app:1"), named("web:1")), ["app", "web"]),
        ((named("app:1"), named("app:1", "arm64"), named("web:1")), ["app;linux/amd64", "app;linux/arm64", "web"]),
        ((named("app:1"), named("app:2")), ["app;1", "app;2"]),
        ((named("app:1"), named("app:1")), ["app", "app;2"]),
        ((named("app:2"), named("app:1"), named("app:1")), ["app;2", "app;1", "app;1;2"]),
        ((Report("ghcr.io/a/gone:1", ""),), ["ghcr.io/a/gone"]),
    ],
)
def test_githubs_category_outlives_a_tag_and_none_stands_twice(
    reports: tuple[Report, ...], categories: list[str]
) -> None:
    runs = json.loads(sarif.write(reports, OPTIONS))["runs"]
    assert [run["automationDetails"]["id"] for run in runs] == [f"pratique/{one}/" for one in categories]


def test_sarif_fingerprints_outlive_a_rebuild_and_an_upgrade() -> None:
    def rebuilt(package: Package) -> Package:
        return msgspec.structs.replace(package, version="9", layer=7, path=f"other/{package.path}")

    again = msgspec.structs.replace(
        FAILING,
        findings=tuple(
            one if isinstance(one, ImageFinding) else msgspec.structs.replace(one, package=rebuilt(one.package))
            for one in reversed(FAILING.findings)
        ),
    )

    def prints(report: Report) -> set[str]:
        return {str(one["partialFingerprints"]) for one in results(report)}

    assert prints(again) == prints(FAILING)


def test_sarif_tells_what_is_silenced_as_suppressed() -> None:
    silenced = [one for one in results(CLEARED) if "suppressions" in one]
    assert len(silenced) == sum(bool(one.decision.vex or one.decision.suppressed_until) for one in CLEARED.findings)


def test_junit_counts_what_it_holds() -> None:
    for suite in ET.fromstring(junit.write(ALL, WriteOptions())):
        cases = list(suite)
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.attrib[count]) == sum(case.find(tag) is not None for case in cases)
        assert int(suite.attrib["tests"]) == len(cases) > 0


def test_junit_has_no_two_cases_of_one_name() -> None:
    there = FAILING.findings[0]
    elsewhere = msgspec.structs.replace(there, path="opt/other.jar")
    (suite,) = ET.fromstring(junit.write((msgspec.structs.replace(FAILING, findings=(there, elsewhere)),), OPTIONS))
    assert [case.attrib["name"] for case in suite.iter("testcase")] == [
        f"CVE-2021-44228 in org.apache.logging.log4j/log4j-core 2.14.1 ({one.file})" for one in (there, elsewhere)
    ]


def test_junit_tells_problems_of_one_place_apart() -> None:
    problems = tuple(Problem("feed Maven", what, blocking=True) for what in ("is 9 days old", "is not whole"))
    report = Report("app", "", problems=(*problems, problems[0], Problem("app.jar", "is damaged", blocking=True)))
    (suite,) = ET.fromstring(junit.write((report,), OPTIONS))
    assert [case.attrib["name"] for case in suite.iter("testcase")] == [
        "feed Maven is 9 days old",
        "feed Maven is not whole",
        "feed Maven is 9 days old 2",
        "app.jar",
    ]


def test_junit_has_no_two_suites_of_one_name() -> None:
    suites = ET.fromstring(junit.write((named("app:1"), named("app:1", "arm64"), named("web:1")), OPTIONS))
    assert [suite.attrib["name"] for suite in suites] == ["app:1 linux/amd64", "app:1 linux/arm64", "web:1"]


def test_a_licence_s_page_is_no_vulnerability_s() -> None:
    breaches = tuple(LicenceBreach(name, package=LOG4J) for name in ("MIT", "licence-unknown"))
    report = Report("app", "", findings=breaches)
    for writer in (sarif, gitlab, html):
        made = writer.WRITER.write((report,), OPTIONS)
        assert "osv.dev" not in made
        assert "https://spdx.org/licenses/MIT.html" in made
        assert "unknown.html" not in made


def test_csv_has_a_row_a_problem() -> None:
    rows = list(reader.DictReader(io.StringIO(csv.write((FAILING, UNREAD), OPTIONS))))
    found = [row for row in rows if row["kind"] == "problem"]
    assert len(rows) == len(FAILING.findings) + len(found) == len(FAILING.findings) + 2
    assert [(row["image"], row["path"], row["layer"], row["decision"]) for row in found] == [
        ("registry.example.org/team/app:1.4", "app/lib/broken.jar", "3", "none"),
        ("ghcr.io/team/gone:1", "ghcr.io/team/gone:1", "", "unknown"),
    ]
    assert found[1]["title"] == "the registry asks for credentials and none are known"


def test_gitlab_identifiers_are_stable_and_one_a_finding() -> None:
    found = json.loads(gitlab.write((FAILING,), WriteOptions()))["vulnerabilities"]
    again = json.loads(gitlab.write((FAILING,), WriteOptions()))["vulnerabilities"]
    assert [one["id"] for one in found] == [one["id"] for one in again]
    assert len({one["id"] for one in found}) == len(found)
    assert {"name": "CVE-2021-44228", "type": "cve", "value": "CVE-2021-44228"}.items() <= found[0]["identifiers"][
        0
    ].items()


HOSTILE = 'x\x1b[31m\n::error::a\u202e|<script>alert(1)</script>]](http://e)%0A::stop-commands::@all #1 `a` =1+1,"q"'


def hostile(text: str) -> Report:
    package = Package("npm", text, text, namespace=text, path=text, layer=0, licences=(text,))
    finding = Vulnerability(text or "x", title=text, package=package, severity=Severity(), aliases=(text,))
    problem = Problem(text, text, blocking=True, hint=text)
    return Report(text, "2026-11-21T12:00:00Z", image=Image(text, text), findings=(finding,), problems=(problem,))


def test_no_line_of_an_actions_log_is_the_image_s() -> None:
    for line in github_actions.write((hostile(HOSTILE),), WriteOptions()).splitlines():
        assert re.match(r"::(error|warning|notice) title=", line)
        head, _, message = line[2:].partition("::")
        assert "::" not in message.replace("\\x3a:", "")
        assert head.count(",") == head.count(",file=") + head.count(",line=")


def test_annotations_are_as_many_as_github_shows_the_verdicts_first() -> None:
    def told(*reports: Report) -> list[str]:
        return [line.partition(" ")[0] for line in github_actions.write(reports, OPTIONS).splitlines()]

    failing = msgspec.structs.replace(
        FAILING,
        findings=tuple(
            msgspec.structs.replace(one, id=f"{one.id}-{number}") for number in range(9) for one in FAILING.findings
        ),
    )
    assert told(failing, CLEARED) == ["::error", "::notice", *["::error"] * 9, *["::warning"] * 10]
    assert " and -1 more" not in github_actions.write((FAILING,), OPTIONS)  # a finding of no package
    assert told(*(failing,) * 12) == [*["::error"] * 12, *["::warning"] * 10]


def test_markdown_has_no_markup_of_the_image_s() -> None:
    text = markdown.write((hostile(HOSTILE),), WriteOptions())
    assert "<script" not in text
    assert "@all" not in text
    assert "](" not in text.replace("\\](", "")
    assert all(line.count("|") - line.count("\\|") in (0, 8) for line in text.splitlines())


def test_markdown_fits_into_a_comment_of_github() -> None:
    many = tuple(
        msgspec.structs.replace(one, id=f"{one.id}-{number}") for number in range(60) for one in FAILING.findings
    )
    notes = tuple("x" * 2000 for _ in range(300))
    report = msgspec.structs.replace(FAILING, findings=many, notes=notes)
    for reports in ((report,), (report, *ALL), (report,) * 5):
        made = markdown.write(reports, WriteOptions())
        assert len(made) < 65_536
        assert made.count("## ❌ FAIL: registry.example.org/team/app:1.4") >= 1
    assert "left out: a comment holds no more" in made


@pytest.mark.parametrize("count", [100, 300])
def test_markdown_of_many_images_tells_the_worst(count: int) -> None:
    made = markdown.write((*(CLEARED,) * count, *(FAILING,) * 3), WriteOptions())
    assert len(made) < 65_536
    assert made.count("## ❌ FAIL") == 3
    shown = made.count("## ")
    assert f"… {count + 3 - shown} images left out: a comment holds no more" in made


def test_markdown_of_a_verdict_without_end_fits() -> None:
    verdict = Verdict(Result.FAIL, (Reason("r", 1, "@" * 5000),) * 400, ("#1" * 3000,) * 400)
    notes = ("@" * 9000,) * 300
    made = markdown.write((msgspec.structs.replace(FAILING, verdict=verdict, notes=notes),), WriteOptions())
    assert len(made) < 65_536
    assert made.count("… and 380 more") == 2


def test_a_finding_of_the_image_says_what_is_amiss() -> None:
    for made in (markdown.write((FAILING,), WriteOptions()), html.write((FAILING,), WriteOptions())):
        assert "it was built on debian:12, and nothing tells on which build of it" in made


def test_a_cell_is_no_formula() -> None:
    rows = list(reader.reader(io.StringIO(csv.write((hostile("=cmd|'/c calc'!A1"),), WriteOptions()))))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


TEXT = st.text(max_size=30) | st.text(alphabet="<>&\"'`|[]()*_#@:%,=\n\r\x1b\x00\u2028\ud800-", max_size=30)


@given(TEXT)
def test_any_text_leaves_documents_that_can_be_read(text: str) -> None:
    report = hostile(text)
    json.loads(sarif.write((report,), WriteOptions()))
    json.loads(gitlab.write((report,), WriteOptions()))
    ET.fromstring(junit.write((report,), WriteOptions()).encode())
    rows = list(reader.reader(io.StringIO(csv.write((report,), WriteOptions()))))
    assert [len(row) for row in rows] == [len(rows[0])] * 3
    for writer in WRITERS:
        made = writer.WRITER.write((report,), WriteOptions())
        made.encode()
        assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", made)


def test_the_dockerfile_s_line() -> None:
    options = WriteOptions(dockerfile=("Dockerfile", DOCKERFILE))
    run = json.loads(sarif.write((FAILING,), options))["runs"][0]
    lines = {one["ruleId"]: one["locations"][0]["physicalLocation"]["region"]["startLine"] for one in run["results"]}
    assert (lines["CVE-2021-44228"], lines["CVE-2023-4911"]) == (8, 5)
