"""A registry on this machine: the distribution project's (Debian's docker-registry), without TLS, its blobs in a folder
(https://distribution.github.io/distribution/about/configuration/)."""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path


@contextlib.contextmanager
def registry(folder: Path) -> Iterator[str]:
    """``host:port`` of a registry that answers until the block is left. Exits where there is no program for it."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        host = f"127.0.0.1:{found.getsockname()[1]}"
    config = {
        "version": 0.1,
        "log": {"level": "error", "accesslog": {"disabled": True}},
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": host},
    }
    (folder / "config.yml").write_text(json.dumps(config))  # YAML holds JSON
    command = ["docker-registry", "serve", str(folder / "config.yml")]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _await(lambda: socket.create_connection(tuple(host.split(":")), 1).close())  # type: ignore[arg-type]
        yield host
    finally:
        running.terminate()
        running.wait()


def _await(ask: Callable[[], None]) -> None:
    for _ in range(100):
        try:
            ask()
        except OSError:
            time.sleep(0.05)
        else:
            return
    sys.exit("the registry does not answer")
