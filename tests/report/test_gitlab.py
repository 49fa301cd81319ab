"""GitLab's report against what its schema demands."""

from __future__ import annotations

import json
import re

import jsonschema
import msgspec
import pytest
from hypothesis import given

from pratique.model import Distro, Level, Platform, Report, Severity
from pratique.plugins import WriteOptions
from pratique.report import gitlab
from report.test_formats import HOSTILE, TEXT, hostile
from reports import ALL, BASELINED, CLEARED, FAILING

TOKEN = {"type": "string", "minLength": 1}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$"}


def demands(*names: str, **properties: object) -> dict[str, object]:
    """An object with these keys; those of ``properties`` have a form of their own, the others are texts."""
    return {
        "type": "object",
        "required": list(names),
        "properties": {**{name: {"type": "string"} for name in names}, **properties},
    }


SCANNER = demands(
    "id", "name", "version", "vendor", id=TOKEN, name=TOKEN, version=TOKEN, vendor=demands("name", name=TOKEN)
)
IDENTIFIER = demands(
    "type",
    "name",
    "value",
    type=TOKEN,
    name=TOKEN,
    value=TOKEN,
    url={"type": "string", "pattern": "^(https?|ftp)://.+"},
)
RATED = demands("vendor", "vector", vendor=TOKEN, vector={"type": "string", "minLength": 16, "maxLength": 128})
SEVERITIES = {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]}
# What version 15.2.1 of container-scanning-report-format.json demands of the keys that we write
# (https://gitlab.com/gitlab-org/security-products/security-report-schemas, no package registry has it), as read there.
SCHEMA = demands(
    "version",
    "scan",
    "vulnerabilities",
    version={"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
    scan=demands(
        "analyzer",
        "scanner",
        "start_time",
        "end_time",
        "status",
        "type",
        analyzer=SCANNER,
        scanner=SCANNER,
        start_time=MOMENT,
        end_time=MOMENT,
        status={"enum": ["success", "failure"]},
        type={"enum": ["container_scanning", "container_scanning_for_registry"]},
        messages={"items": demands("level", "value", level={"enum": ["info", "warn", "fatal"]}, value=TOKEN)},
    ),
    vulnerabilities={
        "type": "array",
        "items": demands(
            "id",
            "identifiers",
            "location",
            id=TOKEN,
            name={"type": "string", "maxLength": 255},
            description={"type": "string", "maxLength": 1 << 20},
            solution={"type": "string", "maxLength": 7000},
            severity=SEVERITIES,
            cvss_vectors={"minItems": 1, "maxItems": 10, "items": RATED},
            identifiers={"type": "array", "minItems": 1, "items": IDENTIFIER},
            location=demands(
                "dependency",
                "operating_system",
                "image",
                operating_system=TOKEN,
                image=TOKEN,
                dependency=demands("package", "version", package=demands("name")),
            ),
        ),
    },
)


def document(*reports: Report) -> dict[str, list[dict[str, object]]]:
    return json.loads(gitlab.write(reports, WriteOptions()))


def check(*reports: Report) -> None:
    jsonschema.validate(document(*reports), SCHEMA)


@pytest.mark.parametrize("report", [*ALL, CLEARED, BASELINED, hostile(HOSTILE)], ids=range(len(ALL) + 3))
def test_what_the_schema_demands(report: Report) -> None:
    check(report)


def test_several_images_are_one_document() -> None:
    check(*ALL)


@given(TEXT)
def test_what_the_schema_demands_of_any_text(text: str) -> None:
    report = hostile(text)
    check(report, msgspec.structs.replace(report, distro=Distro(text), image=None))


@pytest.mark.parametrize(
    ("vector", "told"),
    [
        ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", True),
        ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H/MAV:X/E:P", True),
        ("AV:N/AC:M/Au:N/C:C/I:C/A:C", True),
        ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", False),
        ("CVSS:3.1/AV:X/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", False),
        ("CVSS:3.1/AV:N", False),
        ("CVSS:3.1" + "/AV:N" * 30, False),
        ("", False),
    ],
)
def test_vectors_that_it_knows(vector: str, told: bool) -> None:
    rated = msgspec.structs.replace(FAILING.findings[0], severity=Severity(Level.HIGH, 8.0, vector, "nvd"))
    (found,) = document(msgspec.structs.replace(FAILING, findings=(rated,)))["vulnerabilities"]
    assert found.get("cvss_vectors") == ([{"vendor": "nvd", "vector": vector}] if told else None)


def test_descriptions_are_no_markdown_of_the_image_s() -> None:
    """GitLab reads them as such (the schema's own words), and looks for mentions in what comes of it."""
    (found,) = document(hostile("[a](http://e) @all #1 !2 <b>"))["vulnerabilities"]
    for text in (found["description"], found["solution"]):
        assert not re.search(r"(?<!\\)[\[!]|(?<!&)[@#](?=\w)|<", text), text


def test_the_name_outlives_an_upgrade() -> None:
    names = [one["name"] for one in document(FAILING)["vulnerabilities"]]
    assert names[0] == "CVE-2021-44228 in org.apache.logging.log4j/log4j-core"


def test_two_platforms_of_an_image_share_no_identifier() -> None:
    assert FAILING.image is not None
    arm = msgspec.structs.replace(FAILING.image, platform=Platform("linux", "arm64"))
    both = FAILING, msgspec.structs.replace(FAILING, image=arm)
    alone, *found = ([one["id"] for one in document(*given)["vulnerabilities"]] for given in ((FAILING,), both))
    assert len(set(found[0])) == 2 * len(alone)
    assert not set(found[0]) & set(alone)
    beside = [one["id"] for one in document(FAILING, CLEARED, hostile("x"))["vulnerabilities"]]
    again = [one["id"] for one in document(FAILING, hostile("x"))["vulnerabilities"]]
    assert len(set(beside)) == len(beside)
    assert again[: len(alone)] == alone
