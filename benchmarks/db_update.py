"""Updating a database of real size from a mirror on this machine: whole commands, 500 records changed, and none.

python benchmarks/db_update.py [--made FOLDER] [--ecosystem npm --ecosystem SUSE]

FOLDER holds the exports that ``exports.py`` makes up, or is to keep them. The mirror is Python's own web
server over them, a process of its own, with the records that changed as files of their own and named in the list of
changes, as OSV serves them (https://google.github.io/osv.dev/data/#downloading-recent-changes).
"""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import _measure
import exports

PRATIQUE = str(Path(sys.executable).with_name("pratique"))
CHANGES = 500


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("--made", type=Path, help="where exports made up lie, or go")
    parser.add_argument("--ecosystem", action="append", help="whose records change (default npm and SUSE)")
    options = parser.parse_args()
    names: list[str] = options.ecosystem or ["npm", "SUSE"]
    figures: dict[str, float] = {}
    with tempfile.TemporaryDirectory(dir=options.made) as folder, _served(Path(folder)) as url:
        made: Path = options.made or Path(folder) / "feeds"
        if not (made / "ecosystems.txt").exists():
            exports.generate(made)
        mirror = _Mirror(made, Path(folder), names)
        target = Path(folder) / "db"
        command = [PRATIQUE, "db", "update", "-q", "--db", str(target), "--mirror", url]
        figures["first"] = _measure.seconds(command)
        figures["nothing changed"] = _measure.median(lambda: _measure.seconds(command), options.runs)
        for name in names:
            figures[f"{CHANGES} of {name}"] = _measure.median(
                lambda: _measure.seconds(command), options.runs, lambda name=name: mirror.change(name)
            )
    for name, value in figures.items():
        print(f"{name:20} {value:6.2f} s")
    _measure.write(options.json, figures)


class _Mirror:
    """The exports of some ecosystems, below ``folder``; records in them change."""

    def __init__(self, made: Path, folder: Path, names: list[str]) -> None:
        self._folder, self._changed = folder, 0
        (folder / "ecosystems.txt").write_text("".join(f"{name}\n" for name in names))
        for name in names:
            (folder / name).mkdir()
            (folder / name / "all.zip").symlink_to((made / name / "all.zip").resolve())
            (folder / name / "modified_id.csv").write_bytes((made / name / "modified_id.csv").read_bytes())

    def change(self, name: str) -> None:
        """Every so many records are newer than before, with another fix."""
        self._changed += 1
        date = f"2026-12-01T00:{self._changed // 60:02}:{self._changed % 60:02}Z"
        folder = self._folder / name
        lines = (line.split(",", 1) for line in (folder / "modified_id.csv").read_text().splitlines())
        times = {id_: time for time, id_ in lines}
        with zipfile.ZipFile(folder / "all.zip") as archive:
            members = archive.namelist()
            for member in members[:: len(members) // CHANGES][:CHANGES]:
                id_ = member.removesuffix(".json")
                old = archive.read(member).decode()
                start = old.index('"modified":"') + len('"modified":"')
                text = old[:start] + date + old[old.index('"', start) :]
                (folder / member).write_text(text.replace('"fixed":"', f'"fixed":"{self._changed}'))
                times[id_] = date
        rows = sorted(((time, id_) for id_, time in times.items()), reverse=True)
        (folder / "modified_id.csv").write_text("".join(f"{time},{id_}\n" for time, id_ in rows))


@contextlib.contextmanager
def _served(folder: Path) -> Iterator[str]:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "http.server", str(port), "--bind", "127.0.0.1", "--directory", str(folder)]
    running = subprocess.Popen(
        [*command, "--protocol", "HTTP/1.1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        _await(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        running.terminate()
        running.wait()


def _await(port: int) -> None:
    for _ in range(100):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("the mirror does not answer")


if __name__ == "__main__":
    main()
