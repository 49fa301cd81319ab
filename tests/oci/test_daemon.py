from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO
from urllib.parse import unquote

import pytest

from contexts import write_context
from images import Built, build, docker_archive, file, layer
from loopback import Reply, Request, serve
from pratique.errors import NotFound, Undecided, Unreadable, UsageError
from pratique.limits import Limits
from pratique.model import Image
from pratique.oci.daemon import find
from pratique.oci.options import Options
from pratique.oci.source import open_target

IMAGE = build(layer(file("a", b"1" * 900)), layer(file("b", b"2")), created_by=("ADD", "RUN"), config={"User": "u"})
QUICK = Limits(connect_seconds=1.0, read_seconds=1.0, retries=1)


class Engine:
    """A Docker daemon with one image: https://docs.docker.com/reference/api/engine/; ``also`` are other texts that it
    finds it by (a short id, a name with a digest, Podman's short name)."""

    def __init__(
        self, folder: Path, image: Built = IMAGE, exported: Built | None = None, tag: str = "app:1", also: str = ""
    ) -> None:
        self.image = image
        self.tag, self.also = tag, also
        self.export = docker_archive(folder / "export.tar", {"app:1": exported or image}).read_bytes()
        self.history = [{"CreatedBy": step, "Size": size} for step, size in (("RUN", 9), ("ENV x", 0), ("ADD", 9))]

    def __call__(self, request: Request) -> Reply:
        name, _, verb = unquote(request.path).removeprefix("/images/").rpartition("/")
        if name not in (self.tag, self.also, self.image.config_digest):
            return Reply(404, b'{"message":"no such image"}')
        if verb == "get":
            return Reply(body=self.export, length=-1)
        return Reply(body=json.dumps(self.history if verb == "history" else self._inspected()).encode())

    def _inspected(self) -> dict[str, object]:
        return {
            "Id": self.image.config_digest,
            "RepoTags": [self.tag],
            "RepoDigests": [],
            "Os": "linux",
            "Architecture": "amd64",
            "Created": "2026-01-01T00:00:00Z",
            "Config": {"User": "u", "Env": None},
            "RootFS": {"Type": "layers", "Layers": list(self.image.diff_ids)},
        }


def opened(tmp_path: Path, target: str = "docker:app:1", **more: object) -> tuple[Image, list[bytes]]:
    given = Options(**{"docker_socket": f"unix://{tmp_path}/s", "environment": {}, **more})
    with open_target(target, given, QUICK) as (image,):
        return image, [content(item.open) for item in image.layers] if "known" not in more else []


def content(opener: Callable[[], BinaryIO] | None) -> bytes:
    assert opener is not None
    with opener() as stream:
        return stream.read()


def test_exports_once_what_is_not_known(tmp_path: Path) -> None:
    with serve(Engine(tmp_path), unix=tmp_path / "s") as server:
        image, blobs = opened(tmp_path)
    assert blobs == list(IMAGE.plain)
    assert (image.name, image.config_digest, image.config.user) == ("app:1", IMAGE.config_digest, "u")
    assert [item.diff_id for item in image.layers] == list(IMAGE.diff_ids)
    assert [item.created_by for item in image.layers] == ["ADD", "RUN"]
    assert all(item.computed_by_daemon and not item.digest for item in image.layers)
    assert len([path for path in server.paths() if path.endswith("/get")]) == 1


SHORT = IMAGE.config_digest.removeprefix("sha256:")[:12]
PINNED = "registry.example/app@sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("asked", "tag", "name", "named"),
    [
        ("app:1", "app:1", "app:1", "caller"),
        ("app", "app:latest", "app:latest", "caller"),
        ("docker.io/library/app:1", "app:1", "app:1", "caller"),
        ("app", "evil.example/app:latest", "app", "caller"),  # Podman finds short names in any registry
        (PINNED, "evil.example/app:1", "registry.example/app", "caller"),
        (IMAGE.config_digest, "registry.example/app:1", "registry.example/app:1", "maker"),
        (SHORT, "registry.example/app:1", "registry.example/app:1", "maker"),
    ],
)
def test_an_image_is_called_what_it_was_asked_for(tmp_path: Path, asked: str, tag: str, name: str, named: str) -> None:
    """What it bears as a tag, an archive may have brought along that was loaded."""
    with serve(Engine(tmp_path, tag=tag, also=asked), unix=tmp_path / "s"):
        image, _ = opened(tmp_path, f"docker:{asked}")
    assert (image.name, image.named) == (name, named)


def test_exports_nothing_when_all_is_known(tmp_path: Path) -> None:
    asked: list[str] = []

    def known(diff_id: str) -> bool:
        asked.append(diff_id)
        return True

    with serve(Engine(tmp_path), unix=tmp_path / "s") as server:
        image, _ = opened(tmp_path, known=known)
        assert asked == list(IMAGE.diff_ids)
        assert not [path for path in server.paths() if path.endswith("/get")]
        # What was known may be gone from the cache by now: it still opens, by one export for all layers.
        assert [content(item.open) for item in image.layers] == list(IMAGE.plain)
        assert len([path for path in server.paths() if path.endswith("/get")]) == 1


def test_known_or_not_the_image_is_the_same(tmp_path: Path) -> None:
    with serve(Engine(tmp_path), unix=tmp_path / "s"):
        cold, warm = opened(tmp_path)[0], opened(tmp_path, known=lambda diff_id: True)[0]
    assert [item.diff_id for item in cold.layers] == [item.diff_id for item in warm.layers]
    for one, other in zip(cold.layers, warm.layers, strict=True):
        assert (one.size, one.created_by, one.media_type) == (other.size, other.created_by, other.media_type)
    assert (cold.config, cold.name, cold.platform) == (warm.config, warm.name, warm.platform)


def test_one_unknown_layer_is_enough_for_an_export(tmp_path: Path) -> None:
    with serve(Engine(tmp_path), unix=tmp_path / "s") as server:
        opened(tmp_path, known=lambda diff_id: diff_id == IMAGE.diff_ids[0])
        assert len([path for path in server.paths() if path.endswith("/get")]) == 1


def test_a_history_that_does_not_come_out_even_is_left_out(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.history[0]["Size"] = 0
    with serve(engine, unix=tmp_path / "s"):
        assert [item.created_by for item in opened(tmp_path)[0].layers] == ["", ""]


def test_an_export_of_something_else_is_an_error(tmp_path: Path) -> None:
    other = build(layer(file("evil", b"1")), layer(file("b", b"2")))
    with (
        serve(Engine(tmp_path, exported=other), unix=tmp_path / "s"),
        pytest.raises(Unreadable, match="lacks the layer"),
    ):
        opened(tmp_path)


@pytest.mark.parametrize("answer", [b"", b"{", b"[]", b'{"Id":7}', b"[" * 90_000])
def test_answers_that_make_no_sense(tmp_path: Path, answer: bytes) -> None:
    with serve(lambda request: Reply(body=answer), unix=tmp_path / "s"), pytest.raises(Unreadable):
        opened(tmp_path)


def test_an_export_that_breaks_off(tmp_path: Path) -> None:
    engine = Engine(tmp_path)
    engine.export = engine.export[:1000]
    with serve(engine, unix=tmp_path / "s"), pytest.raises(Unreadable):
        opened(tmp_path)


def test_no_such_image(tmp_path: Path) -> None:
    with serve(Engine(tmp_path), unix=tmp_path / "s"), pytest.raises(NotFound, match="no image 'other:2'"):
        opened(tmp_path, "docker:other:2")


def test_another_platform(tmp_path: Path) -> None:
    with serve(Engine(tmp_path), unix=tmp_path / "s"), pytest.raises(NotFound, match="linux/arm64") as caught:
        opened(tmp_path, platform="linux/arm64")
    assert "linux/amd64" in caught.value.hint


def test_no_daemon(tmp_path: Path) -> None:
    with pytest.raises(Undecided, match=r"no Docker daemon answers at .*: No such file or directory") as caught:
        opened(tmp_path)
    assert caught.value.exit_code == 3
    assert "localhost" not in str(caught.value)
    assert "DOCKER_HOST" in caught.value.hint
    (tmp_path / "s").touch()
    with pytest.raises(Undecided, match="Connection refused"):
        opened(tmp_path)


def test_a_daemon_that_hangs(tmp_path: Path) -> None:
    with serve(lambda request: Reply(hang=True), unix=tmp_path / "s"), pytest.raises(Undecided, match="in time"):
        opened(tmp_path)


def test_over_tcp(tmp_path: Path) -> None:
    with serve(Engine(tmp_path)) as server:
        address = server.url.replace("http:", "tcp:")
        with open_target("docker:app:1", Options(environment={"DOCKER_HOST": address}), QUICK) as (image,):
            assert image.config_digest == IMAGE.config_digest


def test_where_daemons_are_looked_for(tmp_path: Path) -> None:
    def address(engine: str, **environment: str) -> str:
        return find(engine, Options(environment=environment)).address

    assert address("Docker") == "unix:///var/run/docker.sock"
    assert address("Podman") in ("unix:///run/podman/podman.sock",)
    assert address("Docker", DOCKER_HOST="unix:///x") == "unix:///x"
    assert address("Podman", CONTAINER_HOST="unix:///y") == "unix:///y"
    (tmp_path / "podman").mkdir()
    (tmp_path / "podman/podman.sock").touch()
    assert address("Podman", XDG_RUNTIME_DIR=str(tmp_path)) == f"unix://{tmp_path}/podman/podman.sock"
    for said in ("ssh://host", "tcp://[::1", "tcp://", "unix://"):
        with pytest.raises(UsageError, match="cannot be reached"):
            address("Docker", DOCKER_HOST=said)
    encrypted = find(
        "Docker", Options(environment={"DOCKER_HOST": "tcp://h:2376", "DOCKER_TLS_VERIFY": "1", "HOME": "/h"})
    )
    assert (encrypted.url, encrypted.network.ca_file) == ("https://h:2376", "/h/.docker/ca.pem")


def test_a_context_says_where_docker_listens(tmp_path: Path) -> None:
    write_context(tmp_path, "colima", f"unix://{tmp_path}/s")
    environment = {"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "colima"}
    options = Options(environment=environment)
    with serve(Engine(tmp_path), unix=tmp_path / "s"), open_target("docker:app:1", options, QUICK) as (image,):
        assert image.config_digest == IMAGE.config_digest
    with (
        pytest.raises(Undecided, match="as the context 'colima' says"),
        open_target("docker:app:1", options, QUICK),
    ):
        pass
    assert find("Docker", Options(environment={**environment, "DOCKER_HOST": "unix:///x"})).address == "unix:///x"
    assert find("Docker", Options(environment=environment, docker_socket="unix:///y")).address == "unix:///y"
    assert find("Podman", Options(environment=environment)).address == "unix:///run/podman/podman.sock"


def test_a_contexts_certificates(tmp_path: Path) -> None:
    place = write_context(tmp_path, "far", "tcp://far.example:2376")
    plain = find("Docker", Options(environment={"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "far"}))
    assert plain.url == "http://far.example:2376"
    certificates = tmp_path / "contexts/tls" / place / "docker"
    certificates.mkdir(parents=True)
    found = find("Docker", Options(environment={"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "far"}))
    assert (found.url, found.network.ca_file) == ("https://far.example:2376", str(certificates / "ca.pem"))
    write_context(tmp_path, "far", "ssh://user@far.example")
    with pytest.raises(UsageError, match="as the context 'far' says"):
        find("Docker", Options(environment={"DOCKER_CONFIG": str(tmp_path), "DOCKER_CONTEXT": "far"}))
