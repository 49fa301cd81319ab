"""What the benchmarks share: the physical limit, whole-process times, a process tree's peak memory, results as JSON."""

from __future__ import annotations

import argparse
import hashlib
import json
import multiprocessing
import os
import platform
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from isal import igzip_lib

INPUT, OUTPUT = 128 << 10, 512 << 10  # bytes at a time; among the fastest of those tried


def blobs(layout: Path) -> list[tuple[str, Path]]:
    """The digests and files of the layers of a layout's first image, bottom first."""

    def blob(digest: str) -> Path:
        return layout / "blobs" / digest.replace(":", "/")

    index = json.loads((layout / "index.json").read_bytes())
    manifest = json.loads(blob(index["manifests"][0]["digest"]).read_bytes())
    return [(one["digest"], blob(one["digest"])) for one in manifest["layers"]]


def limit(layout: Path) -> float:
    """Seconds that two processes need to inflate (igzip) and hash (SHA-256) all layers of an image, the largest first,
    and do nothing else; the pool included."""
    paths = sorted((path for _, path in blobs(layout)), key=lambda path: -path.stat().st_size)
    start = time.perf_counter()
    with multiprocessing.get_context("fork").Pool(2) as pool:
        pool.map(inflate, paths, chunksize=1)
    return time.perf_counter() - start


def inflate(path: Path) -> int:
    """Inflates and hashes one blob as fast as the libraries can, keeping nothing; its size uncompressed."""
    digest, unpack = hashlib.sha256(), igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    size = 0
    with path.open("rb", buffering=0) as stream:
        while data := stream.read(INPUT):
            digest.update(data)
            size += len(unpack.decompress(data, OUTPUT))
            while not unpack.needs_input and not unpack.eof:
                size += len(unpack.decompress(b"", OUTPUT))
    return size


def _environment(more: dict[str, str] | None = None) -> dict[str, str]:
    """This process's environment and ``more``; Python keeps its bytecode, as it does for an installed package."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"} | (more or {})


def machine() -> dict[str, object]:
    """What a reader needs to weigh the figures."""
    processor = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return {
        "processor": processor,
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
    }


def seconds(
    command: Sequence[str], *, codes: tuple[int, ...] = (0,), environment: dict[str, str] | None = None
) -> float:
    """Wall-clock seconds of one run of a whole process; its output is thrown away. Exits when the run fails."""
    start = time.perf_counter()
    done = subprocess.run(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=_environment(environment),
        check=False,
    )
    taken = time.perf_counter() - start
    if done.returncode not in codes:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stderr.decode(errors='replace')[-2000:]}")
    return taken


def median(run: Callable[[], float], times: int, before: Callable[[], object] = lambda: None) -> float:
    """Median of several runs after one that is not counted; ``before`` prepares each."""
    taken = []
    for _ in range(times + 1):
        before()
        taken.append(run())
    return statistics.median(taken[1:])


def peak_pss(command: Sequence[str], environment: dict[str, str] | None = None) -> float:
    """Highest sum of the proportional set sizes of a process and all its descendants, in MB, sampled every 10 ms."""
    child = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=_environment(environment)
    )
    peak = 0
    ended = threading.Event()
    threading.Thread(target=lambda: (child.wait(), ended.set()), daemon=True).start()
    while not ended.wait(0.01):
        peak = max(peak, sum(_pss(pid) for pid in _descendants(child.pid)))
    return peak / 1000


def _descendants(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(below for one in children for below in _descendants(int(one)))]


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 // 1000 for line in lines if line.startswith("Pss:")), 0)


def arguments(description: str | None) -> argparse.ArgumentParser:
    """The options that every benchmark has."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each command (default 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, with machine and date")
    return parser


def write(path: Path | None, figures: object) -> None:
    """The figures as JSON, when asked for."""
    if path is not None:
        document = {"date": datetime.now(UTC).strftime("%Y-%m-%d"), "machine": machine(), "figures": figures}
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(document, indent=2) + "\n")
