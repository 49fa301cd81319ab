"""Layers side by side: cached or read, in processes or threads, whole or killed."""

from __future__ import annotations

import functools
import io
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest

from images import blob_layer, build, digest_of, file, gzip_bytes, layer
from pratique import workers
from pratique.cache import Cache
from pratique.limits import DEFAULT
from pratique.model import Fact, Layer, LayerFacts, Package, Problem
from pratique.plugins import Cataloguer, Claim, File
from pratique.processes import can_fork
from pratique.workers import in_processes, in_threads, read_layers, reader_of

READERS = pytest.mark.parametrize(
    "reader",
    [pytest.param(in_processes, marks=pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")), in_threads],
)
linux = pytest.mark.skipif(sys.platform != "linux", reason="fork is safe, and children hear of their parent, on Linux")


def parse(file: File) -> Iterator[Fact]:
    text = file.read().decode()
    if text == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if text == "exit":
        os._exit(3)
    yield Package("npm", text, "1", path=file.path)


TEXTS = (Cataloguer("texts", 1, Claim(suffixes=(".txt",)), parse),)


def opened(counter: Path, blob: bytes) -> BinaryIO:
    """Counts how often a layer was opened, across processes."""
    with counter.open("ab") as stream:
        stream.write(b".")
    return io.BytesIO(blob)


def count(counter: Path) -> int:
    return counter.stat().st_size if counter.exists() else 0


def counted(layers: tuple[Layer, ...], counter: Path) -> tuple[Layer, ...]:
    found = []
    for one in layers:
        assert one.open is not None
        with one.open() as stream:
            opener = functools.partial(opened, counter, stream.read())
        found.append(msgspec.structs.replace(one, open=opener))
    return tuple(found)


def texts(*contents: str) -> tuple[Layer, ...]:
    return build(*(layer(file("a.txt", content)) for content in contents)).model_layers()


def names(read: workers.Read) -> list[str]:
    assert isinstance(read, LayerFacts), read
    return [fact.name for found in read.facts.values() for fact in found if isinstance(fact, Package)]


def test_answers_come_in_the_layers_order() -> None:
    contents = [str(number) * (7 - number) for number in range(7)]
    assert [names(read) for read in read_layers(texts(*contents), TEXTS, None, DEFAULT)] == [[one] for one in contents]


def test_no_layers() -> None:
    assert read_layers((), TEXTS, None, DEFAULT) == ()


@READERS
@pytest.mark.parametrize("number", [1, 3])
def test_each_way_to_read_finds_the_same(reader: object, number: int) -> None:
    layers = texts("a", "b", "c", "d")
    answers = list(reader(layers, reader_of(TEXTS, DEFAULT), number, lambda *told: None))  # type: ignore[operator]
    found = {one.index: names(read) for one, read in answers}
    assert found == {0: ["a"], 1: ["b"], 2: ["c"], 3: ["d"]}


def test_a_layer_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    counter = tmp_path / "opened"
    layers = counted(texts("same", "other", "same", "same"), counter)
    read = read_layers(layers, TEXTS, None, DEFAULT)
    assert [names(one) for one in read] == [["same"], ["other"], ["same"], ["same"]]
    assert count(counter) == 2


def test_the_second_time_nothing_is_opened_and_nothing_started(tmp_path: Path) -> None:
    counter, cache = tmp_path / "opened", Cache(tmp_path / "cache", TEXTS)
    layers = counted(texts("a", "b"), counter)
    first = read_layers(layers, TEXTS, cache, DEFAULT)
    assert count(counter) == 2
    assert read_layers(layers, TEXTS, Cache(tmp_path / "cache", TEXTS), DEFAULT) == first
    assert count(counter) == 2


def test_poison_under_a_claimed_diff_id_is_not_used(tmp_path: Path) -> None:
    """A hostile image claims a trusted base's diff id for its own layer, and facts are planted under that id."""
    trusted = digest_of(layer(file("a.txt", "trusted")))
    cache = Cache(tmp_path, TEXTS)
    cache.put(LayerFacts(trusted, facts={"a.txt": (Package("npm", "planted", "1"),)}))
    hostile = gzip_bytes(layer(file("a.txt", "hostile")))
    claims = blob_layer(hostile, digest="", diff_id=trusted)
    verified = blob_layer(hostile, diff_id=trusted)
    (refused,) = read_layers((claims,), TEXTS, cache, DEFAULT)  # nothing else says which layer this is
    assert isinstance(refused, Problem)
    assert refused.blocking
    (read,) = read_layers((verified,), TEXTS, cache, DEFAULT)
    assert names(read) == ["hostile"]
    planted = cache.get(trusted)
    assert planted is not None
    assert names(planted) == ["planted"]  # nor was anything stored under the claim
    assert cache.knows(digest_of(hostile))


def test_a_daemons_diff_id_is_asked_for(tmp_path: Path) -> None:
    plain = layer(file("a.txt", "a"))
    counter, cache = tmp_path / "opened", Cache(tmp_path / "cache", TEXTS)
    one = Layer(
        0, "", diff_id=digest_of(plain), computed_by_daemon=True, open=functools.partial(opened, counter, plain)
    )
    assert [names(read) for read in read_layers((one, one), TEXTS, cache, DEFAULT)] == [["a"], ["a"]]
    assert [names(read) for read in read_layers((one,), TEXTS, cache, DEFAULT)] == [["a"]]
    assert count(counter) == 1


def test_a_blob_of_another_size_than_the_cached_one_is_read(tmp_path: Path) -> None:
    counter, cache = tmp_path / "opened", Cache(tmp_path / "cache", TEXTS)
    layers = counted(texts("a"), counter)
    read_layers(layers, TEXTS, cache, DEFAULT)
    other = msgspec.structs.replace(layers[0], size=layers[0].size + 1)
    read_layers((other,), TEXTS, cache, DEFAULT)
    assert count(counter) == 2


def test_a_wrong_digest_is_a_blocking_problem_and_is_not_cached(tmp_path: Path) -> None:
    cache = Cache(tmp_path, TEXTS)
    blob = gzip_bytes(layer(file("a.txt", "a")))
    wrong = blob_layer(blob, 1, digest=digest_of(b"other"))
    first, second = read_layers((*texts("ok"), wrong), TEXTS, cache, DEFAULT)
    assert names(first) == ["ok"]
    assert isinstance(second, Problem)
    assert (second.layer, second.blocking, second.where) == (1, True, digest_of(b"other"))
    assert cache.status().entries == 1


def test_a_plain_layer_that_the_config_calls_another_is_read_though_it_is_known(tmp_path: Path) -> None:
    cache = Cache(tmp_path, TEXTS)
    plain = layer(file("a.txt", "a"))
    honest = msgspec.structs.replace(
        blob_layer(plain, diff_id=digest_of(plain)), media_type="application/vnd.oci.image.layer.v1.tar"
    )
    assert names(read_layers((honest,), TEXTS, cache, DEFAULT)[0]) == ["a"]
    lying = msgspec.structs.replace(honest, diff_id=digest_of(b"another"))
    (problem,) = read_layers((lying,), TEXTS, cache, DEFAULT)
    assert isinstance(problem, Problem)
    assert "the config says" in problem.what


def missing() -> BinaryIO:
    raise FileNotFoundError(2, "No such file or directory", "blob")


def defect() -> BinaryIO:
    raise ValueError("surprise")


@READERS
@pytest.mark.parametrize(("opener", "what"), [(missing, "No such file"), (defect, "unexpected ValueError: surprise")])
def test_a_source_that_fails_is_a_blocking_problem(reader: object, opener: object, what: str) -> None:
    one = Layer(4, "sha256:1", open=opener)  # type: ignore[arg-type]
    ((_, read),) = reader((one,), reader_of(TEXTS, DEFAULT), 2, lambda *told: None)  # type: ignore[operator]
    assert isinstance(read, Problem)
    assert (read.layer, read.blocking, what in read.what) == (4, True, True)


@linux
@pytest.mark.parametrize("number", [1, 2, 5])
@pytest.mark.parametrize(("content", "how"), [("kill", "signal 9"), ("exit", "exit code 3")])
def test_a_worker_that_dies_is_a_blocking_problem(content: str, how: str, number: int) -> None:
    answers = in_processes(texts("a", content, "c"), reader_of(TEXTS, DEFAULT), number, lambda *told: None)
    first, second, third = (read for _, read in sorted(answers, key=lambda answer: answer[0].index))
    assert (names(first), names(third)) == (["a"], ["c"])
    assert isinstance(second, Problem)
    assert (second.layer, second.blocking, how in second.what) == (1, True, True)


def whose(file: File) -> Iterator[Fact]:
    yield Package("npm", str(os.getpid()), "1", path=file.path)


@linux
def test_a_worker_reads_one_layer_after_another() -> None:
    pids = (Cataloguer("pids", 1, Claim(suffixes=(".txt",)), whose),)
    answers = in_processes(texts(*"abcdefg"), reader_of(pids, DEFAULT), 2, lambda *told: None)
    found = [name for _, read in answers for name in names(read)]
    assert len(found) == 7
    assert 1 <= len(set(found)) <= 2
    assert str(os.getpid()) not in found


def test_a_cache_that_cannot_be_written_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file", TEXTS)
    read = read_layers(texts("a", "b"), TEXTS, cache, DEFAULT)
    assert sorted(name for one in read for name in names(one)) == ["a", "b"]
    notes = [problem for one in read if isinstance(one, LayerFacts) for problem in one.problems]
    assert [(one.where, one.blocking) for one in notes] == [("cache", False)]


@READERS
def test_progress_ends_with_each_layer(reader: object) -> None:
    layers = texts("a", "b")
    told = list[tuple[str, int, int]]()
    list(reader(layers, reader_of(TEXTS, DEFAULT), 2, lambda *one: told.append(one)))  # type: ignore[operator]
    assert {one for one in told if one[1] == one[2]} == {(one.digest, one.size, one.size) for one in layers}


def slow() -> BinaryIO:
    return Slow()  # type: ignore[return-value]


class Slow(io.RawIOBase):
    """A layer that never ends."""

    def read(self, size: int = -1) -> bytes:
        time.sleep(0.01)
        return layer(file("x", bytes(1000)))[:2048]


def children() -> set[str]:
    """The processes below this one; other tests keep their oracles running."""
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


@READERS
def test_nothing_is_left_when_the_caller_goes(reader: object) -> None:
    before, started = threading.active_count(), children()
    layers = tuple(Layer(index, f"sha256:{index}", open=slow) for index in range(3))
    ready = texts("a")

    def progress(name: str, done: int, total: int) -> None:
        if done == total and total > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(reader((*ready, *layers), reader_of(TEXTS, DEFAULT), 2, progress))  # type: ignore[operator]
    assert threading.active_count() == before
    assert children() == started


def endless(folder: Path) -> tuple[subprocess.Popen[str], list[int]]:
    """A process that reads two layers without an end, and its workers."""
    script = folder / "endless.py"
    script.write_text(
        "import io, os, time\n"
        "from pratique.limits import DEFAULT\n"
        "from pratique.model import Layer\n"
        "from pratique.workers import read_layers\n"
        "class Endless(io.RawIOBase):\n"
        "    def read(self, size=-1):\n"
        "        time.sleep(0.01)\n"
        "        return bytes(100)\n"
        "def endless():\n"
        "    os.write(1, b'%d\\n' % os.getpid())\n"
        "    return Endless()\n"
        "try:\n"
        "    read_layers([Layer(i, f'sha256:{i}', open=endless) for i in range(2)], (), None, DEFAULT)\n"
        "except KeyboardInterrupt:\n"
        "    print('interrupted', flush=True)\n"
        "    time.sleep(60)\n"
    )
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([sys.executable, script], text=True, start_new_session=True, **pipes)
    assert process.stdout is not None
    return process, [int(process.stdout.readline()) for _ in range(2)]


@linux
@pytest.mark.parametrize("everybody", [True, False], ids=["the terminal tells all", "somebody tells the parent"])
def test_ctrl_c_ends_the_workers_before_the_parent(tmp_path: Path, everybody: bool) -> None:
    process, children = endless(tmp_path)
    assert process.stdout is not None
    try:
        (os.killpg if everybody else os.kill)(process.pid, signal.SIGINT)
        assert process.stdout.readline() == "interrupted\n"  # it lives on: its workers are not gone because it is
        for child in children:
            with pytest.raises(ProcessLookupError):
                os.kill(child, 0)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@linux
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_parent_that_ends_at_once_leaves_no_process(tmp_path: Path, number: signal.Signals) -> None:
    """The workers hold its stderr open: communicate() ends when the last of them is gone."""
    process, _ = endless(tmp_path)
    try:
        process.send_signal(number)
        process.communicate(timeout=30)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    assert process.returncode == -number


def test_threads_where_others_run() -> None:
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    other.start()
    try:
        assert not can_fork()
        assert [names(read) for read in read_layers(texts("a", "b"), TEXTS, None, DEFAULT)] == [["a"], ["b"]]
    finally:
        stop.set()
        other.join()
