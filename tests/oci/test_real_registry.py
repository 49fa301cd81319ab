"""Against the distribution project's registry (Debian's docker-registry): passwords, TLS, ranges, platforms."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from images import Built, build, digest_of, file, index_of, layer
from loopback import free_port
from pratique.errors import AuthError, NetworkError, NotFound
from pratique.net.client import Client
from pratique.net.options import Options as NetworkOptions
from pratique.oci.options import Options
from pratique.oci.source import open_target

pytestmark = pytest.mark.real

IMAGE = build(layer(file("a", b"1" * 100_000)), layer(file("b", b"2")), compress="")
ARM = build(layer(file("c", b"3")), platform="linux/arm64")
BASIC = "Basic " + base64.b64encode(b"bob:pw").decode()


class Real:
    """A running registry; ``push`` writes by the specification's "Push"."""

    def __init__(self, folder: Path, host: str) -> None:
        self.folder, self.host = folder, host
        self.ca_file = str(folder / "crt")
        self._client = Client(NetworkOptions(ca_file=self.ca_file, environment={}))

    def push(self, tag: str, *images: Built) -> None:
        for image in images:
            for blob in (*image.layers, image.config):
                begun = self._send("POST", f"https://{self.host}/v2/a/b/blobs/uploads/", b"")
                self._send("PUT", f"{begun}&digest={digest_of(blob)}", blob, "application/octet-stream")
            self._send("PUT", f"https://{self.host}/v2/a/b/manifests/{image.digest}", image.manifest, image.media_type)
        kind = "application/vnd.oci.image.index.v1+json"
        self._send("PUT", f"https://{self.host}/v2/a/b/manifests/{tag}", index_of(*images), kind)

    def _send(self, method: str, url: str, body: bytes, kind: str = "") -> str:
        fields = {"Authorization": BASIC, "Content-Type": kind or "text/plain"}
        with self._client.request(method, url, headers=fields, body=body) as answer:
            return answer.expect(url, 201, 202).headers["location"]

    def options(self, user: str = "bob:pw") -> Options:
        entry = {"auth": base64.b64encode(user.encode()).decode()}
        (self.folder / "auth.json").write_text(json.dumps({"auths": {self.host: entry}}))
        return Options(ca_file=self.ca_file, auth_file=str(self.folder / "auth.json"), environment={})


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Real]:
    for program in ("docker-registry", "htpasswd", "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    folder, host = tmp_path_factory.mktemp("registry"), f"localhost:{free_port()}"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out crt -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    subprocess.run(["htpasswd", "-Bbc", "users", "bob", "pw"], cwd=folder, check=True, capture_output=True)
    config = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": host, "tls": {"certificate": "crt", "key": "key"}},
        "auth": {"htpasswd": {"realm": "test", "path": "users"}},
    }
    (folder / "config.yml").write_text(json.dumps(config))  # YAML holds JSON
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(["docker-registry", "serve", "config.yml"], cwd=folder, stdout=log, stderr=log)
    try:
        real = Real(folder, host)
        _await(real)
        real.push("1", IMAGE, ARM)
        yield real
    finally:
        running.kill()
        running.wait()


def _await(real: Real) -> None:
    for _ in range(100):
        try:
            Client(NetworkOptions(ca_file=real.ca_file, environment={})).request("GET", f"https://{real.host}/v2/")
        except NetworkError:
            time.sleep(0.1)
        else:
            return
    pytest.fail((real.folder / "log").read_text())


def test_pulls_with_a_password_over_tls(registry: Real) -> None:
    with open_target(f"{registry.host}/a/b:1", registry.options()) as (image,):
        assert (image.digest, image.problems) == (IMAGE.digest, ())
        for item, blob in zip(image.layers, IMAGE.layers, strict=True):
            assert item.open is not None
            assert item.open().read() == blob
    platform = Options(platform="linux/arm64", ca_file=registry.ca_file, auth_file=registry.options().auth_file)
    with open_target(f"{registry.host}/a/b:1", platform) as (image,):
        assert image.digest == ARM.digest


def test_says_what_is_wrong(registry: Real) -> None:
    for given, kind in (
        (registry.options("bob:bad"), AuthError),
        (Options(ca_file=registry.ca_file, environment={}), AuthError),
        (Options(environment={}), NetworkError),
    ):
        with pytest.raises(kind), open_target(f"{registry.host}/a/b:1", given):
            pass
    with pytest.raises(NotFound), open_target(f"{registry.host}/a/b:none", registry.options()):
        pass


def test_ranges_are_as_the_client_expects(registry: Real) -> None:
    client = Client(NetworkOptions(ca_file=registry.ca_file, environment={}))
    whole = IMAGE.layers[0]
    url = f"https://{registry.host}/v2/a/b/blobs/{digest_of(whole)}"
    with client.request("GET", url, headers={"Authorization": BASIC, "Range": "bytes=60000-"}) as answer:
        assert answer.status == 206
        assert answer.headers["content-range"] == f"bytes 60000-{len(whole) - 1}/{len(whole)}"
        assert answer.read(len(whole)) == whole[60000:]
