"""Facts on disk: under which key, for whom, and what is no entry."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from pratique.cache import Cache
from pratique.errors import StorageError
from pratique.limits import DEFAULT, Limits
from pratique.model import Channel, Distro, Functions, Inventory, LayerFacts, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim

DIGEST = "sha256:" + "ab" * 32
ONE = Cataloguer("one", 1, Claim(names=("a",)), lambda file: ())
FACTS = LayerFacts(
    DIGEST,
    facts={
        "a": (Package("deb", "a", "1", licences=("MIT",)), Owns("a", ("b",)), Problem("a", "b"), Distro("debian")),
        "b": (),
    },
    links={"x": "y"},
    removed=("r",),
    opaque=("",),
    plain=b"12345678",
    folders=b"87654321",
    entries=3,
    size=1000,
)


LAYERS = ((DIGEST, 1000), ("sha256:" + "cd" * 32, -1))
CODE = "c0de"
INVENTORY = Inventory(
    Distro("debian", "12"),
    (Package("deb", "a", "1", licences=("MIT",), layer=1, locations=("b",)),),
    (Problem("a", "b", blocking=True, layer=0),),
    layers_read=2,
    channels=(Channel("apk", "v3.19", "etc/apk/repositories"),),
    functions=(Functions("usr/bin/a", b"names", main="example.org/a"),),
    executables=3,
    strays=("usr/bin/a",),
)


def facts(number: int, size: int = 0) -> LayerFacts:
    return LayerFacts(f"sha256:{number:064x}", plain=bytes(size))


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("place", ["", "not/there/yet"])
def test_what_is_put_is_got(place: str, tmp_path: Path) -> None:
    cache = Cache(tmp_path / place, (ONE,), DEFAULT)
    assert (cache.get(DIGEST), cache.knows(DIGEST)) == (None, False)
    cache.put(FACTS)
    assert (cache.get(DIGEST), cache.knows(DIGEST)) == (FACTS, True)
    assert Cache(tmp_path / place, (ONE,), DEFAULT).get(DIGEST) == FACTS


@pytest.mark.parametrize(
    ("cataloguers", "limits"),
    [
        ((), DEFAULT),
        ((msgspec.structs.replace(ONE, version=2),), DEFAULT),
        ((msgspec.structs.replace(ONE, name="other"),), DEFAULT),
        ((msgspec.structs.replace(ONE, claim=Claim(names=("b",))),), DEFAULT),
        ((msgspec.structs.replace(ONE, blocking=True),), DEFAULT),
        ((ONE, msgspec.structs.replace(ONE, name="two")), DEFAULT),
        ((ONE,), Limits(entries=7)),
    ],
)
def test_other_cataloguers_and_limits_have_other_keys(
    tmp_path: Path, cataloguers: tuple[Cataloguer, ...], limits: Limits
) -> None:
    Cache(tmp_path, (ONE,), DEFAULT).put(FACTS)
    assert Cache(tmp_path, cataloguers, limits).get(DIGEST) is None


def test_what_layers_yield_together_is_got(tmp_path: Path) -> None:
    cache = Cache(tmp_path, (ONE,), DEFAULT)
    assert cache.get_inventory(LAYERS, CODE) is None
    cache.put_inventory(LAYERS, CODE, INVENTORY)
    assert cache.get_inventory(LAYERS, CODE) == INVENTORY
    assert Cache(tmp_path, (ONE,), DEFAULT).get_inventory(LAYERS, CODE) == INVENTORY
    assert not cache.knows(DIGEST)


def test_other_layers_cataloguers_and_limits_yield_something_else(tmp_path: Path) -> None:
    Cache(tmp_path, (ONE,), DEFAULT).put_inventory(LAYERS, CODE, INVENTORY)
    one, two = LAYERS
    assert Cache(tmp_path, (ONE,), DEFAULT).get_inventory(LAYERS, "other") is None
    for layers in ((two, one), (one,), (one, two, two), (one, (two[0], 7)), ()):
        assert Cache(tmp_path, (ONE,), DEFAULT).get_inventory(layers, CODE) is None
    for cataloguers, limits in (((msgspec.structs.replace(ONE, version=2),), DEFAULT), ((ONE,), Limits(entries=7))):
        assert Cache(tmp_path, cataloguers, limits).get_inventory(LAYERS, CODE) is None


def test_what_is_kept_of_other_layers_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put_inventory(LAYERS, CODE, INVENTORY)
    (mine,) = files(tmp_path)
    cache.put_inventory(LAYERS[:1], CODE, Inventory())
    (other,) = set(files(tmp_path)) - {mine}
    mine.write_bytes(other.read_bytes())
    assert cache.get_inventory(LAYERS, CODE) is None
    other.unlink()
    cache.put(FACTS)
    (layer,) = set(files(tmp_path)) - {mine}
    mine.write_bytes(layer.read_bytes())
    assert cache.get_inventory(LAYERS, CODE) is None


def test_after_a_failure_nothing_is_kept(tmp_path: Path) -> None:
    """What tells that facts were lost must not be told again when they are not."""
    (tmp_path / "layers").write_text("in the way")
    cache = Cache(tmp_path)
    with pytest.raises(StorageError):
        cache.put(FACTS)
    (tmp_path / "layers").unlink()
    with pytest.raises(StorageError):
        cache.put_inventory(LAYERS, CODE, INVENTORY)
    assert files(tmp_path) == []


def test_the_order_of_cataloguers_does_not_matter(tmp_path: Path) -> None:
    two = msgspec.structs.replace(ONE, name="two")
    Cache(tmp_path, (ONE, two)).put(FACTS)
    assert Cache(tmp_path, (two, ONE)).knows(DIGEST)


def test_nothing_is_kept_without_a_digest(tmp_path: Path) -> None:
    Cache(tmp_path).put(LayerFacts(""))
    assert files(tmp_path) == []
    assert Cache(tmp_path).get("") is None


@pytest.mark.parametrize("at", [0, 20, 60, -1])
def test_a_changed_byte_is_a_miss(tmp_path: Path, at: int) -> None:
    cache = Cache(tmp_path)
    cache.put(FACTS)
    (path,) = files(tmp_path)
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)
    assert cache.get(DIGEST) is None


@pytest.mark.parametrize("cut", [0, 5, 30, 100])
def test_a_cut_entry_is_a_miss_and_is_mended(tmp_path: Path, cut: int) -> None:
    cache = Cache(tmp_path)
    cache.put(FACTS)
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes()[:cut])
    assert cache.get(DIGEST) is None
    cache.put(FACTS)
    assert cache.get(DIGEST) == FACTS


def test_an_entry_under_anothers_name_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(FACTS)
    cache.put(facts(1))
    mine, other = files(tmp_path)
    content = mine.read_bytes(), other.read_bytes()
    mine.write_bytes(content[1])
    other.write_bytes(content[0])
    assert cache.get(DIGEST) is None
    assert cache.get(facts(1).digest) is None


def test_what_others_could_have_written_is_a_miss(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(FACTS)
    (path,) = files(tmp_path)
    path.chmod(0o666)
    assert cache.get(DIGEST) is None
    path.chmod(0o600)
    assert cache.get(DIGEST) == FACTS
    elsewhere = tmp_path / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)
    assert cache.get(DIGEST) is None


def test_a_pipe_in_its_place_does_not_hang(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(FACTS)
    (path,) = files(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert cache.get(DIGEST) is None


def test_all_of_it_is_private(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    Cache(folder).put(FACTS)
    modes = {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_dir()}
    assert (modes, stat.S_IMODE(folder.stat().st_mode)) == ({0o700}, 0o700)
    assert {stat.S_IMODE(path.stat().st_mode) for path in files(folder)} == {0o600}


def test_the_least_recently_used_goes_first(tmp_path: Path) -> None:
    limits = Limits(cache=100_000)
    cache = Cache(tmp_path, (), limits)
    for number in range(9):
        cache.put(facts(number, 10_000))
        for path in files(tmp_path):  # each is older than the one after it
            status = path.stat()
            os.utime(path, (status.st_atime - 7200, status.st_mtime - 7200))
    assert cache.knows(facts(0).digest)  # and so it was used just now
    cache.put(facts(9, 10_000))
    assert cache.knows(facts(0).digest)
    assert not cache.knows(facts(1).digest)
    assert cache.knows(facts(9).digest)
    assert cache.status().size <= limits.cache


def test_images_are_swept_as_layers_are(tmp_path: Path) -> None:
    limits = Limits(cache=100_000)
    cache = Cache(tmp_path, (), limits)
    for number in range(12):
        cache.put_inventory(((DIGEST, number),), CODE, Inventory(strays=("x" * 20_000,)))
    assert 0 < cache.status().size <= limits.cache


def test_an_entry_larger_than_the_cache_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(tmp_path, (), Limits(cache=1000))
    cache.put(facts(1, 2000))
    assert cache.status().entries == 0


def test_status_and_clear(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    for number in range(3):
        cache.put(facts(number, 1000))
    (tmp_path / "layers" / "notes.txt").write_text("not ours")
    cache.put_inventory(LAYERS, CODE, Inventory(strays=("x" * 1000,)))
    status = cache.status()
    assert (status.entries, status.limit) == (3, DEFAULT.cache)  # the image is no layer
    assert 4000 < status.size < 5000
    assert cache.clear() == status
    assert cache.status().entries == 0
    assert cache.clear().entries == 0
    assert (tmp_path / "layers" / "notes.txt").exists()


def test_what_was_fetched_is_counted_and_cleared_and_nothing_else(tmp_path: Path) -> None:
    policy, database = tmp_path / "policies" / f"sha256-{'a' * 64}", tmp_path / "databases" / ("0" * 16)
    own, link = tmp_path / "databases" / "mine", tmp_path / "databases" / ("1" * 16)
    for file in (policy, database / "manifest.json", database / ".downloads" / "part", own / "file"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * 100)
    link.symlink_to(own)
    cache = Cache(tmp_path)
    assert (cache.status().entries, cache.status().fetched) == (0, 300)
    assert cache.clear().fetched == 300
    assert cache.status().fetched == 0
    assert [each.exists() for each in (policy, database, link, own / "file")] == [False, False, False, True]


def test_what_a_dead_writer_left_is_swept(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.put(FACTS)
    (path,) = files(tmp_path)
    dead, alive = path.with_name("dead.partial"), path.with_name("alive.partial")
    dead.touch()
    alive.touch()
    os.utime(dead, (time.time() - 7200,) * 2)
    Cache(tmp_path).put(facts(1))
    assert (dead.exists(), alive.exists()) == (False, True)


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    cache = Cache(tmp_path / "file" / "cache")
    with pytest.raises(StorageError, match="cache"):
        cache.put(FACTS)
    assert cache.get(DIGEST) is None
    assert (cache.status().entries, cache.clear().entries) == (0, 0)


def test_a_full_disk(tmp_path: Path) -> None:
    """RLIMIT_FSIZE makes write(2) fail as a full disk does, with EFBIG for ENOSPC."""
    code = (
        "import resource, signal, sys; from pathlib import Path; from pratique.cache import Cache\n"
        "from pratique.errors import StorageError; from pratique.model import LayerFacts\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN); resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "cache = Cache(Path(sys.argv[1]))\n"
        "try: cache.put(LayerFacts('sha256:1', plain=bytes(8000)))\n"
        "except StorageError as error: print(error)\n"
        "print(cache.knows('sha256:1'))\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True)
    assert os.strerror(errno.EFBIG) in done.stdout
    assert done.stdout.endswith("False\n")
    assert files(tmp_path) == []


def test_many_at_once(tmp_path: Path) -> None:
    limits = Limits(cache=200_000)

    def work(worker: int) -> int:
        cache = Cache(tmp_path, (), limits)
        wrong = 0
        for number in range(40):
            one = facts(number, 10_000)
            cache.put(one)
            got = cache.get(one.digest)
            wrong += got is not None and got != one
        return wrong

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 0
    assert not [path for path in files(tmp_path) if path.suffix == ".partial"]


def test_the_status_of_a_folder_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "layers").symlink_to("layers")  # whoever asks, also root, cannot read that
    cache = Cache(tmp_path / "cache")
    for ask in (cache.status, cache.clear):
        with pytest.raises(StorageError, match="cannot read"):
            ask()
