"""Carrying a database through a registry on this machine: push, push again, pull, and an empty runner's scans.

python benchmarks/db_carry.py DATABASE IMAGE…

The registry is the distribution project's (Debian's docker-registry), without TLS, its blobs on disk. A runner is a
whole process with empty folders for its data and its cache.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

import _measure
from _registry import registry

PRATIQUE = str(Path(sys.executable).with_name("pratique"))
_VERDICTS = (0, 1, 3)


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("database", type=Path)
    parser.add_argument("images", nargs="+")
    options = parser.parse_args()
    figures: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as folder, registry(Path(folder)) as host:
        runner = _Runner(Path(folder) / "runner")
        reference = f"{host}/bench/db:1"
        names = [path for path in options.database.iterdir() if not path.name.startswith("origin.")]
        database = Path(shutil.copytree(options.database, Path(folder) / "db", ignore=_origins))
        figures["shards"] = {"files": len(names), "bytes": sum(path.stat().st_size for path in names)}
        push = [PRATIQUE, "db", "push", "-q", "--db", str(database), reference]
        figures["push"] = _measure.seconds(push)
        figures["push_again"] = _measure.median(lambda: _measure.seconds(push), options.runs)
        blobs = Path(folder) / "data/docker/registry/v2/blobs"
        figures["blobs"] = sum(path.stat().st_size for path in blobs.rglob("data"))
        fresh = [*push[:-1], f"{host}/bench/other:1"]
        figures["push_peak_mb"] = (_forget(database), _measure.peak_pss(fresh))[1]
        pull = [PRATIQUE, "db", "pull", "-q", "--all", reference]
        figures["pull_all"] = _measure.median(lambda: runner.seconds(pull), options.runs, runner.empty)
        figures["pull_peak_mb"] = (runner.empty(), _measure.peak_pss(pull, runner.environment))[1]
        figures["pull_unchanged"] = _measure.median(lambda: runner.seconds(pull), options.runs)
        for image in options.images:
            scan = [PRATIQUE, "scan", "-q", "--db", f"oci://{reference}", image]
            name = Path(image).name
            figures[f"empty_runner {name}"] = _measure.median(
                lambda scan=scan: runner.seconds(scan), options.runs, runner.empty
            )
            figures[f"same_runner {name}"] = _measure.median(lambda scan=scan: runner.seconds(scan), options.runs)
            figures[f"fetched {name}"] = runner.kept()
            figures[f"peak_mb {name}"] = (runner.empty(), _measure.peak_pss(scan, runner.environment))[1]
    for name, value in figures.items():
        print(f"{name:34} {value}")
    _measure.write(options.json, figures)


def _origins(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if name.startswith("origin.")]


def _forget(database: Path) -> None:
    """Let the next push compress again."""
    for path in database.glob("origin.*"):
        path.unlink()


class _Runner:
    """A machine with nothing on it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.environment = {
            name: str(folder / name.lower()) for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
        }

    def empty(self) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def seconds(self, command: list[str]) -> float:
        return _measure.seconds(command, codes=_VERDICTS, environment=self.environment)

    def kept(self) -> dict[str, int]:
        """The shards that it has."""
        return {path.name.split(".")[0]: path.stat().st_size for path in self._folder.rglob("*.sqlite")}


if __name__ == "__main__":
    main()
