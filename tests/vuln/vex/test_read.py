"""VEX files: the format is told by the content, and what is none has a clear error."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from pratique.errors import NotFound, UsageError
from pratique.limits import DEFAULT
from pratique.vuln.vex.read import parse, read_files


@pytest.mark.parametrize(
    ("text", "author"),
    [
        ('{"@context": "https://openvex.dev/ns", "author": "a", "statements": []}', "a"),
        ('{"bomFormat": "CycloneDX", "metadata": {"authors": [{"name": "b"}]}}', "b"),
        ('{"document": {"csaf_version": "2.0", "publisher": {"name": "c"}}}', "c"),
    ],
)
def test_formats(tmp_path: Path, text: str, author: str) -> None:
    path = tmp_path / "vex.json"
    path.write_text(text)
    ((where, document),) = read_files([path], DEFAULT)
    assert (where, document.author, document.statements) == (path, author, ())


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "<html>",
        '{"bomFormat": "SPDX"}',
        '{"@context": 7}',
        '{"@context": "https://openvex.dev/ns", "statements": 1}',
        '{"document": {"csaf_version": 2}}',
        "[" * 100_000,
        "\ud800",
        '{"@context": "\ud800"}',
    ],
)
def test_what_is_none(text: str) -> None:
    with pytest.raises(UsageError, match=r"'x\.json' is no"):
        parse(text.encode("utf-8", "surrogatepass"), "x.json")


def test_no_file_and_too_large_a_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no VEX document at"):
        read_files([tmp_path / "none.json"], DEFAULT)
    (tmp_path / "big.json").write_bytes(b" " * 100)
    with pytest.raises(UsageError, match="larger than vex, 99"):
        read_files([tmp_path / "big.json"], msgspec.structs.replace(DEFAULT, vex=99))
