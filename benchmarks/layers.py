"""A folder of OCI layouts in, how near reading their layers comes to the physical limit out.

The limit: two processes take whole layers, the largest first, and do nothing but inflate them (igzip) and hash the
bytes that they read (SHA-256). Both are measured in turns, in one run; medians are reported. Seconds are those of the
clock, ``cpu`` those of the processors, which other programs on the machine disturb less.

    python benchmarks/layers.py --images ~/.cache/pratique-images/oci --runs 5 --json layers.json
"""

from __future__ import annotations

import argparse
import functools
import gc
import os
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import _measure
from pratique import workers
from pratique.cache import Cache
from pratique.catalog._pass import read_layer
from pratique.catalog._squash import squash
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT
from pratique.model import Layer, LayerFacts
from pratique.plugins import Cataloguer, load

ENTRIES = 1_000_000


def layers_of(layout: Path) -> tuple[Layer, ...]:
    """The layers of a layout's first image."""
    return tuple(
        Layer(number, digest, size=path.stat().st_size, open=functools.partial(open, path, "rb", 0))
        for number, (digest, path) in enumerate(_measure.blobs(layout))
    )


def walk(layer: Layer, told: workers.Told) -> LayerFacts:
    """Inflating, hashing and reading tar headers, without any cataloguer."""
    with LayerReader(layer, DEFAULT, told) as reader:
        entries = sum(1 for _ in reader)
        return LayerFacts(reader.finish(), entries=entries)


def pool(how: Callable[..., workers.Answers], layers: Sequence[Layer], read: workers.ReadOne, count: int) -> None:
    """Reads all layers."""
    order = sorted(layers, key=lambda layer: -layer.size)
    for _, found in how(order, read, count, lambda *told: None):
        assert isinstance(found, LayerFacts), found


def timed(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds that it takes, and of processors' time."""
    gc.collect()
    start, before = time.perf_counter(), processors()
    work()
    return time.perf_counter() - start, processors() - before


def processors() -> float:
    """Seconds that this process and its children have used."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system


def measured(layout: Path, cataloguers: tuple[Cataloguer, ...], runs: int) -> dict[str, object]:
    """Medians of an image, in seconds."""
    layers = layers_of(layout)
    read = workers.reader_of(cataloguers, DEFAULT)
    ways: dict[str, Callable[[], tuple[float, float]]] = {
        "limit": lambda: timed(lambda: _measure.limit(layout)),
        "walk": lambda: timed(lambda: pool(workers.in_processes, layers, walk, 2)),
        "pass": lambda: timed(lambda: pool(workers.in_processes, layers, read, 2)),
        "threads": lambda: timed(lambda: pool(workers.in_threads, layers, read, 2)),
        "one process": lambda: timed(lambda: pool(workers.in_processes, layers, read, 1)),
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            times[name].append(way())
    found = {name: statistics.median(one for one, _ in some) for name, some in times.items()}
    cpu = {f"cpu {name}": statistics.median(two for _, two in times[name]) for name in ("limit", "pass")}
    ratios = [one[0] / limit[0] for one, limit in zip(times["pass"], times["limit"], strict=True)]
    return {
        "image": layout.name,
        **found,
        **cpu,
        "pass/limit": statistics.median(ratios),
        "cpu pass/limit": cpu["cpu pass"] / cpu["cpu limit"],
        **warm(layers, cataloguers),
    }


def warm(layers: tuple[Layer, ...], cataloguers: tuple[Cataloguer, ...]) -> dict[str, object]:
    """Seconds of a second scan, whose facts are cached, and of laying the layers on one another."""
    with tempfile.TemporaryDirectory() as folder:
        cache = Cache(Path(folder), cataloguers)
        workers.read_layers(layers, cataloguers, cache, DEFAULT)
        cached, laid = list[float](), list[float]()
        for _ in range(5):
            start = time.perf_counter()
            facts = workers.read_layers(layers, cataloguers, cache, DEFAULT)
            cached.append(time.perf_counter() - start)
            start = time.perf_counter()
            inventory = squash([one if isinstance(one, LayerFacts) else None for one in facts])
            laid.append(time.perf_counter() - start)
        return {
            "cached": statistics.median(cached),
            "squash": statistics.median(laid),
            "packages": len(inventory.packages),
            "cache bytes": cache.status().size,
        }


def many_entries(count: int) -> dict[str, object]:
    """Seconds and MiB for a layer of that many entries, in a process of its own."""
    code = (
        "import resource, sys; sys.path.insert(0, sys.argv[1]); import layers\n"
        "seconds, entries = layers.read_many(int(sys.argv[2]))\n"
        "print(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, entries)"
    )
    command = [sys.executable, "-c", code, str(Path(__file__).parent), str(count)]
    seconds, mebibytes, entries = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    return {"entries": int(entries), "seconds": float(seconds), "MiB": float(mebibytes)}


def read_many(count: int) -> tuple[float, int]:
    """Reads a layer of that many entries with all cataloguers: seconds and entries."""
    with tempfile.TemporaryFile() as file:
        pack = zlib.compressobj(1, zlib.DEFLATED, 31)
        for number in range(count):
            info = tarfile.TarInfo(f"usr/share/many/{number % 1000}/{number}.js")
            file.write(pack.compress(info.tobuf(tarfile.USTAR_FORMAT)))
        file.write(pack.compress(bytes(1024)) + pack.flush())

        def again() -> LayerReader:
            file.seek(0)
            return LayerReader(Layer(0, "", open=lambda: os.fdopen(os.dup(file.fileno()), "rb", 0)), DEFAULT)

        start = time.perf_counter()
        entries = read_layer(again, all_cataloguers(), DEFAULT).entries
        return time.perf_counter() - start, entries


def all_cataloguers() -> tuple[Cataloguer, ...]:
    return tuple(load("pratique.catalog", "CATALOGUER").values())


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("--images", type=Path, default=Path.home() / ".cache/pratique-images/oci")
    parser.add_argument("--only", nargs="*", default=[], help="names of images")
    parser.add_argument("--once", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.once:
        workers.read_layers(layers_of(args.once), all_cataloguers(), None, DEFAULT)
        return
    results = list[dict[str, object]]()
    for layout in sorted(args.images.iterdir()):
        if not args.only or layout.name in args.only:
            peak = _measure.peak_pss([sys.executable, __file__, "--once", str(layout)])
            results.append({**measured(layout, all_cataloguers(), args.runs), "peak MB": peak})
            print(*(f"{key} {shown(value)}" for key, value in results[-1].items()), sep="  ", flush=True)
    many = [many_entries(count) for count in (ENTRIES // 4, ENTRIES)]
    print(*many, sep="\n")
    _measure.write(args.json, {"images": results, "entries": many})


def shown(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    main()
