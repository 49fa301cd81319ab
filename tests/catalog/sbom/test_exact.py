"""What our own documents tell is what was written into them: every format that claims so, every field."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pratique.model import Image, Package, Report, Step
from pratique.plugins import WriteOptions
from pratique.report import json
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


def test_our_own_inventory_tells_all_that_decides() -> None:
    """JSON in UTF-8 carries no lone surrogate: the other formats write it out."""
    image = REPORT.image
    assert image is not None
    config = msgspec.structs.replace(image.config, labels={"a": "b\n"}, history=(Step("RUN x", empty=True), Step("y")))
    report = msgspec.structs.replace(
        REPORT,
        packages=tuple(one for one in HARD if "\\udc80" not in repr(one)),
        image=msgspec.structs.replace(image, config=config, annotations={"k": "v"}),
    )
    found = stated(json.write((report,), WriteOptions(inventory=True)))
    assert ordered(found.inventory.packages) == ordered(report.packages)
    assert found.inventory.distro == report.distro
    assert found.inventory.problems == report.problems
    assert found.inventory.channels == report.channels
    assert found.inventory.functions == report.functions
    assert found.coverage == report.coverage
    assert found.image is not None
    assert report.image is not None
    assert found.image.config == report.image.config
    assert (found.image.annotations, found.image.platform) == (report.image.annotations, report.image.platform)
    wanted = [msgspec.structs.replace(layer, media_type="", open=None) for layer in report.image.layers]
    assert list(found.image.layers) == wanted


def test_an_inventory_without_channels_says_so() -> None:
    old = json.write((REPORT,), WriteOptions(inventory=True)).replace('"channels"', '"chan"')
    assert any("neither the repositories" in problem.what for problem in stated(old).inventory.problems)
