"""What our own documents tell is what was written into them: every format that claims so, every field."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.model import Image, Package, Report
from sboms import HARD, REPORT, VARIANTS, reports, stated, text


def ordered(packages: tuple[Package, ...]) -> list[Package]:
    return sorted(packages, key=repr)


def told(image: Image | None) -> Image | None:
    """What a document can tell of an image: neither how it is opened, nor what the user called it."""
    return image and msgspec.structs.replace(image, target="sbom:document")


def check(report: Report, name: str, variant: str) -> None:
    found = stated(text(report, name, variant))
    assert ordered(found.inventory.packages) == ordered(report.packages)
    assert found.inventory.distro == report.distro
    assert found.inventory.problems == report.problems
    assert found.inventory.channels == report.channels
    assert found.inventory.functions == report.functions
    assert found.coverage == report.coverage
    if report.image is not None:
        assert found.image == told(report.image)


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_the_hard_report(name: str, variant: str) -> None:
    check(REPORT, name, variant)


def test_the_hard_report_has_every_field() -> None:
    default = Package("", "", "")
    unset = {
        field
        for field in Package.__struct_fields__
        if all(getattr(package, field) == getattr(default, field) for package in HARD)
    }
    assert unset == {"source_version"}


@pytest.mark.parametrize("name", ["cyclonedx", "cyclonedx-xml", "spdx", "spdx-tag-value", "spdx-3"])
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_any_report(name: str, data: st.DataObject) -> None:
    check(data.draw(reports), name, data.draw(st.sampled_from([variant for one, variant in VARIANTS if one == name])))


@pytest.mark.parametrize(("name", "variant"), VARIANTS)
def test_a_document_of_a_document_is_the_same(name: str, variant: str) -> None:
    first = text(REPORT, name, variant)
    found = stated(first)
    again = msgspec.structs.replace(
        REPORT,
        image=found.image,
        packages=found.inventory.packages,
        distro=found.inventory.distro,
        problems=found.inventory.problems,
        channels=found.inventory.channels,
        functions=found.inventory.functions,
        coverage=found.coverage,
    )
    assert text(again, name, variant) == first
