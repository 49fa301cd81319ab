"""The command line in a test's own process: the type of the fixture ``run`` of tests/cli/conftest.py."""

from __future__ import annotations

from typing import Protocol


class Run(Protocol):
    def __call__(self, *arguments: object) -> tuple[int, str, str]:
        """The exit code, stdout and stderr of ``pratique`` with these arguments."""
        ...
