"""Red Hat's CPEs and content sets as published, and what an image asks for."""

from __future__ import annotations

import pytest

from pratique.vuln.vendor._redhat_cpe import newest_minors, releases, short, stream, streams

# Lines of https://security.access.redhat.com/data/metrics/repository-to-cpe.json, as they are read.
MAPPING = {
    "rhel-8-for-x86_64-baseos-rpms": ("enterprise_linux:8::baseos",),
    "rhel-8-for-x86_64-appstream-rpms": ("enterprise_linux:8::appstream",),
    "rhel-8-for-x86_64-baseos-eus-rpms": tuple(f"rhel_eus:8.{minor}::baseos" for minor in (1, 2, 4, 6, 8)),
    "rhel-8-for-x86_64-baseos-eus-rpms__8_DOT_6": ("rhel_eus:8.6::baseos",),
    "rhel-10-for-x86_64-baseos-rpms": ("enterprise_linux:10.0::baseos", "enterprise_linux:10.1::baseos"),
    "rhocp-4.13-for-rhel-8-x86_64-rpms": ("openshift:4.13::el8",),
    "ubi-9-for-x86_64-baseos-rpms": ("enterprise_linux:9::baseos",),
}


@pytest.mark.parametrize(
    ("cpe", "release"),
    [
        ("cpe:/o:redhat:enterprise_linux:8::baseos", "enterprise_linux:8::baseos"),
        ("cpe:/a:redhat:rhel_eus:9.2::appstream", "rhel_eus:9.2::appstream"),
        ("cpe:/a:redhat:enterprise_linux:8", "enterprise_linux:8"),
        ("cpe:/o:redhat:enterprise_linux_eus:10.0", "enterprise_linux_eus:10.0"),
        ("cpe:/a:redhat:jbosseapxp", "jbosseapxp"),
        ("cpe:/a:redhat:rhev_manager:4.4:el8", "rhev_manager:4.4:el8"),
        ("cpe:/a:redhat", ""),
        ("cpe:/a:redhat:", ""),
        ("cpe:/a:rhel_sam:1.0::el6", ""),
        ("cpe:2.3:a:redhat:x:1:*:*:*:*:*:*:*", ""),
        ("", ""),
    ],
)
def test_the_text_is_osv_s(cpe: str, release: str) -> None:
    assert short(cpe) == release


def test_a_stream_is_product_and_version() -> None:
    assert stream("enterprise_linux:8::baseos") == stream("enterprise_linux:8") == "enterprise_linux:8"
    assert stream("rhel_eus:8.6::appstream") != stream("rhel_eus:8.8::appstream")


def test_without_content_sets_the_release_itself_is_asked() -> None:
    (one,) = streams("8.10", (), {})
    assert {"enterprise_linux:8::baseos", "enterprise_linux:8::appstream"} <= set(one.ranks[0])
    assert one.ranks[1:] == (("enterprise_linux:8",),)
    assert not any("eus" in release for release in releases("8.10", (), {}))


def test_content_sets_of_the_main_release_ask_the_same() -> None:
    sets = ("rhel-8-for-x86_64-baseos-rpms", "rhel-8-for-x86_64-appstream-rpms")
    assert streams("8.6", sets, MAPPING) == streams("8.10", (), {})
    assert streams("8.6", sets, {}) == streams("8.10", (), {})  # their names tell it too
    assert streams("9.4", ("ubi-9-for-x86_64-baseos-rpms",), {}) == streams("9.4", (), {})


@pytest.mark.parametrize("mapping", [MAPPING, {}])
def test_extended_updates_are_asked_first_and_the_main_release_where_they_are_silent(
    mapping: dict[str, tuple[str, ...]],
) -> None:
    sets = ("rhel-8-for-x86_64-baseos-eus-rpms__8_DOT_6", "rhel-8-for-x86_64-baseos-rpms")
    (one,) = streams("8.6", sets, mapping)
    assert one.ranks[:2] == (("rhel_eus:8.6::baseos",), ("rhel_eus:8.6",))
    assert one.ranks[2:] == streams("8.6", (), {})[0].ranks


def test_extended_updates_that_are_not_pinned_are_the_image_s_by_their_name_too() -> None:
    (one,) = streams("8.6", ("rhel-8-for-x86_64-baseos-eus-rpms",), {})
    assert one.ranks[0] == ("rhel_eus:8.6::baseos",)
    assert streams("8", ("rhel-8-for-x86_64-baseos-eus-rpms",), {}) == streams("8", (), {})


def test_of_a_content_set_that_is_not_pinned_the_image_s_own_minor_release_is_meant() -> None:
    (one,) = streams("8.6", ("rhel-8-for-x86_64-baseos-eus-rpms",), MAPPING)
    assert one.ranks[0] == ("rhel_eus:8.6::baseos",)
    (other,) = streams("8.10", ("rhel-8-for-x86_64-baseos-eus-rpms",), MAPPING)
    assert len(other.ranks[0]) == 5


@pytest.mark.parametrize("mapping", [MAPPING, {}])
def test_a_layered_product_is_a_stream_of_its_own(mapping: dict[str, tuple[str, ...]]) -> None:
    sets = ("rhocp-4.13-for-rhel-8-x86_64-rpms", "rhel-8-for-x86_64-baseos-rpms")
    main, product = streams("8.6", sets, mapping)
    assert main == streams("8.6", (), {})[0]
    assert product.ranks == (("openshift:4.13::el8",), ("openshift:4.13",), ("openshift:4",))


def test_since_release_10_minor_releases_have_their_own_cpes() -> None:
    (one,) = streams("10.0", ("rhel-10-for-x86_64-baseos-rpms",), MAPPING)
    assert {"enterprise_linux:10.0", "enterprise_linux:10.0::baseos", "enterprise_linux_eus:10.0"} <= set(one.ranks[0])
    assert "enterprise_linux:10.1" in one.ranks[1]
    assert "enterprise_linux:10" in one.ranks[-1]
    assert not any("10.0" in release for release in releases("10.1", (), {}))


def test_release_7_has_variants_and_extended_life() -> None:
    (one,) = streams("7.9", (), {})
    assert "enterprise_linux:7::server" in one.ranks[0]
    assert one.ranks[1:] == (("enterprise_linux:7",), ("rhel_els:7",))


@pytest.mark.parametrize("version", ["", "x", "stream8", "8..1"])
@pytest.mark.parametrize("sets", [(), ("x" * 5000, "", "rhel--rpms")])
def test_odd_input(version: str, sets: tuple[str, ...]) -> None:
    asked = releases(version, sets, {})
    assert all(asked)
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize(
    ("platforms", "found"),
    [
        (("rhel-9.7.z", "rhel-9.8.z.eus"), {"rhel-9.8.z.eus": "enterprise_linux:9"}),
        (
            ("rhel-9.7.z", "rhel-9.8.z.eus::appstream", "rhel-9.6.z.eus::appstream"),
            {"rhel-9.8.z.eus::appstream": "enterprise_linux:9::appstream"},
        ),
        (("rhel-8.10.z", "rhel-8.8.0.z.eus", "rhel-8.9.0.z"), {}),
        (("rhel-8.6.0.z.eus::appstream",), {}),  # nothing is said of the main release
        (("rhel-10.1.z", "rhel-10.2.z.eus"), {}),  # since 10 a minor release has its own CPE
        (("BaseOS-9.4.0.Z.MAIN.EUS", "red_hat_enterprise_linux_9", "rhel-9.9999.z.eus", ""), {}),
    ],
)
def test_a_minor_release_that_is_listed_as_extended_updates_only(
    platforms: tuple[str, ...], found: dict[str, str]
) -> None:
    assert newest_minors(platforms) == found
