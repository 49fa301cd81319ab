from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from images import build, file, layer, layout
from pratique.cli._targets import targets_of
from pratique.errors import UsageError


def of(*targets: str, listing: Path) -> tuple[str, ...]:
    return targets_of(Namespace(targets=list(targets), targets_file=str(listing)))


def test_targets_from_a_file(tmp_path: Path) -> None:
    listing = tmp_path / "list"
    listing.write_text("\ufeff# all of them\na:1\n\n  b@sha256:x  # the second\r\ndir:c#d\n")
    assert of("first", listing=listing) == ("first", "a:1", "b@sha256:x", "dir:c#d")


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\n", b"x" * (17 << 20), b"x" * 5000, layout({"a:1": build(layer(file("a", "1")))}).archive()]
)
def test_a_list_that_cannot_be_one(tmp_path: Path, data: bytes) -> None:
    """The last is what `docker save x | pratique scan -` gives."""
    listing = tmp_path / "list"
    listing.write_bytes(data)
    with pytest.raises(UsageError, match=r"^the list of targets .{1,500}$"):
        of(listing=listing)


def test_an_empty_list_names_no_target(tmp_path: Path) -> None:
    listing = tmp_path / "list"
    listing.write_text("# nothing\n\n")
    with pytest.raises(UsageError, match="no target is named"):
        of(listing=listing)
