"""Names of formats as users of Syft and Trivy write them."""

from __future__ import annotations

import pytest

from pratique.cli import _output
from pratique.report import _names
from pratique.report._cyclonedx import VERSIONS


@pytest.mark.parametrize(
    ("name", "format_", "variant"),
    [
        ("cyclonedx", "cyclonedx", ""),
        ("cyclonedx-json", "cyclonedx", ""),
        ("cyclonedx-1.4", "cyclonedx", "1.4"),
        ("cyclonedx-json@1.5", "cyclonedx", "1.5"),
        ("cyclonedx@1.7", "cyclonedx", "1.7"),
        ("cyclonedx-xml", "cyclonedx-xml", ""),
        ("cyclonedx-xml-1.6", "cyclonedx-xml", "1.6"),
        ("cyclonedx-xml@1.6", "cyclonedx-xml", "1.6"),
        ("spdx", "spdx", ""),
        ("spdx-json", "spdx", ""),
        ("spdx-2.3", "spdx", ""),
        ("spdx-tag-value", "spdx-tag-value", ""),
        ("spdx-tv", "spdx-tag-value", ""),
        ("spdx-3", "spdx-3", ""),
        ("spdx-3.0", "spdx-3", ""),
        ("github-json", "github", ""),
        ("purl", "purls", ""),
        ("table", "table", ""),
    ],
)
def test_a_name_that_is_known(name: str, format_: str, variant: str) -> None:
    assert _names.find(name) == _names.Asked(format_, variant)
    assert _names.find(name).format in _output.available()


@pytest.mark.parametrize(
    "name", ["cyclonedx-1.3", "cyclonedx@9", "json-1.4", "spdx@2.2", "cyclonedx-xml-", "@", "-1.4", ""]
)
def test_a_name_that_is_not(name: str) -> None:
    assert _names.find(name).format not in _output.available()


def test_the_versions_are_those_that_are_written() -> None:
    assert _names._VERSIONS == VERSIONS
    assert {_names.find(name).variant for name in _names.versioned()} == set(VERSIONS)
