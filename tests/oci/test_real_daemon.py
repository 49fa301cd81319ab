"""Against a Docker daemon and Podman's socket: what they inspect and export is what was loaded."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from images import build, docker_archive, file, layer
from pratique.errors import NotFound
from pratique.oci.options import Options
from pratique.oci.source import open_target

pytestmark = pytest.mark.real

IMAGE = build(
    layer(file("etc/os-release", "ID=debian\n")),
    layer(file("app", b"x" * 70_000)),
    created_by=("ADD rootfs", "COPY app /"),
    config={"User": "1000"},
)


def started(programs: Sequence[str], command: Sequence[str], folder: Path) -> Iterator[str]:
    """A daemon that listens at ``folder``/s; its address."""
    if os.geteuid() != 0 or any(shutil.which(program) is None for program in programs):
        pytest.skip(f"needs root and {' and '.join(programs)}")
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        for _ in range(150):
            if (folder / "s").exists() or running.poll() is not None:
                break
            time.sleep(0.1)
        if not (folder / "s").exists():
            pytest.skip(f"{programs[0]} does not start here: {(folder / 'log').read_text()[-300:]}")
        yield f"unix://{folder}/s"
    finally:
        running.terminate()
        running.wait(30)


@pytest.fixture(scope="module")
def docker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("docker")
    roots = ["--data-root", f"{folder}/data", "--exec-root", f"{folder}/exec", "--pidfile", f"{folder}/pid"]
    network = ["--bridge=none", "--iptables=false", "--storage-driver=vfs"]
    yield from started(("dockerd", "docker"), ["dockerd", *roots, *network, "-H", f"unix://{folder}/s"], folder)


@pytest.fixture(scope="module")
def podman(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("podman")
    roots = ["--root", f"{folder}/data", "--runroot", f"{folder}/run", "--storage-driver=vfs"]
    serve = ["podman", *roots, "system", "service", "--time=0", f"unix://{folder}/s"]
    yield from started(("podman",), serve, folder)


def check(target: str, options: Options) -> None:
    with open_target(target, options) as (image,):
        assert [item.diff_id for item in image.layers] == list(IMAGE.diff_ids)
        assert [item.created_by for item in image.layers] == ["ADD rootfs", "COPY app /"]
        assert image.config.user == "1000"
        for item, tar in zip(image.layers, IMAGE.plain, strict=True):
            assert item.open is not None
            assert item.open().read() == tar


def test_docker(docker: str, tmp_path: Path) -> None:
    archive = docker_archive(tmp_path / "a.tar", {"app:1": IMAGE})
    subprocess.run(["docker", "-H", docker, "load", "-q", "-i", archive], check=True, timeout=60)
    options = Options(docker_socket=docker, environment={})
    check("docker:app:1", options)
    check(f"docker:{IMAGE.config_digest}", options)
    with pytest.raises(NotFound), open_target("docker:none:1", options):
        pass


def test_podman(podman: str, tmp_path: Path) -> None:
    archive = docker_archive(tmp_path / "a.tar", {"localhost/app:1": IMAGE})
    subprocess.run(["podman", "--url", podman, "load", "-q", "-i", archive], check=True, timeout=60)
    options = Options(podman_socket=podman, environment={})
    check("podman:localhost/app:1", options)
    with pytest.raises(NotFound), open_target("podman:none:1", options):
        pass
