"""The order of findings by risk: what comes first, that it is an order, and that what nobody scored is not zero."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import (
    AnyFinding,
    BaseImageFinding,
    Epss,
    Fix,
    FixState,
    Image,
    ImageConfig,
    Kev,
    Level,
    LicenceBreach,
    Malware,
    Package,
    Severity,
    Vulnerability,
)
from pratique.report._groups import groups
from pratique.risk import Exposure, exposure, rank, risk

PACKAGE = Package("deb", "bash", "5")
FIXED = Fix(FixState.FIXED, ("6",))


def found(
    level: Level = Level.MEDIUM,
    epss: float | None = None,
    kev: Kev | None = None,
    fix: Fix = FIXED,
    score: float | None = None,
) -> Vulnerability:
    probability = None if epss is None else Epss(epss, 0.5)
    return Vulnerability("CVE-1", Severity(level, score), package=PACKAGE, epss=probability, kev=kev, fix=fix)


FROM_WORST = [
    Malware("MAL-1", Severity(Level.CRITICAL), package=PACKAGE),
    found(Level.LOW, 0.001, Kev("2024-01-01", ransomware=True)),
    found(Level.CRITICAL, 0.9, Kev("2024-01-01")),
    found(Level.CRITICAL, None, Kev("2024-01-01")),
    found(Level.CRITICAL, 0.09, Kev("2024-01-01")),
    found(Level.LOW, 0.5),
    found(Level.CRITICAL, 0.49),
    found(Level.LOW, 0.1),
    found(Level.CRITICAL),  # unscored: below what is worth a look, above what is unlikely
    found(Level.HIGH, score=8.9),
    found(Level.HIGH),  # without a score in the middle of its level
    found(Level.HIGH, score=7.1),
    found(Level.HIGH, fix=Fix()),
    found(Level.MEDIUM),
    found(Level.UNKNOWN),  # unrated: below medium, above low
    found(Level.LOW),
    found(Level.CRITICAL, 0.0999),
    found(Level.HIGH, 0.02),
    found(Level.HIGH, 0.01),
    found(Level.HIGH, 0.0),
    found(Level.HIGH, 0.09, fix=Fix()),
    found(Level.NONE, 0.0, fix=Fix()),
    BaseImageFinding("base-end-of-life", Severity(Level.HIGH)),
    BaseImageFinding("base-unpinned", Severity(Level.MEDIUM)),
    LicenceBreach("AGPL-3.0-only", package=PACKAGE),
    BaseImageFinding("base-old", Severity(Level.LOW)),
]


def test_from_the_worst_down() -> None:
    keys = [risk(one) for one in FROM_WORST]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)


def config(**said: object) -> Image:
    return Image("app", "app", config=msgspec.convert(said, ImageConfig))


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        (None, Exposure.UNKNOWN),
        (Image("app", "app"), Exposure.UNKNOWN),
        (config(created="2026-01-01", exposed_ports=("80/tcp",)), Exposure.ROOT_AND_LISTENS),
        (config(user="0:0", exposed_ports=("80/tcp",)), Exposure.ROOT_AND_LISTENS),
        (config(user="root"), Exposure.ROOT_OR_LISTENS),
        (config(user="1000", exposed_ports=("80/tcp",)), Exposure.ROOT_OR_LISTENS),
        (config(user="rooty"), Exposure.NEITHER),
        (config(user="65532:0"), Exposure.NEITHER),
    ],
)
def test_exposure(image: Image | None, expected: Exposure) -> None:
    assert exposure(image) is expected


def test_an_image_that_runs_as_root_and_listens_comes_first() -> None:
    images = [config(user="0", exposed_ports=("1/tcp",)), config(user="0"), None, config(user="7")]
    keys = [risk(FROM_WORST[8], image) for image in images]
    assert keys == sorted(keys)
    assert risk(FROM_WORST[8], images[-1]) < risk(FROM_WORST[9], images[0])


FINDINGS = st.one_of(
    st.builds(
        found,
        st.sampled_from(Level),
        st.none() | st.floats(0, 1),
        st.sampled_from([None, Kev("2024-01-01"), Kev("2024-01-01", ransomware=True)]),
        st.sampled_from([FIXED, Fix()]),
        st.none() | st.floats(0, 10),
    ),
    st.sampled_from(FROM_WORST),
)
IMAGES = st.none() | st.builds(config, user=st.sampled_from(["", "0", "7"]), exposed_ports=st.sampled_from([[], ["1"]]))


@given(FINDINGS, IMAGES, FINDINGS, IMAGES)
def test_the_rank_agrees_with_the_order(one: AnyFinding, here: Image, other: AnyFinding, there: Image) -> None:
    assert 0 <= rank(one, here) <= 100
    if risk(one, here) < risk(other, there):
        assert rank(one, here) >= rank(other, there)
    if risk(one, here)[:5] != risk(other, there)[:5]:
        assert rank(one, here) != rank(other, there)


@given(st.lists(FINDINGS, max_size=8), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_the_order_of_arrival(some: list[AnyFinding], chance: object) -> None:
    turned = list(some)
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert sorted(map(risk, some)) == sorted(map(risk, turned))


@given(st.floats(0, 1), st.sampled_from(Level))
def test_an_unscored_one_stands_between_what_is_worth_a_look_and_what_is_not(score: float, level: Level) -> None:
    assert (risk(found(level, score)) < risk(found(level))) is (score >= 0.1)


@given(st.lists(FINDINGS, min_size=1, max_size=8))
def test_reports_take_it(some: list[AnyFinding]) -> None:
    shown = [row.finding for group in groups(some) for row in group.rows]
    exploited = [one for one in shown if isinstance(one, Vulnerability) and one.kev]
    assert min(map(risk, some)) in map(risk, shown)
    if exploited:
        assert risk(shown[0]) == min(map(risk, exploited))
