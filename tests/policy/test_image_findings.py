"""Which findings of the image itself a report gives, and that a policy can speak of each."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from pratique.model import (
    Base,
    BaseImageFinding,
    Coverage,
    CoverageFinding,
    Image,
    ImageConfig,
    Layer,
    NotAssessed,
    Problem,
    Report,
)
from pratique.policy.image_findings import IDENTIFIERS, image_findings

PAGE = Path(__file__).parent.parent.parent / "docs" / "bases.md"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
IMAGE = Image("app:1", "app:1", digest="sha256:00", layers=(Layer(0, "sha256:a"), Layer(1, "sha256:b")))
DIGEST = f"sha256:{'1' * 64}"
PINNED = Base("debian:12", "sha256:11", 1, "known")


def report(base: Base | None = PINNED, created: str = "", **more: object) -> Report:
    image = msgspec.structs.replace(IMAGE, config=ImageConfig(created=created))
    return msgspec.structs.replace(Report("app:1", "2026-11-21", image=image, base=base), **more)


def ids(found: Report) -> list[str]:
    return [one.id for one in image_findings(found, NOW)]


@pytest.mark.parametrize(
    ("base", "found"),
    [
        (None, ["base-unknown"]),
        (Base("", "", 1, "history"), ["base-unknown"]),
        (Base("debian:12", "", 1, "annotation"), ["base-unpinned"]),
        (PINNED, []),
        (Base("debian:12", "sha256:11", 1, "option"), []),
        (Base("debian:12", "sha256:11", 1, "annotation"), ["base-unproven"]),
        (Base("", "sha256:11", 1, "annotation"), ["base-unproven"]),
        (Base("debian:12", "sha256:11", 1, "known", stated=True), ["base-unproven"]),
        (Base("alpine:3", "sha256:22", 1, "option", contradicts="debian:12"), ["base-mismatch"]),
        (Base("debian:12", "sha256:11", 1, "option", created="2026-10-22T00:00:00Z"), []),
        (Base("debian:12", "sha256:11", 1, "option", created="2026-10-21T23:00:00Z"), ["base-old"]),
        (Base("debian:12", "sha256:11", 1, "option", created="1970-01-01T00:00:00Z"), []),
    ],
)
def test_what_is_told_of_the_base(base: Base | None, found: list[str]) -> None:
    assert ids(report(base)) == found


@pytest.mark.parametrize(
    ("base", "title", "hint"),
    [
        (
            Base("debian:12", DIGEST, 1, "annotation"),
            "only the image itself says that it was built on debian:12",
            f"show it by its layers: --base debian:12@{DIGEST}, or --known-bases FILE",
        ),
        (
            Base("", "sha256:11", 1, "known", stated=True),
            "only a document says that it was built on sha256:11",
            "show it by its layers: --base IMAGE, or --known-bases FILE",
        ),
        (
            Base("debian:12", "sha256:11; curl evil", 1, "annotation"),
            "only the image itself says that it was built on debian:12",
            "show it by its layers: --base IMAGE, or --known-bases FILE",
        ),
        (
            Base("x; curl evil", "", 1, "annotation"),
            "it was built on x; curl evil, and nothing tells on which build of it",
            "name it by its digest: FROM IMAGE@sha256:…",
        ),
    ],
)
def test_whose_word_it_is_and_what_to_do(base: Base, title: str, hint: str) -> None:
    """The hint is copied into a shell: what the image calls its base is written there only where it is a name."""
    (found,) = image_findings(report(base), NOW)
    assert (found.title, found.hint) == (title, hint)


@pytest.mark.parametrize(
    ("created", "found"), [("2026-10-22", []), ("2026-10-21", ["image-old"]), ("", []), ("1970-01-01T00:00:00Z", [])]
)
def test_an_old_image(created: str, found: list[str]) -> None:
    assert ids(report(created=created)) == found


def test_what_has_no_layers_of_its_own_has_no_base() -> None:
    folder = Image("dir:/x", "/x", layers=(Layer(0, "", folder="/x"),))
    assert ids(Report("dir:/x", "2026-11-21", image=folder)) == []
    assert ids(Report("sbom:x", "2026-11-21", image=Image("sbom:x", "x"), document="SPDX 2.3")) == []
    assert ids(Report("gone", "2026-11-21")) == []


def test_what_nothing_speaks_for() -> None:
    coverage = Coverage(214, 213, (NotAssessed("of a third party", 1, ("acme",)),), executables=9, accounted=5)
    found = image_findings(report(coverage=msgspec.structs.replace(coverage, strays=("a", "b", "c", "d"))), NOW)
    assert [(type(one), one.id, one.title) for one in found] == [
        (CoverageFinding, "executables-unaccounted", "4 of 9 executables belong to no package (a, b, c, …)"),
        (CoverageFinding, "packages-not-assessed", "1 of 214 packages could not be assessed: of a third party"),
    ]


def test_each_reason_is_told_with_its_number() -> None:
    missed = (NotAssessed("its version is not known", 1), NotAssessed("no feed", 2000), NotAssessed("far", 3))
    (found,) = image_findings(report(coverage=Coverage(2600, 596, missed)), NOW)
    title = "2,004 of 2,600 packages could not be assessed: no feed (2,000); far (3); its version is not known (1)"
    assert found.title == title
    (found,) = image_findings(report(coverage=Coverage(2600, 595, (*missed, NotAssessed("a", 1)))), NOW)
    assert found.title.endswith(": no feed (2,000); far (3); a (1); …")


def test_a_release_whose_support_has_ended() -> None:
    ended = Problem(
        "distribution", "Debian 10 has had no support since 2024-06-30", True, hint="move", ended="2024-06-30"
    )
    (found,) = image_findings(report(problems=(ended, Problem("x", "y", blocking=True))), NOW)
    assert isinstance(found, BaseImageFinding)
    assert (found.id, found.title, found.hint) == ("base-end-of-life", ended.what, "move")


def test_the_page_lists_each() -> None:
    assert sorted(
        re.findall(r"^\| `([a-z-]+)` \| `(?:base-image|coverage)` \|", PAGE.read_text(), re.MULTILINE)
    ) == list(IDENTIFIERS)


def test_each_says_what_to_do_and_is_one_that_may_be_suppressed() -> None:
    everything = report(
        Base("debian:12", "", 1, "option", created="2026-01-01", contradicts="x"),
        "2026-01-01",
        coverage=Coverage(1, 0, (NotAssessed("of a third party", 1),), executables=1),
        problems=(Problem("distribution", "it is over", ended="2024-06-30", hint="move"),),
    )
    others = (report(None), report(Base("debian:12", DIGEST, 1, "annotation")))
    found = {one.id: one.hint for each in (everything, *others) for one in image_findings(each, NOW)}
    assert sorted(found) == list(IDENTIFIERS)
    assert all(found.values())
