"""Every cataloguer fed with mutated files by atheris (https://github.com/google/atheris).

Nothing but facts and a ``PratiqueError`` may come out of one, and no input may take it a second.

    pip install atheris        # beside what the tests need
    python scripts/fuzz.py --seconds 20 [NAME…]
    python scripts/fuzz.py --seconds 600 --jobs 1 --log benchmarks/results/fuzz.json    # goes on where it was stopped

Each is fuzzed in a process of its own. Seeds are its fixtures (``tests/catalog/file_fixtures.py``), and all files of
``tests/catalog`` and ``../shared/corpus`` from which it reads a fact. An input that broke one is left in ``--keep``
under its name; the exit code is 1 then.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parent.parent
SEEDS = (ROOT / "tests" / "catalog", Path(os.environ.get("PRATIQUE_SHARED", ROOT.parent / "shared")) / "corpus")
LARGEST = 256 << 10  # bytes of a seed and of an input
SLOW = 1.0  # seconds that one input may take


def paths(claim: object) -> list[str]:
    """Paths that the claim takes."""
    from pratique.plugins import Claim

    assert isinstance(claim, Claim)
    made = [*claim.paths, *(f"srv/app/{name}" for name in claim.names)]
    made += [f"srv/app/name-1.0{suffix}" for suffix in claim.suffixes]
    made += [f"srv/app/{part}name{suffix}" for part, suffix in claim.parts]
    made += [f"{folder}/name{ending}" for folder, ending in claim.folders]
    made += [f"srv/{folder}/{'folder/' * depth}name{ending}" for folder, depth, ending in claim.below]
    return made or ["srv/app/name"]


def candidates() -> Iterator[bytes]:
    """The contents of all fixtures that are small enough."""
    for folder in SEEDS:
        for file in sorted(folder.rglob("*")) if folder.is_dir() else ():
            if file.is_file() and file.stat().st_size <= LARGEST and file.suffix != ".py":
                yield file.read_bytes()


def seeds(places: Sequence[str], own: Mapping[str, bytes], tells: Callable[[str, bytes], bool]) -> Iterator[bytes]:
    """The cataloguer's own files, and those of others of which it tells something: the place's number, and the file."""
    for path, data in own.items():
        yield bytes((places.index(path),)) + data[:LARGEST]
    for data in candidates():
        yield from (bytes((number,)) + data for number, place in enumerate(places) if tells(place, data))


def fuzz(name: str, seconds: int, keep: Path) -> None:
    """Fuzzes one cataloguer in this process, which atheris ends."""
    import atheris

    sys.path.insert(0, str(ROOT / "tests"))
    with atheris.instrument_imports(include=["pratique"]):
        from catalog.file_fixtures import fixtures
        from catalog.memory_file import memory_file
        from pratique.errors import PratiqueError
        from pratique.model import Problem

        cataloguer = importlib.import_module(f"pratique.catalog.{name}").CATALOGUER
    own = {path: data for one in fixtures() if one.cataloguer == name for path, data in one.files.items()}
    places = list(dict.fromkeys((*own, *paths(cataloguer.claim))))[:256]

    def facts(place: str, data: bytes) -> list[object]:
        return list(cataloguer.parse(memory_file(place, data)))

    def tells(place: str, data: bytes) -> bool:
        with suppress(PratiqueError):
            return any(not isinstance(fact, Problem) for fact in facts(place, data))
        return False

    def one(data: bytes) -> None:
        place = places[data[0] % len(places)] if data else places[0]
        start = time.process_time()
        with suppress(PratiqueError):
            facts(place, data[1:])
        taken = time.process_time() - start
        if taken > SLOW:
            raise RuntimeError(f"{taken:.1f} s for {len(data)} bytes as {place!r}")

    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(found := list(seeds(places, own, tells))):
            Path(corpus, str(number)).write_bytes(seed)
        print(f"{name}: {len(found)} seeds", flush=True)
        options = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-rss_limit_mb=1024", "-timeout=300"]
        atheris.Setup([sys.argv[0], *options, f"-artifact_prefix={keep}/{name}-", "-print_final_stats=1", corpus], one)
        atheris.Fuzz()


def run(name: str, seconds: int, keep: Path) -> tuple[str, int, str]:
    """Fuzzes one cataloguer in a process of its own: its name, the exit code, and what it printed at the end."""
    command = [sys.executable, __file__, "--one", name, "--seconds", str(seconds), "--keep", str(keep)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    text = done.stdout + done.stderr
    told = [line for line in text.splitlines() if "number_of_executed_units" in line or "seeds" in line]
    return name, done.returncode, "; ".join(told) if done.returncode == 0 else text[-2000:]


def read_log(path: Path | None) -> dict[str, dict[str, object]]:
    """What runs before have told of each cataloguer."""
    found: dict[str, dict[str, object]] = json.loads(path.read_text()) if path and path.exists() else {}
    return found


def is_done(said: dict[str, object] | None, version: int, seconds: int) -> bool:
    """Whether a run has fuzzed that version of a cataloguer for so long, and nothing broke it."""
    return bool(said and said["version"] == version and isinstance(said["seconds"], int) and said["seconds"] >= seconds)


def main() -> int:
    """0 where no input broke a cataloguer."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="modules of pratique.catalog (default: all)")
    parser.add_argument("--seconds", type=int, default=20, help="for each (default: 20)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "pratique-fuzz")
    parser.add_argument("--log", type=Path, help="note each that was fuzzed there, and pass over those noted already")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.keep.mkdir(parents=True, exist_ok=True)
    if args.one:
        fuzz(args.one, args.seconds, args.keep)
        return 0
    from pratique import plugins

    versions = {name: one.version for name, one in plugins.load("pratique.catalog", "CATALOGUER").items()}
    log = read_log(args.log)
    names = [name for name in args.names or versions if not is_done(log.get(name), versions[name], args.seconds)]
    broken = 0
    with ThreadPoolExecutor(args.jobs) as pool:
        for name, code, told in pool.map(lambda name: run(name, args.seconds, args.keep), names):
            broken += code != 0
            print(f"{'ok    ' if code == 0 else 'BROKEN'} {name:24} {told}", flush=True)
            if args.log and code == 0:
                inputs = re.search(r"number_of_executed_units: (\d+)", told)
                log[name] = {
                    "version": versions[name],
                    "seconds": args.seconds,
                    "inputs": int(inputs[1]) if inputs else 0,
                    "date": datetime.now(UTC).strftime("%Y-%m-%d"),
                }
                args.log.write_text(json.dumps(log, indent=2, sort_keys=True) + "\n")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
