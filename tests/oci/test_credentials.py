from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from pratique.errors import AuthError, UsageError
from pratique.oci.credentials import ANONYMOUS, Credentials, find
from pratique.oci.options import Options


def auth(user: str, password: str = "pw") -> dict[str, str]:
    return {"auth": base64.b64encode(f"{user}:{password}".encode()).decode()}


def written(path: Path, document: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return path


def user(tmp_path: Path, document: object, registry: str, repository: str = "a/b") -> str:
    options = Options(auth_file=str(written(tmp_path / "auth.json", document)), environment={})
    return find(registry, repository, options).username


@pytest.mark.parametrize(
    ("key", "registry", "found"),
    [
        ("ghcr.io", "ghcr.io", True),
        ("https://ghcr.io", "ghcr.io", True),
        ("https://ghcr.io/v2/", "ghcr.io", True),
        ("ghcr.io", "xghcr.io", False),
        ("ghcr.io", "ghcr.io:5000", False),
        ("https://index.docker.io/v1/", "docker.io", True),
        ("docker.io", "docker.io", True),
        ("registry-1.docker.io", "docker.io", True),
        ("ghcr.io/a", "ghcr.io", True),
        ("ghcr.io/a/b", "ghcr.io", True),
        ("ghcr.io/a/c", "ghcr.io", False),
        ("ghcr.io/a/b/c", "ghcr.io", False),
    ],
)
def test_keys(tmp_path: Path, key: str, registry: str, found: bool) -> None:
    assert (user(tmp_path, {"auths": {key: auth("bob")}}, registry) == "bob") is found


def test_the_most_specific_key_counts(tmp_path: Path) -> None:
    auths = {"auths": {"h.io": auth("host"), "h.io/a": auth("space"), "h.io/a/b": auth("name")}}
    assert user(tmp_path, auths, "h.io", "a/b") == "name"
    assert user(tmp_path, auths, "h.io", "a/x") == "space"
    assert user(tmp_path, auths, "h.io", "x/y") == "host"


def test_kinds_of_entries(tmp_path: Path) -> None:
    entries = {
        "one": {"username": "u", "password": "p"},
        "two": {"auth": None, "identitytoken": "id"},
        "three": {"registrytoken": "tok", "email": "x"},
        "four": auth("u", "p:with:colons"),
        "five": {},
    }
    options = Options(auth_file=str(written(tmp_path / "a", {"auths": entries, "HttpHeaders": {}})), environment={})
    assert find("one", "x", options) == Credentials("u", "p")
    assert find("two", "x", options) == Credentials(identity_token="id")
    assert find("three", "x", options) == Credentials(registry_token="tok")
    assert find("four", "x", options) == Credentials("u", "p:with:colons")
    assert find("five", "x", options) == ANONYMOUS
    assert "pw" not in repr(Credentials("u", "pw", "pw", "pw"))


def test_files_are_looked_for_in_order(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path / "home")}
    assert find("h", "x", Options(environment=environment)) == ANONYMOUS
    written(tmp_path / "home/.docker/config.json", {"auths": {"h": auth("docker"), "other": auth("docker")}})
    assert find("h", "x", Options(environment=environment)).username == "docker"
    written(tmp_path / "home/.config/containers/auth.json", {"auths": {"h": auth("podman")}})
    assert find("h", "x", Options(environment=environment)).username == "podman"
    assert find("other", "x", Options(environment=environment)).username == "docker"
    written(tmp_path / "run/containers/auth.json", {"auths": {"h": auth("runtime")}})
    environment["XDG_RUNTIME_DIR"] = str(tmp_path / "run")
    assert find("h", "x", Options(environment=environment)).username == "runtime"
    written(tmp_path / "dc/config.json", {"auths": {"h": auth("config")}})
    environment["DOCKER_CONFIG"] = str(tmp_path / "dc")
    assert find("h", "x", Options(environment=environment)).username == "config"
    environment["REGISTRY_AUTH_FILE"] = str(written(tmp_path / "r.json", {"auths": {"h": auth("file")}}))
    assert find("h", "x", Options(environment=environment)).username == "file"
    assert find("other", "x", Options(environment=environment)) == ANONYMOUS
    named = str(written(tmp_path / "n.json", {"auths": {"h": auth("named")}}))
    assert find("h", "x", Options(environment=environment, auth_file=named)).username == "named"


@pytest.mark.parametrize("document", ["", "[]", "{", '{"auths": 7}', '{"auths":{"h":{"auth":"!!"}}}', "[" * 90_000])
def test_files_that_cannot_be_read(tmp_path: Path, document: str) -> None:
    with pytest.raises(UsageError):
        user(tmp_path, document, "h")


def test_a_named_file_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        find("h", "x", Options(auth_file=str(tmp_path / "none"), environment={}))


def helper(tmp_path: Path, script: str) -> dict[str, str]:
    """A credential helper on the path: https://github.com/docker/docker-credential-helpers"""
    program = written(tmp_path / "bin" / "docker-credential-test", f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return {"PATH": f"{tmp_path}/bin:/usr/bin:/bin", "HOME": str(tmp_path)}


def test_helpers_are_asked(tmp_path: Path) -> None:
    script = 'read server; echo "{\\"ServerURL\\":\\"$server\\",\\"Username\\":\\"$1 $server\\",\\"Secret\\":\\"s\\"}"'
    environment = helper(tmp_path, script)
    written(tmp_path / ".docker/config.json", {"credHelpers": {"h.io": "test"}})
    assert find("h.io", "x", Options(environment=environment)) == Credentials("get h.io", "s")
    assert find("other.io", "x", Options(environment=environment)) == ANONYMOUS
    written(tmp_path / ".docker/config.json", {"credsStore": "test", "auths": {"h.io": {}, "own.io": auth("own")}})
    assert find("h.io", "x", Options(environment=environment)).username == "get h.io"
    assert find("own.io", "x", Options(environment=environment)).username == "own"
    assert find("docker.io", "x", Options(environment=environment)).username == "get https://index.docker.io/v1/"


def test_a_helper_may_give_a_token_or_nothing(tmp_path: Path) -> None:
    written(tmp_path / ".docker/config.json", {"credsStore": "test"})
    environment = helper(tmp_path, 'echo \'{"Username":"<token>","Secret":"id"}\'')
    assert find("h", "x", Options(environment=environment)) == Credentials(identity_token="id")
    environment = helper(tmp_path, "echo credentials not found in native keychain; exit 1")
    assert find("h", "x", Options(environment=environment)) == ANONYMOUS


@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("echo broken >&2; exit 1", "fails: broken"),
        ("exit 3", "fails: exit code 3"),
        ("kill -9 $$", "fails: signal 9"),
        ("exec <&-; exit 4", "fails: exit code 4"),
        ("echo no json", "something else than credentials"),
        ("exit 0", "something else than credentials"),
        ("exec yes", "answers with more than 8388608 bytes"),
        ("exec yes >&2", "answers with more than 8388608 bytes"),
    ],
)
def test_a_helper_that_fails_is_an_error(tmp_path: Path, script: str, told: str) -> None:
    written(tmp_path / ".docker/config.json", {"credsStore": "test"})
    with pytest.raises(AuthError, match=f"docker-credential-test .*{told}"):
        find("h", "x", Options(environment=helper(tmp_path, script)))


def test_a_helper_may_write_much_beside_its_answer(tmp_path: Path) -> None:
    """More than a pipe holds, so that both have to be read at once."""
    written(tmp_path / ".docker/config.json", {"credsStore": "test"})
    script = 'head -c 300000 /dev/zero >&2; echo \'{"Username":"u","Secret":"s"}\'; head -c 300000 /dev/zero >&2'
    assert find("h", "x", Options(environment=helper(tmp_path, script))) == Credentials("u", "s")


def test_a_helper_that_is_none(tmp_path: Path) -> None:
    options = Options(environment={"HOME": str(tmp_path), "PATH": str(tmp_path)})
    written(tmp_path / ".docker/config.json", {"credsStore": "absent"})
    with pytest.raises(AuthError, match="cannot be run"):
        find("h", "x", options)
    written(tmp_path / ".docker/config.json", {"credsStore": "../../bin/sh"})
    with pytest.raises(UsageError, match="no name"):
        find("h", "x", options)
