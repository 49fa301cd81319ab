"""What all tests share: the folder of real feeds and images, where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real feeds, images and formats; the test skips where it is absent."""
    folder = Path(os.environ.get("PRATIQUE_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "feeds").is_dir():
        pytest.skip(f"no real feeds at {str(folder)!r} (set PRATIQUE_SHARED)")
    return folder
