"""The environment in, the folders of the user whose process this is out.

XDG base directory specification: https://specifications.freedesktop.org/basedir-spec/latest/.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

NOWHERE = Path("/nonexistent")  # Debian's name for the home of who has none; nothing is there, nothing can be written


def home(environment: Mapping[str, str]) -> Path:
    """What ``HOME`` says, else what the list of users does; ``NOWHERE`` for a user who is not in it, as a container or
    a service may be run."""
    if environment.get("HOME"):
        return Path(environment["HOME"])
    try:
        return Path.home()
    except RuntimeError:
        return NOWHERE


def user_folder(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    """What the variable says, if it is an absolute path, as the specification wants; else ``usual`` below the home."""
    named = Path(environment.get(variable, ""))
    return named if named.is_absolute() else home(environment) / usual
