"""Reports against the schemas and validators of those who publish the formats, which tests/real/setup.sh fetches.

SARIF: Microsoft's multitool, with what GitHub asks for (https://github.com/microsoft/sarif-sdk). Dependency snapshots:
GitHub's description of its API (https://github.com/octokit/openapi). SPDX 3: the schema that SPDX's own library has
(https://github.com/spdx/spdx-java-v3jsonld-store). JUnit: that of Jenkins's xUnit plug-in, which pytest's tests have.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import tarfile
import zipfile
from pathlib import Path

import jsonschema
import msgspec
import pytest

from findings import FINDINGS
from pratique.model import Epss, Report, Tool
from pratique.plugins import Build, WriteOptions
from pratique.report import github, junit, sarif, spdx_3
from report.test_formats import HOSTILE, hostile
from reports import ALL, BASELINED, CLEARED, DOCKERFILE, FAILING, WEIGHED
from sboms import REPORT

pytestmark = pytest.mark.real
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
SCHEMAS = Path(os.environ.get("PRATIQUE_SCHEMAS") or CACHE / "pratique-schemas")
UNLIKELY = msgspec.structs.replace(FINDINGS[0], epss=Epss(0.00001, 0.5, "2026-11-20"))
REPORTS = tuple(
    msgspec.structs.replace(report, tool=Tool(version="0.1.0"))
    for report in (
        *ALL,
        BASELINED,
        CLEARED,
        WEIGHED,
        REPORT,
        msgspec.structs.replace(FAILING, findings=(UNLIKELY,)),
        *map(hostile, (HOSTILE, "", "\ud800\x00\x9b", "x" * 10_000)),
    )
)


def fetched(name: str) -> Path:
    """A file of those that were fetched; the test skips where it is absent."""
    path = SCHEMAS / name
    if not path.is_file():
        pytest.skip(f"no {path.name} in {str(SCHEMAS)!r}: tests/real/setup.sh fetches it")
    return path


def test_sarif_as_github_takes_it(tmp_path: Path) -> None:
    tool = fetched("node_modules/@microsoft/sarif-multitool-linux/Sarif.Multitool")
    options, located = WriteOptions(), WriteOptions(dockerfile=("Dockerfile", DOCKERFILE))
    for number, report in enumerate(REPORTS):
        (tmp_path / f"{number}.sarif").write_text(sarif.write((report,), options), "utf-8")
    (tmp_path / "all.sarif").write_text(sarif.write(ALL, located), "utf-8")
    (tmp_path / "none.sarif").write_text('{"version": "2.1.0", "runs": [{"results": [{"rank": 200}]}]}', "utf-8")
    command = [tool, "validate", "*.sarif", "--rule-kind", "Sarif;Gh"]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    try:
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
    except OSError as error:
        pytest.skip(f"Microsoft's validator does not run here: {error}")
    lines = (line for line in done.stdout.splitlines() if re.search(r"(error|warning) [A-Za-z]+\d+:", line))
    told = [line for line in lines if not line.endswith("learn more about the tool.")]  # it has no page of its own
    assert any("none.sarif" in line for line in told), done.stdout
    assert [line for line in told if "none.sarif" not in line] == []


def test_dependency_snapshots_as_github_describes_them() -> None:
    described = fetched("node_modules/@octokit/openapi/generated/api.github.com.deref.json")
    path = json.loads(described.read_bytes())["paths"]["/repos/{owner}/{repo}/dependency-graph/snapshots"]
    schema = jsonschema.Draft202012Validator(path["post"]["requestBody"]["content"]["application/json"]["schema"])
    options = WriteOptions(build=Build("c" * 40, "refs/heads/main", "7", "ci scan"))
    assert not schema.is_valid(json.loads(github.write((FAILING,), options)) | {"ref": "main"})
    for report in REPORTS:
        schema.validate(json.loads(github.write((report,), options)))


def test_spdx_3_as_its_schema_has_it() -> None:
    rust = pytest.importorskip("jsonschema_rs", reason="tests/real/setup.sh installs it: jsonschema takes minutes")
    with zipfile.ZipFile(fetched("spdx-v3jsonld-store-1.0.1.jar")) as jar:
        schema = rust.validator_for(json.loads(jar.read("resources/schema-v3.0.1.json")))
    assert not schema.is_valid(json.loads(spdx_3.write((FAILING,), WriteOptions()).replace('"affects"', '"harms"')))
    for report in REPORTS:
        schema.validate(json.loads(spdx_3.write((report,), WriteOptions())))


def test_junit_as_jenkins_has_it() -> None:
    etree = pytest.importorskip("lxml.etree", reason="tests/setup.sh installs lxml")
    with tarfile.open(fetched("pytest-9.0.2.tar.gz")) as archive:
        (name,) = (one for one in archive.getnames() if one.endswith("/junit-10.xsd"))
        schema = etree.XMLSchema(etree.parse(archive.extractfile(name)))

    def parsed(*reports: Report) -> object:
        return etree.fromstring(junit.write(reports, WriteOptions()).encode())

    assert not schema.validate(etree.fromstring("<testsuites><testsuite/></testsuites>"))
    schema.assertValid(parsed(*ALL))
    for report in REPORTS:
        schema.assertValid(parsed(report))
