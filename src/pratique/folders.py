"""The environment in, the folders of the user whose process this is out.

XDG base directory specification: https://specifications.freedesktop.org/basedir-spec/latest/.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

NOWHERE = Path("/nonexistent")  # Debian's name for the home of who has none; nothing is there, nothing can be written


def home(environment: Mapping[str, str]) -> Path:
    """What ``HOME`` says, ``NOWHERE`` where it says nothing: who opens images with an environment of his own means it,
    and no credentials are taken from elsewhere."""
    return Path(environment.get("HOME") or NOWHERE)


def user_folder(environment: Mapping[str, str], variable: str, usual: str) -> Path:
    """What the variable says, if it is an absolute path, as the specification wants; else ``usual`` below the home,
    which the list of users tells where ``HOME`` does not. ``NOWHERE`` is that of a user who is not in it, as containers
    and services may be run."""
    named = Path(environment.get(variable, ""))
    if named.is_absolute():
        return named
    try:
        return (home(environment) if environment.get("HOME") else Path.home()) / usual
    except RuntimeError:
        return NOWHERE / usual
