"""How long ``pratique --version`` and ``pratique --help`` take, whole process, beside an interpreter that does nothing.

usage: python benchmarks/startup.py [--runs N] [--json FILE]
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from _measure import arguments, seconds, write

PROMISE = 120.0  # milliseconds for --version
SCRIPT = str(Path(sys.executable).parent / "pratique")
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "pratique --version": [SCRIPT, "--version"],
    "pratique --help": [SCRIPT, "--help"],
    "pratique scan --help": [SCRIPT, "scan", "--help"],
}


def measure(runs: int) -> dict[str, float]:
    """The median milliseconds of each; they take turns, so that what else the machine does falls on all."""
    for command in COMMANDS.values():
        seconds(command)
    taken: dict[str, list[float]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, command in COMMANDS.items():
            taken[name].append(seconds(command))
    return {name: round(1000 * statistics.median(times), 1) for name, times in taken.items()}


def main() -> int:
    """0 when the promise holds."""
    parser = arguments(__doc__)
    parser.set_defaults(runs=30)
    chosen = parser.parse_args()
    medians = measure(chosen.runs)
    kept = medians["pratique --version"] <= PROMISE
    for name, taken in medians.items():
        print(f"{name:22} {taken:7.1f} ms")
    print(f"--version takes at most {PROMISE:.0f} ms: {'kept' if kept else 'BROKEN'}")
    write(
        chosen.json, {"unit": "ms, median", "runs": chosen.runs, "medians": medians, "promise": PROMISE, "kept": kept}
    )
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
