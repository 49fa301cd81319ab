from __future__ import annotations

import io
import multiprocessing
import random
import resource
from pathlib import Path

import pytest

from images import gzip_bytes
from pratique.errors import LimitExceeded, StorageError
from pratique.limits import DEFAULT, Limits
from pratique.oci.files import open_range
from pratique.oci.spool import Spool, compression, inflated

NOISE = random.Random(2).randbytes(3 << 20)


def test_keeps_what_is_written_and_has_no_name(tmp_path: Path) -> None:
    with Spool() as spool:
        spool.fill([NOISE, b"end"], DEFAULT)
        with open_range(spool.path, 0, spool.size) as stream:
            assert stream.read() == NOISE + b"end"
        assert " (deleted)" in str(Path(spool.path).readlink())


def test_zeros_take_no_room() -> None:
    zeros = bytes(1 << 20)
    with Spool() as spool:
        spool.fill([b"start", zeros, zeros, b"middle", zeros], DEFAULT)
        with open_range(spool.path, 0, spool.size) as stream:
            assert stream.read() == b"start" + zeros * 2 + b"middle" + zeros
        assert Path(spool.path).stat().st_blocks * 512 < 1 << 20


def test_is_bounded() -> None:
    with Spool() as spool, pytest.raises(LimitExceeded):
        spool.fill([NOISE] * 2, Limits(layer_size=len(NOISE)))


def test_a_full_disk_is_an_error_of_ours() -> None:
    """A limit on the size of files fails writes as a full disk does (setrlimit(2), RLIMIT_FSIZE)."""
    with multiprocessing.get_context("fork").Pool(1) as pool:
        what, descriptors = pool.apply(_fill_up)
    assert "could not be written" in what
    assert descriptors == 0


def _fill_up() -> tuple[str, int]:
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    before = len(list(Path("/proc/self/fd").iterdir()))
    try:
        inflated("a.tar.gz", io.BytesIO(gzip_bytes(NOISE)), DEFAULT)
    except StorageError as error:
        return str(error), len(list(Path("/proc/self/fd").iterdir())) - before
    return "", 0


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x28\xb5\x2f\xfd", "zstd"),
        (b"BZh9", "bzip2"),
        (b"\xfd7zXZ\0", "xz"),
        (b"abc", ""),
        (b"", ""),
    ],
)
def test_kinds(head: bytes, kind: str) -> None:
    assert compression(head) == kind
