"""What is in targets; what becomes of it then stands in ``test_api.py``."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from images import Built, build, digest_of, file, folder, hardlink, layer, oci_layout, whiteout
from pratique.model import Inventory, Report, Result
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


MANIFEST = '{"name": "left-pad", "version": "1.3.0"}'
BASE = layer(file("etc/os-release", "ID=debian\nVERSION_ID=12\n"), file("var/lib/dpkg/status", STATUS))
APP = layer(
    file("app/node_modules/left-pad/package.json", MANIFEST),
    file("app/node_modules/broken/package.json", "{"),
    file("app/yarn.lock", '# yarn lockfile v1\n\n\nleft-pad@^1:\n  version "1.3.0"\n'),
    file("usr/bin/program", b"\x7fELF" + bytes(60), mode=0o755),
)
LINKS = layer(hardlink("opt/node_modules/left-pad/package.json", "app/node_modules/left-pad/package.json"))
REMOVED = layer(whiteout("app/node_modules/left-pad/package.json"))
SPOILT = layer(folder("var/lib/dpkg/status"))


@pytest.mark.parametrize(
    "layers",
    [
        (BASE,),
        (BASE, APP),
        (BASE, APP, LINKS),
        (BASE, APP, REMOVED),
        (BASE, REMOVED, APP),
        (BASE, APP, APP),
        (BASE, SPOILT),
        (SPOILT, BASE),
        (layer(),),
    ],
)
def test_what_is_kept_of_an_image_is_what_its_layers_yield(tmp_path: Path, layers: tuple[bytes, ...]) -> None:
    """All images share a cache, as on a machine; each is read before, with, and without what is kept of it."""
    for others in ((BASE, APP), (APP, BASE), (BASE, APP, REMOVED)):
        read(tmp_path, build(*others))
    made = build(*layers)
    fresh = read(tmp_path, made, cached=False)
    assert [read(tmp_path, made) for _ in range(2)] == [fresh] * 2
    for entry in (tmp_path / "cache").rglob("*.facts"):
        entry.unlink()
    assert read(tmp_path, made) == fresh


def read(folder: Path, made: Built, *, cached: bool = True) -> tuple[Report, Inventory]:
    """All that is told of the image, but where its layers are opened."""
    settings = Settings(now=NOON, cache=folder / "cache" if cached else None)
    (found,) = Reader(settings).read(str(oci_layout(folder / "image", made)))
    return msgspec.structs.replace(found.report, image=None), found.found


def test_an_image_of_which_a_layer_could_not_be_read_is_not_kept(tmp_path: Path) -> None:
    whole = build(BASE, APP)
    target = oci_layout(tmp_path / "image", whole)
    blob = target / "blobs" / "sha256" / digest_of(whole.layers[1]).removeprefix("sha256:")
    content = blob.read_bytes()
    settings = Settings(now=NOON, cache=tmp_path / "cache")
    blob.write_bytes(content[:-9] + bytes(9))
    (broken,) = Reader(settings).read(str(target))
    assert any(problem.blocking for problem in broken.report.problems)
    assert not list((tmp_path / "cache").rglob("*.image"))
    blob.write_bytes(content)
    (mended,) = Reader(settings).read(str(target))
    assert not any(problem.blocking for problem in mended.report.problems)
    assert len(list((tmp_path / "cache").rglob("*.image"))) == 1
