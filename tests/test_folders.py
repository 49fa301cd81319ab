"""The user's folders, also of a user whom nobody knows."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pratique.folders import NOWHERE, home, user_folder


def test_the_home_is_what_the_environment_says() -> None:
    assert home({"HOME": "/h"}) == Path("/h")
    assert home({"HOME": ""}) == home({}) == NOWHERE


@pytest.mark.parametrize("said", ["", "relative/cache", "."])
def test_a_variable_counts_where_its_path_is_absolute(said: str) -> None:
    assert user_folder({"XDG_CACHE_HOME": "/c", "HOME": "/h"}, "XDG_CACHE_HOME", ".cache") == Path("/c")
    assert user_folder({"XDG_CACHE_HOME": said, "HOME": "/h"}, "XDG_CACHE_HOME", ".cache") == Path("/h/.cache")
    assert user_folder({"HOME": "/h"}, "XDG_DATA_HOME", ".local/share") == Path("/h/.local/share")
    assert user_folder({"HOME": ""}, "XDG_DATA_HOME", "x") == user_folder({}, "XDG_DATA_HOME", "x") == Path.home() / "x"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_a_user_who_is_in_no_list_has_no_home() -> None:
    """As `docker run --user 12345` or a service of systemd with DynamicUser= makes one."""
    code = "import os; from pratique.folders import user_folder; os.setuid(12345); print(user_folder({}, 'X', 'x'))"
    environment = {name: value for name, value in os.environ.items() if name != "HOME"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout == f"{NOWHERE}/x\n"
