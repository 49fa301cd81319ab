"""``pratique scan --candidate-base``: from two images to the line of the Dockerfile."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run
from images import build, file, layer, oci_layout

METADATA = "Metadata-Version: 2.1\nName: {0}\nVersion: {1}\n"


def installed(name: str, version: str) -> object:
    return file(f"usr/lib/python3/dist-packages/{name}-{version}.dist-info/METADATA", METADATA.format(name, version))


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "db"
    assert run("db", "build", "--from", feeds, "--db", folder, "--quiet") == (0, "", "")
    return folder


LOWER, OWN = layer(installed("demo", "1.0")), layer(installed("other", "1.0"))


def test_what_another_base_would_do(tmp_path: Path, database: Path, run: Run) -> None:
    old, app = oci_layout(tmp_path / "old", build(LOWER)), oci_layout(tmp_path / "app", build(LOWER, OWN))
    better, same = oci_layout(tmp_path / "better", build(layer(installed("demo", "2.0")))), tmp_path / "old"
    (tmp_path / "Dockerfile").write_text("FROM old:1 AS x\nCOPY . /\n")
    arguments = ("scan", app, "--db", database, "--base", old, "--candidate-base", same, "--candidate-base", better)
    gone = ("--candidate-base", tmp_path / "gone")
    code, out, err = run(*arguments, *gone, "--format=json", f"--format=table={tmp_path}/t", "--dockerfile=Dockerfile")
    assert (code, err) == (1, "")
    first, second, third = json.loads(out)["candidates"]
    assert (first["removes"], first["adds"]["total"], first["leaves"]["total"]) == (
        {"exploited": 1, "failing": 1, "warning": 0, "total": 1},
        0,
        0,
    )
    assert first["result"] != "fail"
    assert (first["packages"], first["packages_now"]) == (1, 1)
    assert (second["removes"]["total"], second["leaves"]["failing"], second["result"]) == (0, 1, "fail")
    assert "no such file" in third["problem"]
    table = (tmp_path / "t").read_text()
    assert "removes 1 finding (1 known to be exploited, 1 failing); adds none; leaves none" in table
    assert "line 1 of Dockerfile, in place of FROM old:1 AS x" in table


def test_without_a_base_nothing_can_be_weighed(tmp_path: Path, database: Path, image: Path, run: Run) -> None:
    other = oci_layout(tmp_path / "other", build(OWN))
    code, out, _ = run("scan", image, "--db", database, "--candidate-base", other, "--format=json")
    assert code == 1
    assert "nothing tells which of the image's layers" in json.loads(out)["candidates"][0]["problem"]
    assert "candidates" not in json.loads(run("scan", image, "--db", database, "--format=json")[1])
