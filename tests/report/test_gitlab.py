"""GitLab's report against what its schema demands."""

from __future__ import annotations

import json

import jsonschema
import msgspec
import pytest
from hypothesis import given

from pratique.model import Distro, Report
from pratique.plugins import WriteOptions
from pratique.report import gitlab
from report.test_formats import HOSTILE, TEXT, hostile
from reports import ALL, BASELINED, CLEARED

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
SEVERITIES = {"enum": ["Info", "Unknown", "Low", "Medium", "High", "Critical"]}
# What version 15.2.1 of container-scanning-report-format.json demands of the keys that we write
# (https://gitlab.com/gitlab-org/security-products/security-report-schemas, no package registry has it).
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


def check(*reports: Report) -> None:
    jsonschema.validate(json.loads(gitlab.write(reports, WriteOptions())), SCHEMA)


@pytest.mark.parametrize("report", [*ALL, CLEARED, BASELINED, hostile(HOSTILE)], ids=range(len(ALL) + 3))
def test_what_the_schema_demands(report: Report) -> None:
    check(report)


def test_several_images_are_one_document() -> None:
    check(*ALL)


@given(TEXT)
def test_what_the_schema_demands_of_any_text(text: str) -> None:
    report = hostile(text)
    check(report, msgspec.structs.replace(report, distro=Distro(text), image=None))
