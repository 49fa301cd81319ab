"""A layer read as a whole: its entries, and the digest that must be the one it should have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from images import blob_layer, digest_of, file, gzip_bytes, layer, zstd_bytes
from pratique.errors import DigestMismatch, Unreadable
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT
from pratique.model import Layer

TAR = layer(file("a", b"1" * 100_000), file("b"))


@pytest.mark.parametrize("pack", [gzip_bytes, zstd_bytes, bytes])
def test_entries_and_digest(pack: type[bytes]) -> None:
    blob = pack(TAR)
    told = list[int]()
    with LayerReader(blob_layer(blob), DEFAULT, told.append) as reader:
        assert [entry.path for entry in reader] == ["a", "b"]
        assert reader.finish() == digest_of(blob)
        assert reader.size == len(blob) == told[-1]


def test_another_digest_than_the_manifests() -> None:
    with LayerReader(blob_layer(gzip_bytes(TAR), digest=digest_of(b"other")), DEFAULT) as reader:
        assert len(list(reader)) == 2
        with pytest.raises(DigestMismatch, match="not 'sha256:"):
            reader.finish()


def test_bytes_after_the_end_of_the_tar_count() -> None:
    honest = gzip_bytes(TAR)
    with LayerReader(blob_layer(honest + gzip_bytes(b"more"), digest=digest_of(honest)), DEFAULT) as reader:
        assert len(list(reader)) == 2
        with pytest.raises(DigestMismatch):
            reader.finish()


def test_a_broken_layer_has_its_digest_still() -> None:
    blob = gzip_bytes(TAR[:600]) + b"?" * 300_000
    with LayerReader(blob_layer(blob), DEFAULT) as reader:
        with pytest.raises(Unreadable):
            list(reader)
        assert reader.finish() == digest_of(blob)


@pytest.mark.parametrize("digest", ["", None], ids=["a claim only", "a verified digest"])
@pytest.mark.parametrize("pack", [bytes, gzip_bytes, zstd_bytes])
def test_a_claimed_diff_id_is_checked_where_there_is_no_other_or_the_tar_is_the_blob(
    pack: Callable[[bytes], bytes], digest: str | None
) -> None:
    blob = pack(TAR)
    with LayerReader(blob_layer(blob, digest=digest, diff_id=digest_of(TAR)), DEFAULT) as reader:
        list(reader)
        assert reader.finish() == digest_of(blob)
    with LayerReader(blob_layer(blob, digest=digest, diff_id=digest_of(b"trusted")), DEFAULT) as reader:
        list(reader)
        if pack is bytes or digest == "":
            with pytest.raises(DigestMismatch, match="config"):
                reader.finish()
        else:  # hashing twice takes half of the time again (docs/images.md)
            assert reader.finish() == digest_of(blob)


def test_a_folder_has_no_digest(tmp_path: Path) -> None:
    (tmp_path / "x").touch()
    with LayerReader(Layer(0, "", folder=str(tmp_path)), DEFAULT) as reader:
        assert [entry.path for entry in reader] == ["x"]
        assert (reader.finish(), reader.size) == ("", 0)


def test_a_layer_without_bytes() -> None:
    with LayerReader(Layer(3, ""), DEFAULT) as reader, pytest.raises(Unreadable, match="layer 3"):
        list(reader)
