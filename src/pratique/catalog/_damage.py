"""The parts of a package database that cannot be read, one after another, in; their number and the first one out."""

from __future__ import annotations

from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT


class Damage:
    """Counts; a hostile file of nothing else must not keep us busy, nor fill the memory with complaints."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""

    def add(self, what: str) -> None:
        """One more. Raises ``LimitExceeded`` at ``limits.damages``."""
        self.count += 1
        self.first = self.first or what
        if self.count >= DEFAULT.damages:
            raise LimitExceeded(f"{self.count} parts cannot be read, and the rest was left: {self.first}")
