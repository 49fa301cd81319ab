"""How long ``pratique --version``, its help and warm scans take, whole process, beside an idle interpreter.

usage: python benchmarks/startup.py [--runs N] [--images DIR] [--json FILE]

A warm scan is one of an image whose layers are all in the cache; those of the OCI layouts in DIR are taken. "wall" is
the median of what a clock beside it tells, "cpu" the least processor time of a run, which other work on the machine
hardly changes: the two are equal where there is none.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from _measure import arguments, write

PROMISES = {"pratique --version": 120.0}  # milliseconds
WARM = 250.0
SCRIPT = str(Path(sys.executable).parent / "pratique")
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "pratique --version": [SCRIPT, "--version"],
    "pratique --help": [SCRIPT, "--help"],
    "pratique scan --help": [SCRIPT, "scan", "--help"],
}
DECIDED = (0, 1, 3)


def once(command: list[str], cache: str) -> tuple[float, float]:
    """Milliseconds by the clock and of the processors; Python keeps its bytecode, as for an installed package."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    start = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment | {"XDG_CACHE_HOME": cache, "XDG_DATA_HOME": cache},
    )
    _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in DECIDED:
        sys.exit(f"{' '.join(command)}: exit {process.returncode}")
    return 1000 * wall, 1000 * (used.ru_utime + used.ru_stime)


def measure(commands: dict[str, list[str]], runs: int) -> dict[str, dict[str, float]]:
    """The figures of each; they take turns, so that what else the machine does falls on all."""
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in commands}
    with tempfile.TemporaryDirectory() as cache:
        for command in commands.values():
            once(command, cache)
        for _ in range(runs):
            for name, command in commands.items():
                taken[name].append(once(command, cache))
    return {
        name: {
            "wall": round(statistics.median(wall for wall, _ in times), 1),
            "cpu": round(min(cpu for _, cpu in times), 1),
        }
        for name, times in taken.items()
    }


def main() -> int:
    """0 when the promises hold."""
    parser = arguments(__doc__)
    parser.set_defaults(runs=30)
    parser.add_argument(
        "--images", type=Path, default=Path.home() / ".cache/pratique-images/oci", help="folder of OCI layouts"
    )
    chosen = parser.parse_args()
    layouts = sorted(path.parent for path in chosen.images.glob("*/index.json"))
    if not layouts:
        sys.stderr.write(f"startup.py: no OCI layouts in {chosen.images}; left out warm scans\n")
    warm = {f"warm scan {path.name}": [SCRIPT, "scan", str(path), "--format", "json"] for path in layouts}
    promises = PROMISES | dict.fromkeys(warm, WARM)
    figures = measure(COMMANDS | warm, chosen.runs)
    kept = all(figures[name]["wall"] <= promise for name, promise in promises.items())
    for name, taken in figures.items():
        print(f"{name:26} wall {taken['wall']:7.1f} ms   cpu {taken['cpu']:7.1f} ms")
    told = f", warm scans within {WARM:.0f} ms" if warm else ""
    print(f"--version within {PROMISES['pratique --version']:.0f} ms{told}:", end=" ")
    print("kept" if kept else "BROKEN")
    unit = "ms; wall: median, cpu: minimum"
    write(chosen.json, {"unit": unit, "runs": chosen.runs, "figures": figures, "promises": promises, "kept": kept})
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
