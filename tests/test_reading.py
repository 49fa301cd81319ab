"""What is in targets; what becomes of it then stands in ``test_api.py``."""

from __future__ import annotations

from pathlib import Path

from images import build, file, layer, oci_layout
from pratique.model import Result
from pratique.reading import Reader
from pratique.settings import Settings
from test_settings import NOON

STATUS = "Package: bash\nStatus: install ok installed\nVersion: 5.2-1\nArchitecture: amd64\n"


def image(folder: Path) -> Path:
    made = build(layer(file("etc/os-release", "ID=debian\nVERSION_ID=12\n"), file("var/lib/dpkg/status", STATUS)))
    return oci_layout(folder, made)


def test_nothing_is_decided(tmp_path: Path) -> None:
    (read,) = Reader(Settings(now=NOON)).read(str(image(tmp_path / "image")))
    assert read.error is None
    assert [(one.name, one.layer) for one in read.report.packages] == [("bash", 0)]
    assert (read.found.packages, read.report.findings) == (read.report.packages, ())
    assert (read.report.verdict.result, read.report.coverage.layers_read) == (Result.UNKNOWN, 1)


def test_a_target_that_cannot_be_read_is_an_error_and_a_report(tmp_path: Path) -> None:
    (read,) = Reader(Settings(now=NOON)).read(f"oci:{tmp_path / 'none'}")
    assert read.error is not None
    assert [problem.blocking for problem in read.report.problems] == [True]


def test_the_second_reading_opens_no_layer(tmp_path: Path) -> None:
    target, settings = image(tmp_path / "image"), Settings(now=NOON, cache=tmp_path / "cache")
    (first,) = Reader(settings).read(str(target))
    for blob in (target / "blobs" / "sha256").iterdir():
        if blob.read_bytes()[:2] == b"\x1f\x8b":
            blob.write_bytes(bytes(blob.stat().st_size))
    (second,) = Reader(settings).read(str(target))
    assert second.report.packages == first.report.packages
