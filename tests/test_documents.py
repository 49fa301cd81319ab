"""Documents and package URLs as targets; tests/cli/test_sbom.py asks them through the command line."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pratique.api import Settings, inventory
from pratique.documents import open_document
from pratique.errors import LimitExceeded, NotFound, Unreadable, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.plugins import WriteOptions
from pratique.report import json
from sboms import REPORT, VARIANTS, text


def names(target: str, limits: Limits = DEFAULT) -> list[str]:
    return [package.name for one in open_document(target, limits) for package in one.inventory.packages]


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "bom").write_text(text(REPORT, "spdx"))
    (found,) = open_document(f"sbom:{tmp_path}/bom", DEFAULT)
    assert found.format == "SPDX 2.3"
    assert found.image.target == f"sbom:{tmp_path}/bom"
    assert len(found.inventory.packages) == len(REPORT.packages)


def test_package_urls(tmp_path: Path) -> None:
    assert names("purl:pkg:npm/%40types/node@1") == ["node"]
    (tmp_path / "list").write_text("\n# none\n  pkg:npm/a@1 # first\npkg:npm/b@1?x=y#z\n")
    assert names(f"purl:{tmp_path}/list") == ["a", "b"]


def test_an_empty_list_has_no_package(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("# nothing\n")
    assert names(f"purl:{tmp_path}/list") == []


@pytest.mark.parametrize(
    ("target", "error"),
    [
        ("sbom:", UsageError),
        ("purl:", UsageError),
        ("sbom:no/such", NotFound),
        ("sbom:a\x00b", NotFound),
        ("sbom:/", Unreadable),
        ("purl:pkg:nothing", UsageError),
    ],
)
def test_what_names_nothing(target: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        open_document(target, DEFAULT)


def test_sizes_have_bounds(tmp_path: Path) -> None:
    (tmp_path / "big").write_text("x" * 100)
    with pytest.raises(LimitExceeded):
        open_document(f"sbom:{tmp_path}/big", Limits(sbom=99))
    with pytest.raises(LimitExceeded):
        open_document(f"purl:{tmp_path}/big", Limits(file_list=99))


IMAGES = ("alpine-3.10.4-docker.tar.gz", "alpine-oci.tar", "busybox-1.31.1-oci.tar", "three-level-jar-docker.tar")


@pytest.mark.parametrize("name", IMAGES)
def test_documents_of_real_images_state_what_is_in_them(name: str, shared: Path, tmp_path: Path) -> None:
    settings = Settings(now=datetime(2026, 11, 22, tzinfo=UTC), cache=None, database=tmp_path)
    (image,) = inventory([str(shared / "corpus" / "images" / name)], settings)
    assert image.report is not None
    for number, (kind, variant) in enumerate((*VARIANTS, ("json", ""))):
        if kind == "json":
            document = json.write((image.report,), WriteOptions(inventory=True))
        else:
            document = text(image.report, kind, variant)
        (tmp_path / str(number)).write_text(document)
        (stated,) = inventory([f"sbom:{tmp_path}/{number}"], settings)
        assert stated.report is not None
        for field in ("packages", "distro", "problems", "channels", "functions", "coverage"):
            assert getattr(stated.report, field) == getattr(image.report, field), (kind, variant, field)
