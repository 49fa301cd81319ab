"""What all tests share: the folder of real feeds and images, where there is one."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from pathlib import Path

import pytest
from hypothesis import settings

# What a test takes says more of the machine than of the code; benchmarks/ measures.
# The same examples each time: what lands must not hang on a draw. `make explore` draws others.
settings.register_profile("untimed", deadline=None, derandomize="PRATIQUE_EXPLORE" not in os.environ)
settings.load_profile("untimed")

# A run in the background ignores SIGINT, and so would every program that a test starts and interrupts (sh(1), "&").
signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real feeds, images and formats; the test skips where it is absent."""
    folder = Path(os.environ.get("PRATIQUE_SHARED", REPOSITORY.parent / "shared"))
    if not (folder / "feeds").is_dir():
        pytest.skip(f"no real feeds at {str(folder)!r} (set PRATIQUE_SHARED)")
    return folder


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate of "localhost" in one file."""
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out crt -days 2 -subj"
    names = "subjectAltName=DNS:localhost"
    subprocess.run([*command.split(), "/CN=localhost", "-addext", names], cwd=folder, check=True, capture_output=True)
    (folder / "both").write_bytes((folder / "key").read_bytes() + (folder / "crt").read_bytes())
    return folder / "both"
