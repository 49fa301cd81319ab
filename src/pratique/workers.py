"""The layers of an image and the cataloguers in; each layer's facts, or why there are none, out: side by side.

Layers are read by processes made by fork(2) (https://man7.org/linux/man-pages/man2/fork.2.html), each one layer after
another: a parser that is killed takes no more than its layer with it. Where fork is not safe, threads do it.
``docs/adr/0003-one-pass.md`` holds the measurements behind this.
"""

from __future__ import annotations

import gc
import os
import signal
import threading
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, suppress

import msgspec

from pratique.cache import Cache
from pratique.errors import PratiqueError, StorageError, Undecided
from pratique.limits import Limits
from pratique.model import Layer, LayerFacts, Problem
from pratique.plugins import Cataloguer
from pratique.processes import binding, can_fork, uninterrupted

Progress = Callable[[str, int, int], None]  # what is read, its bytes so far, its bytes in all or 0 where unknown
Told = Callable[[int], None]
Read = LayerFacts | Problem
ReadOne = Callable[[Layer, Told], Read]
Answers = Generator[tuple[Layer, Read], None, None]

_TOLD_EVERY = 0.1  # seconds
_PIECE = 1 << 20
_MALLOC = ((-1, 128 << 20), (-2, 1 << 20), (-3, 64 << 20))  # bytes; M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_THRESHOLD
_COLLECT = (100_000, 20, 100)  # facts are not garbage: looking through them again and again takes 7 % of the time
_HEAD = 9  # bytes: what follows, and a number
_PLACE = 8  # bytes of an order
_READ, _FACTS, _PROBLEM = b"pfe"


def read_layers(
    layers: Sequence[Layer],
    cataloguers: Sequence[Cataloguer],
    cache: Cache | None,
    limits: Limits,
    *,
    workers: int = 2,
    progress: Progress | None = None,
) -> tuple[Read, ...]:
    """One answer a layer, in their order: its facts, or the blocking problem that kept them from being read.

    ``cache`` is asked first, and only by digests that somebody computed: a verified manifest's (for a blob of the size
    that the manifest states) or a daemon's; with everything cached nothing is started. A layer that stands twice is
    read once. ``progress`` is called from the thread that calls this, or, where threads read, from theirs.
    """
    known = dict[str, Read]()
    if cache is not None:
        for layer in layers:
            facts = cache.get(trusted_digest(layer))
            if facts is not None and (layer.digest == "" or layer.size in (-1, facts.size)):
                known[_name(layer)] = facts
    unread = {_name(layer): layer for layer in layers if _name(layer) not in known}
    if unread:
        first = sorted(unread.values(), key=lambda layer: (layer.size >= 0, -layer.size, layer.index))
        reader = in_processes if can_fork() else in_threads
        notes = list[Problem]()
        with closing(reader(first, reader_of(cataloguers, limits), workers, progress or _silent)) as answers:
            for layer, read in answers:
                known[_name(layer)] = read
                if cache is not None and isinstance(read, LayerFacts):
                    notes += _keep(cache, read)
        _note(known, unread, notes)
    return tuple(_answer(known[_name(layer)], layer) for layer in layers)


def trusted_digest(layer: Layer) -> str:
    """The digest that somebody computed over the layer's bytes; "" where there are only claims, or where those do not
    fit together: a layer that is said to be no more than a tar has the digest of that. Reading it then tells."""
    if layer.media_type.endswith(".tar") and layer.diff_id not in ("", layer.digest):
        return ""
    return layer.digest or (layer.diff_id if layer.computed_by_daemon else "")


def _name(layer: Layer) -> str:
    """What tells equal layers: a digest that can be trusted, or nothing but the place."""
    return trusted_digest(layer) or f"layer {layer.index}"


def _silent(name: str, done: int, total: int) -> None:
    pass


def _keep(cache: Cache, facts: LayerFacts) -> list[Problem]:
    try:
        cache.put(facts)
    except StorageError as error:
        return [Problem("cache", str(error), hint=error.hint)]
    return []


def _note(known: dict[str, Read], unread: dict[str, Layer], notes: list[Problem]) -> None:
    """Tells once that the cache failed, with the first layer whose facts it lost."""
    for name in unread:
        facts = known[name]
        if notes and isinstance(facts, LayerFacts):
            known[name] = msgspec.structs.replace(facts, problems=(*facts.problems, notes[0]))
            return


def _answer(read: Read, layer: Layer) -> Read:
    return msgspec.structs.replace(read, layer=layer.index) if isinstance(read, Problem) else read


def reader_of(cataloguers: Sequence[Cataloguer], limits: Limits) -> ReadOne:
    """The function that reads one layer: it raises nothing but what ends the process."""
    # Only where a layer is read, and before there are children, who would each import them.
    from pratique.catalog._pass import read_layer
    from pratique.image.layer import LayerReader

    cataloguers = tuple(cataloguers)

    def read(layer: Layer, told: Told) -> Read:
        try:
            return read_layer(lambda: LayerReader(layer, limits, told), cataloguers, limits)
        except Stopped:
            raise
        except PratiqueError as error:
            return _unread(layer, str(error), error.hint)
        except OSError as error:
            return _unread(layer, f"could not be read: {error}")
        except Exception as error:
            what = f"could not be read: unexpected {type(error).__name__}: {error}"
            return _unread(layer, what, "a defect of Pratique: please report it")

    return read


def _unread(layer: Layer, what: str, hint: str = "") -> Problem:
    where = layer.digest or layer.folder or layer.diff_id or f"layer {layer.index}"
    return Problem(where, what, blocking=True, layer=layer.index, hint=hint)


# --- processes -------------------------------------------------------------------------------


class _Worker(msgspec.Struct):
    """A process at work on ``layer``; ``data`` is what it wrote of it that has not been taken yet. It is told through
    ``orders`` which one to read next."""

    pid: int
    pipe: int
    orders: int
    layer: Layer
    data: bytearray


def in_processes(layers: Sequence[Layer], read: ReadOne, workers: int, progress: Progress) -> Answers:
    """Reads layers in at most ``workers`` processes at a time, the first first. However this ends, none is left."""
    import selectors  # where no layer is read, it is not needed

    waiting = list(reversed(range(len(layers))))
    running, made = dict[int, _Worker](), list[_Worker]()
    bind = binding(os.getpid())
    with selectors.DefaultSelector() as selector:

        def start() -> None:
            while waiting and len(running) < max(workers, 1):
                with uninterrupted():  # or Ctrl-C could fall between a process and our knowing of it
                    worker = _start(layers, waiting.pop(), read, bind)
                    made.append(worker)
                running[worker.pipe] = worker
                selector.register(worker.pipe, selectors.EVENT_READ)

        try:
            start()
            while running:
                for key, _ in selector.select():
                    worker = running[key.fd]
                    if not _hear(worker, progress):
                        continue
                    layer, said = worker.layer, worker.data
                    whole = _is_whole(said)
                    if whole and waiting:  # before the answer is looked at: that would keep a processor waiting
                        _order(worker, layers, waiting.pop())
                    else:
                        selector.unregister(worker.pipe)
                        del running[worker.pipe]
                        os.kill(worker.pid, signal.SIGKILL)  # its memory goes while the answer is looked at
                        start()
                    yield layer, _answered(said) if whole else _died(layer, worker)
                    _finished(progress, layer)
        finally:
            with uninterrupted():
                _end(made)


def _start(layers: Sequence[Layer], place: int, read: ReadOne, bind: Callable[[], None]) -> _Worker:
    pipes = list[int]()
    try:
        pipes += os.pipe()
        pipes += os.pipe()
        receive, send, listen, orders = pipes
        pid = os.fork()
        if pid == 0:
            _work(layers, place, read, listen, send, bind)
    except OSError as error:
        for pipe in pipes:
            os.close(pipe)
        raise Undecided(f"no process to read a layer in: {error.strerror}") from error
    os.close(send)
    os.close(listen)
    return _Worker(pid, receive, orders, layers[place], bytearray())


def _work(layers: Sequence[Layer], place: int, read: ReadOne, orders: int, pipe: int, bind: Callable[[], None]) -> None:
    """What the process does until it is killed: layer after layer. Ctrl-C is the parent's to handle."""
    try:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        bind()
        gc.freeze()  # what was inherited is not ours to collect, nor its pages to copy
        gc.set_threshold(*_COLLECT)
        _keep_memory()
        while True:
            _send(pipe, _answer_of(read(layers[place], _Teller(lambda done: _send(pipe, _head(_READ, done))))))
            place = int.from_bytes(os.read(orders, _PLACE), "big")
    finally:
        os._exit(0)


def _answer_of(found: Read) -> bytes:
    payload = msgspec.msgpack.encode(found)
    return _head(_PROBLEM if isinstance(found, Problem) else _FACTS, len(payload)) + payload


def _order(worker: _Worker, layers: Sequence[Layer], place: int) -> None:
    """Has the next layer read; a process that has died meanwhile is heard of by its pipe's end."""
    worker.layer, worker.data = layers[place], bytearray()
    with suppress(BrokenPipeError):
        os.write(worker.orders, place.to_bytes(_PLACE, "big"))


def _keep_memory() -> None:
    """Lets the memory of one file serve for the next (mallopt(3), which musl has not): where it is given back, each of
    its pages costs a fault again: a third of all faults of an image with wheels."""
    import ctypes  # ``binding`` has loaded it

    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for parameter, size in _MALLOC:
            libc.mallopt(parameter, size)


class _Teller:
    """Passes news on, but not too often."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._next = 0.0

    def __call__(self, done: int) -> None:
        now = time.monotonic()
        if now >= self._next:
            self._next = now + _TOLD_EVERY
            self._told(done)


def _head(kind: int, number: int) -> bytes:
    return bytes((kind,)) + number.to_bytes(_HEAD - 1, "big")


def _send(pipe: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(pipe, rest) :]


def _hear(worker: _Worker, progress: Progress) -> bool:
    """Takes what the process wrote and tells how far it is; whether there is no more to come of this layer: its answer
    is whole, or the process died over it."""
    new, data = os.read(worker.pipe, _PIECE), worker.data
    data += new
    while len(data) >= _HEAD and data[0] == _READ:
        progress(_label(worker.layer), int.from_bytes(data[1:_HEAD], "big"), max(worker.layer.size, 0))
        del data[:_HEAD]
    return not new or _is_whole(data)


def _is_whole(data: bytearray) -> bool:
    """Whether all that was found out about a layer has been written."""
    return len(data) >= _HEAD and data[0] != _READ and len(data) == _HEAD + int.from_bytes(data[1:_HEAD], "big")


def _label(layer: Layer) -> str:
    return layer.digest or layer.folder or f"layer {layer.index + 1}"


def _finished(progress: Progress, layer: Layer) -> None:
    size = max(layer.size, 1)
    progress(_label(layer), size, size)


def _answered(data: bytearray) -> Read:
    payload = memoryview(data)[_HEAD:]
    if data[0] == _FACTS:
        return msgspec.msgpack.decode(payload, type=LayerFacts)
    return msgspec.msgpack.decode(payload, type=Problem)


def _died(layer: Layer, worker: _Worker) -> Problem:
    ended = os.waitid(os.P_PID, worker.pid, os.WEXITED | os.WNOWAIT)
    assert ended is not None  # only WNOHANG knows of that
    how = f"exit code {ended.si_status}" if ended.si_code == os.CLD_EXITED else f"signal {ended.si_status}"
    hint = "it may have run out of memory: give it more, or read fewer layers side by side"
    return _unread(layer, f"the process that read it was ended by {how}", hint)


def _end(workers: Sequence[_Worker]) -> None:
    for worker in workers:
        os.kill(worker.pid, signal.SIGKILL)
    for worker in workers:
        os.close(worker.pipe)
        os.close(worker.orders)
        os.waitpid(worker.pid, 0)


# --- threads ---------------------------------------------------------------------------------


class Stopped(Exception):
    """Raised in a thread that reads when nobody waits for it any more."""


def in_threads(layers: Sequence[Layer], read: ReadOne, workers: int, progress: Progress) -> Answers:
    """Reads layers in at most ``workers`` threads at a time, the first first. However this ends, all of them stop."""
    from concurrent.futures import ThreadPoolExecutor  # where no layer is read, it is not needed

    stop = threading.Event()

    def work(layer: Layer) -> Read:
        def told(done: int) -> None:
            if stop.is_set():
                raise Stopped
            teller(done)

        teller = _Teller(lambda done: progress(_label(layer), done, max(layer.size, 0)))
        told(0)
        return read(layer, told)

    with ThreadPoolExecutor(max(workers, 1)) as pool:
        try:
            for layer, answer in zip(layers, pool.map(work, layers), strict=True):
                yield layer, answer
                _finished(progress, layer)
        finally:
            stop.set()
