"""Which Docker context is in use, from files in Docker's own layout, and from files that are none."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from contexts import write_context
from pratique.errors import UsageError
from pratique.oci.contexts import Context, current


def test_the_variable_goes_before_the_file(tmp_path: Path) -> None:
    write_context(tmp_path, "a", "unix:///a")
    write_context(tmp_path, "b", "unix:///b")
    (tmp_path / "config.json").write_text('{"auths": {}, "currentContext": "a"}')
    assert current({"DOCKER_CONFIG": str(tmp_path)}) == Context("a", "unix:///a")
    assert current({"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "b"}) == Context("b", "unix:///b")
    assert current({"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "default"}) is None


def test_the_usual_folder_is_the_users(tmp_path: Path) -> None:
    write_context(tmp_path / ".docker", "a", "unix:///a")
    (tmp_path / ".docker/config.json").write_text('{"currentContext": "a"}')
    assert current({"HOME": str(tmp_path)}) == Context("a", "unix:///a")


@pytest.mark.parametrize("text", [None, "{}", '{"currentContext": ""}', '{"currentContext": "default"}'])
def test_no_context_is_the_usual_place(tmp_path: Path, text: str | None) -> None:
    if text is not None:
        (tmp_path / "config.json").write_text(text)
    assert current({"DOCKER_CONFIG": str(tmp_path)}) is None
    assert current({}) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"currentContext": 7}', "[" * 90_000, '{"a": "\\ud800'])
def test_a_config_that_is_none_is_wrong_usage(tmp_path: Path, text: str) -> None:
    (tmp_path / "config.json").write_text(text)
    with pytest.raises(UsageError, match=r"config\.json"):
        current({"DOCKER_CONFIG": str(tmp_path)})


@pytest.mark.parametrize("meta", [None, "{}", '{"Endpoints": {"kubernetes": {}}}', '{"Endpoints": {"docker": {}}}'])
def test_a_context_without_an_address_is_wrong_usage(tmp_path: Path, meta: str | None) -> None:
    place = write_context(tmp_path, "a", "unix:///a")
    path = tmp_path / "contexts/meta" / place / "meta.json"
    path.unlink() if meta is None else path.write_text(meta)
    with pytest.raises(UsageError, match="the Docker context 'a'"):
        current({"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "a"})


@pytest.mark.native
def test_as_docker_itself_writes_it(tmp_path: Path) -> None:
    if shutil.which("docker") is None:
        pytest.skip("needs docker")
    environment = {"DOCKER_CONFIG": str(tmp_path), "PATH": "/usr/bin:/bin"}
    for command in (["create", "far", "--docker", "host=unix:///run/far.sock"], ["use", "far"]):
        subprocess.run(["docker", "context", *command], env=environment, check=True, capture_output=True, timeout=60)
    assert current(environment) == Context("far", "unix:///run/far.sock")
