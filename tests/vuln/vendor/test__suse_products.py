"""SUSE's products as the feed names them, and what an image asks for."""

from __future__ import annotations

import pytest

from pratique.vuln.vendor._suse_products import place, releases, stream, streams


@pytest.mark.parametrize(
    ("product", "release"),
    [
        ("SUSE Linux Enterprise Server 15 SP6", "Linux Enterprise Server 15 SP6"),
        ("SUSE Linux Enterprise Server 15", "Linux Enterprise Server 15"),
        ("SUSE Linux Enterprise Server 12 SP5", "Linux Enterprise Server 12 SP5"),
        ("SUSE Linux Enterprise Server 16.0", "Linux Enterprise Server 16.0"),
        ("SUSE Linux Enterprise Server 15 SP6-LTSS", "Linux Enterprise Server 15 SP6-LTSS"),
        ("SUSE Linux Enterprise Server 15-LTSS", "Linux Enterprise Server 15-LTSS"),
        ("SUSE Linux Enterprise Server 11 SP4 LTSS", "Linux Enterprise Server 11 SP4 LTSS"),
        ("SUSE Linux Enterprise Module for Basesystem 15 SP5", "Linux Enterprise Module for Basesystem 15 SP5"),
        ("SUSE Linux Enterprise Module for Python 3 15 SP6", "Linux Enterprise Module for Python 3 15 SP6"),
        ("SUSE Linux Enterprise Micro 5.5", "Linux Enterprise Micro 5.5"),
        ("SUSE Linux Enterprise Micro for Rancher 5.4", "Linux Enterprise Micro for Rancher 5.4"),
        ("SUSE Linux Micro 6.1", "Linux Micro 6.1"),
        ("SUSE Package Hub 15 SP5", "Package Hub 15 SP5"),
    ],
)
def test_products_of_suse(product: str, release: str) -> None:
    assert place(product) == ("SUSE", release)


@pytest.mark.parametrize("product", ["openSUSE Leap 15.6", "openSUSE Leap Micro 5.5", "openSUSE Tumbleweed"])
def test_products_of_opensuse(product: str) -> None:
    assert place(product) == ("openSUSE", product.removeprefix("openSUSE "))


@pytest.mark.parametrize(
    "product",
    [
        "",
        "SUSE Linux Enterprise Server for SAP Applications 15 SP4",
        "SUSE Linux Enterprise Server for SAP applications 16.0",
        "SUSE Linux Enterprise Server 12 SP2-BCL",
        "SUSE Linux Enterprise Server 15 SP4-ESPOS",
        "SUSE Linux Enterprise Server Teradata 12 SP3",
        "SUSE Linux Enterprise Server 11 SP1 for Teradata",
        "SUSE Linux Enterprise Server 12 SP3-LTSS-TERADATA",
        "SUSE Linux Enterprise Server 15 SP6 EXTREME CORE",
        "SUSE Linux Enterprise High Performance Computing 15 SP5-LTSS",
        "SUSE Linux Enterprise Desktop 15 SP6",
        "SUSE Manager Server 4.3",
        "SUSE Liberty Linux 9",
        "Container bci/bci-base:15.5",
        "openSUSE Leap",
    ],
)
def test_products_that_no_image_is_of(product: str) -> None:
    assert place(product) is None


def test_a_service_pack_is_one_stream() -> None:
    texts = ("Linux Enterprise Server 15 SP6", "Linux Enterprise Server 15 SP6-LTSS", "Package Hub 15 SP6")
    assert {stream(text) for text in (*texts, "Linux Enterprise Module for Basesystem 15 SP6")} == {"15 SP6"}
    assert stream("Linux Enterprise Server 15 SP5") == "15 SP5"
    assert stream("Leap 15.6") == "Leap 15.6"


def test_a_server_asks_its_modules_and_then_long_term_support() -> None:
    (one,) = streams("sles", "15.5")
    first, second = one.ranks
    assert first[0] == "Linux Enterprise Server 15 SP5"
    assert "Linux Enterprise Module for Basesystem 15 SP5" in first
    assert "Linux Enterprise Module for Server Applications 15 SP5" in first
    assert all("15 SP5" in text for text in (*first, *second))
    assert second == ("Linux Enterprise Server 15 SP5-LTSS", "Linux Enterprise Server 15 SP5 LTSS")
    assert releases("sles", "15.5") == (*first, *second)


def test_another_edition_asks_its_own_product_and_the_server_s() -> None:
    first = streams("sles_sap", "12.4")[0].ranks[0]
    assert first[:2] == ("Linux Enterprise Server for SAP Applications 12 SP4", "Linux Enterprise Server 12 SP4")
    assert "Linux Enterprise Module for Legacy 12" in first
    assert "Linux Enterprise Desktop 15 SP6" in releases("sled", "15.6")
    assert releases("sles_sap", "16.0")[1] == "Linux Enterprise Server 16.0"


@pytest.mark.parametrize(
    ("id_", "version", "first"),
    [
        ("sles", "15", "Linux Enterprise Server 15"),
        ("sles", "12.5", "Linux Enterprise Server 12 SP5"),
        ("sles", "11.4", "Linux Enterprise Server 11 SP4"),
        ("sles", "16.0", "Linux Enterprise Server 16.0"),
        ("sle-micro", "5.5", "Linux Enterprise Micro 5.5"),
        ("sle-micro-rancher", "5.4", "Linux Enterprise Micro for Rancher 5.4"),
        ("sl-micro", "6.1", "Linux Micro 6.1"),
        ("opensuse-leap", "15.6", "Leap 15.6"),
        ("opensuse-leap-micro", "5.5", "Leap Micro 5.5"),
        ("opensuse-tumbleweed", "20240701", "Tumbleweed"),
        ("opensuse", "42.3", "Leap 42.3"),
    ],
)
def test_the_likeliest_release(id_: str, version: str, first: str) -> None:
    asked = releases(id_, version)
    assert asked[0] == first
    assert len(set(asked)) == len(asked)
    for release in asked:  # what is asked is what the reader yields
        assert (place(f"SUSE {release}") or place(f"openSUSE {release}") or ("", ""))[1] == release


@pytest.mark.parametrize(("id_", "version"), [("sles", ""), ("sles", "x"), ("debian", "12"), ("opensuse-leap", "")])
def test_nothing_is_asked_for_what_is_not_known(id_: str, version: str) -> None:
    assert releases(id_, version) == ()
