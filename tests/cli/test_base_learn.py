"""``pratique base learn``: a scan knows by its layers what was learnt."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from commands import Run
from images import build, file, layer, oci_layout
from pratique.known_bases import read
from pratique.limits import DEFAULT

LOWER, UPPER = layer(file("etc/x", "1")), layer(file("app/y", "2"))


def scanned(run: Run, target: Path, *more: object) -> dict[str, object]:
    found: dict[str, object] = json.loads(run("sbom", target, "--format=json", *more)[1])
    return found


def test_what_is_learnt_is_known(tmp_path: Path, run: Run) -> None:
    base, image = oci_layout(tmp_path / "base", build(LOWER)), oci_layout(tmp_path / "app", build(LOWER, UPPER))
    file_ = tmp_path / "known.jsonl"
    assert run("base", "learn", base, "--known-bases", file_) == (0, f"{file_}: 1 image learnt, 1 known\n", "")
    assert run("base", "learn", base, "--known-bases", file_)[:2] == (0, f"{file_}: 1 image learnt, 1 known\n")
    (learnt,) = read(file_.read_bytes(), "x", DEFAULT)
    assert learnt.length == 1
    found = scanned(run, image, "--known-bases", file_)["base"]
    assert isinstance(found, dict)
    assert (found["name"], found["layers"], found["how"]) == (learnt.name, 1, "known")
    assert "base" not in scanned(run, image)


def test_to_stdout(tmp_path: Path, run: Run) -> None:
    base = oci_layout(tmp_path / "base", build(LOWER))
    code, out, err = run("base", "learn", base, "--known-bases", "-")
    assert (code, err, len(read(out.encode(), "x", DEFAULT))) == (0, "", 1)


def test_what_cannot_be_learnt_is_told_and_the_rest_is(tmp_path: Path, run: Run) -> None:
    base, folder = oci_layout(tmp_path / "base", build(LOWER)), tmp_path / "folder"
    folder.mkdir()
    file_ = tmp_path / "known.jsonl"
    code, out, err = run("base", "learn", base, tmp_path / "gone", f"dir:{folder}", "--known-bases", file_)
    assert (code, out) == (2, f"{file_}: 1 image learnt, 1 known\n")
    assert "gone" in err
    assert "has no layers to be known by" in err


def test_a_file_that_is_none_is_left_as_it_is(tmp_path: Path, run: Run) -> None:
    base, file_ = oci_layout(tmp_path / "base", build(LOWER)), tmp_path / "known.jsonl"
    file_.write_text("{}")
    for command in (("base", "learn", base), ("sbom", base)):
        code, out, err = run(*command, "--known-bases", file_)
        assert (code, out) == (2, "")
        assert f"{file_}:1: no base image" in err
    assert file_.read_text() == "{}"
    assert run("base", "learn", base)[0] == 2
    assert run("base", "learn", base, "--known-bases", tmp_path)[0] == 2


@pytest.mark.parametrize("option", ["--now=2026-11-22", "--base=debian:12"])
def test_what_would_change_nothing_is_not_offered(run: Run, option: str) -> None:
    code, out, err = run("base", "learn", "x.tar", "--known-bases", "known", option)
    assert (code, out) == (2, "")
    assert f"unrecognized arguments: {option.partition('=')[0]}" in err
