from __future__ import annotations

from argparse import Namespace
from pathlib import Path

import pytest

from images import build, file, layer, layout
from pratique.cli._targets import Targets, named, targets_of
from pratique.errors import UsageError


def asked(*targets: str, listing: Path | None = None, names: tuple[str, ...] = ()) -> Targets:
    return targets_of(Namespace(targets=list(targets), targets_file=listing and str(listing), name=list(names) or None))


def of(*targets: str, listing: Path) -> tuple[str, ...]:
    return asked(*targets, listing=listing).all


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


def test_names_stand_in_the_order_of_the_targets_or_behind_one_in_a_list(tmp_path: Path) -> None:
    listing = tmp_path / "list"
    listing.write_text("b.tar --name registry.example/b:1  # the second\ndir:c d\n")
    found = asked("a.tar", "sbom:x", listing=listing, names=("registry.example/a:1", "x:1"))
    assert found == Targets(
        ("a.tar", "sbom:x", "b.tar", "dir:c d"),
        (("a.tar", "registry.example/a:1"), ("sbom:x", "x:1"), ("b.tar", "registry.example/b:1")),
    )


def test_a_file_that_is_called_like_a_line_with_a_name_is_a_file(tmp_path: Path) -> None:
    """`find` may write the list, and somebody else the files."""
    path = tmp_path / "a.tar --name registry.example" / "app:1"
    path.parent.mkdir()
    path.touch()
    listing = tmp_path / "list"
    listing.write_text(f"{path}\n")
    assert asked(listing=listing) == Targets((str(path),))


@pytest.mark.parametrize(
    ("targets", "names"), [(("a", "b"), ("x",)), (("a",), ("x", "y")), ((), ("x",)), (("-",), ("x",))]
)
def test_names_are_one_a_target(targets: tuple[str, ...], names: tuple[str, ...]) -> None:
    with pytest.raises(UsageError, match=f"--name is given {len(names)} times, for {len(targets)} targets"):
        named(targets, names)


def test_a_target_has_one_name(tmp_path: Path) -> None:
    listing = tmp_path / "list"
    listing.write_text("a.tar --name x:1\na.tar --name x:1\n")
    assert asked("a.tar", listing=listing, names=("x:1",)).names == (("a.tar", "x:1"),)
    with pytest.raises(UsageError, match=r"'a.tar' is given two names, 'y:1' and 'x:1'"):
        asked("a.tar", listing=listing, names=("y:1",))
