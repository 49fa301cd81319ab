"""go.mod: what is required once it is replaced, against ``go mod edit``, and hostile ones."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, problems, told
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.go_mod import CATALOGUER
from pratique.errors import Unreadable

PATH = "src/harbour/go.mod"
FILE = Path(__file__).parent / "go_mod" / "go.mod"
FIXTURE = FILE.read_bytes()


def test_what_is_required_as_it_is_replaced() -> None:
    assert told(CATALOGUER, FIXTURE, PATH) == {
        "github.com/pkg/errors": ("v0.9.1", ""),  # the replacement is of another version
        "golang.org/x/text": ("v0.14.0", ""),
        "rsc.io/quote": ("v1.5.2", ""),
    }  # and not rsc.io/sampler, which a folder replaces


@pytest.mark.native
def test_go_reads_the_same(tmp_path: Path) -> None:
    go = shutil.which("go")
    if go is None:
        pytest.skip("go is not installed")
    shutil.copy(FILE, tmp_path / "go.mod")
    done = subprocess.run([go, "mod", "edit", "-json"], cwd=tmp_path, capture_output=True, check=True)
    required = {one["Path"]: one["Version"] for one in json.loads(done.stdout)["Require"]}
    assert required == {
        "github.com/pkg/errors": "v0.9.1",
        "golang.org/x/text": "v0.3.7",
        "rsc.io/quote": "v1.5.2",
        "rsc.io/sampler": "v1.3.0",
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ('require "example.org/a" v1.0.0 // indirect\n', {"example.org/a": ("v1.0.0", "")}),
        ("require (\n\n // why\n example.org/a v1.0.0-rc.1\n)\n", {"example.org/a": ("v1.0.0-rc.1", "")}),
        ("require `example.org/a` v1.0.0+incompatible", {"example.org/a": ("v1.0.0+incompatible", "")}),
        ("require a v1.0.0\nreplace a v1.0.0 => b v2.0.0\nreplace a => c v3.0.0", {"b": ("v2.0.0", "")}),
        ("require a v1.0.0\nreplace a => c v3.0.0", {"c": ("v3.0.0", "")}),
        ("require a v1.0.0\r\nreplace a => ../c\r\n", {}),
        ("require a v1.0.0\nexclude a v0.9.0\ntool a/cmd\ntoolchain go1.22.0\n", {"a": ("v1.0.0", "")}),
    ],
)
def test_directives(text: str, found: dict[str, tuple[str, str]]) -> None:
    assert told(CATALOGUER, f"module harbour\n{text}", PATH) == found


def test_a_file_that_names_no_module_is_told() -> None:
    for text in ("", "words\n", "require a v1.0.0\n"):
        assert problems(CATALOGUER, text, PATH) == ["go.mod names no module: it is damaged, or none"]
    assert len(facts(CATALOGUER, "require a v1.0.0\n", PATH)) == 2


@pytest.mark.parametrize("path", [*(folder + "go.mod" for folder in WITHIN), "src/testdata/mod/go.mod"])
def test_those_of_packages_and_tests_say_nothing(path: str) -> None:
    assert facts(CATALOGUER, FIXTURE, path) == []


@pytest.mark.parametrize(
    "data", [b"require a", b"require (\na v1.0.0", b"require a 1.0", b"require \x1b v1.0.0", b"\xff"]
)
def test_what_is_no_go_mod_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b"require (\n" * 100_000, b'"' * 100_000, b'\\"' * 1_000_000, b"x" * (17 << 20))


@settings(max_examples=60, deadline=None)
@given(mutated(FIXTURE))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
