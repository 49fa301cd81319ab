"""Programs that write a database, and are killed at moments drawn at random."""

from __future__ import annotations

import random
import subprocess
import sys
import time


class Killer:
    """Lets the first run end, so as to know how long one takes, and kills each later one somewhere within that."""

    def __init__(self) -> None:
        self._chance = random.Random(20261122)
        self._taken = 0.0

    def run(self, program: str, *arguments: object) -> None:
        """``program`` is Python's text; it prints a line when it has imported what it needs, and begins."""
        command = [sys.executable, "-c", program, *map(str, arguments)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
            assert child.stdout is not None
            child.stdout.readline()
            start = time.monotonic()
            try:
                child.wait(self._chance.uniform(0, self._taken) if self._taken else None)
            except subprocess.TimeoutExpired:
                child.kill()
            self._taken = self._taken or time.monotonic() - start
