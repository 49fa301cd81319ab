"""Against the distribution project's registry (Debian's docker-registry): a password, TLS, uploads that break off."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from images import digest_of
from loopback import free_port
from pratique.errors import AuthError
from pratique.limits import Limits
from pratique.oci import artifact
from pratique.oci.files import Member
from pratique.oci.options import Options
from pratique.oci.push import Blob, holds, send_blob
from pratique.oci.reference import parse
from pratique.oci.session import Session
from pratique.vuln import carry
from pratique.vuln.carry_in import Wanted, pull
from pratique.vuln.carry_out import push_database
from pratique.vuln.database import Database
from vuln.carried import count, made

pytestmark = pytest.mark.real

# A registry that waits for its disk takes nothing meanwhile: what is written waits as long as a connection does.
LIMITS = Limits(retries=4, backoff_seconds=0.0, connect_seconds=60.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The registry's folder; its port is in ``port``."""
    for program in ("docker-registry", "htpasswd", "openssl"):
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")
    folder, port = tmp_path_factory.mktemp("registry"), free_port()
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out crt -days 2"
    names = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    subprocess.run([*command.split(), *names], cwd=folder, check=True, capture_output=True)
    subprocess.run(["htpasswd", "-Bbc", "users", "bob", "pw"], cwd=folder, check=True, capture_output=True)
    config = {
        "version": 0.1,
        "storage": {"filesystem": {"rootdirectory": str(folder / "data")}},
        "http": {"addr": f"localhost:{port}", "tls": {"certificate": "crt", "key": "key"}, "relativeurls": True},
        "auth": {"htpasswd": {"realm": "test", "path": "users"}},
    }
    (folder / "config.yml").write_text(json.dumps(config))  # YAML holds JSON
    (folder / "port").write_text(str(port))
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(["docker-registry", "serve", "config.yml"], cwd=folder, stdout=log, stderr=log)
    try:
        _await(port)
        yield folder
    finally:
        running.kill()
        running.wait()


def _await(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("localhost", port), 1):
            return
        time.sleep(0.1)
    pytest.fail("the registry does not listen")


def options(folder: Path, host: str, user: str = "bob:pw") -> Options:
    entry = {"auth": base64.b64encode(user.encode()).decode()}
    (folder / "auth.json").write_text(json.dumps({"auths": {host: entry}}))
    return Options(ca_file=str(folder / "crt"), auth_file=str(folder / "auth.json"), environment={})


def test_there_and_back(folder: Path, tmp_path: Path) -> None:
    host = f"localhost:{(folder / 'port').read_text()}"
    reference, known = f"{host}/team/db:1", options(folder, host)
    pushed = push_database(made(tmp_path), reference, known, limits=LIMITS)
    assert pushed.sent == pushed.blobs == count(tmp_path / "db") + 1
    assert push_database(tmp_path / "db", reference, known, limits=LIMITS).sent == 0
    for place in (reference, pushed.reference):
        source = artifact.source(place, carry.ARTIFACT, known, LIMITS)
        pulled = pull(source, place, tmp_path / place[-4:], Wanted(("npm",)), limits=LIMITS)
        assert (pulled.digest, pulled.left) == (pushed.digest, ("Debian", "PyPI"))
        assert pull(source, place, tmp_path / place[-4:], Wanted(), limits=LIMITS).left == ()
        with Database.open(tmp_path / place[-4:]) as database:
            database.verify()


@pytest.mark.parametrize("user", ["bob:bad", ""])
def test_who_may_not(folder: Path, tmp_path: Path, user: str) -> None:
    host = f"localhost:{(folder / 'port').read_text()}"
    with pytest.raises(AuthError):
        push_database(made(tmp_path), f"{host}/team/db:1", options(folder, host, user), limits=LIMITS)


@contextlib.contextmanager
def breaking(port: int, sizes: list[int]) -> Iterator[int]:
    """A port that leads to the other one, and closes a connection once so many bytes have gone up."""
    listening = socket.create_server(("localhost", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            while True:
                client = listening.accept()[0]
                server = socket.create_connection(("localhost", port))
                threading.Thread(target=down, args=(server, client), daemon=True).start()
                threading.Thread(target=up, args=(client, server), daemon=True).start()

    def down(server: socket.socket, client: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                client.sendall(data)
            client.shutdown(socket.SHUT_WR)

    def up(client: socket.socket, server: socket.socket) -> None:
        sent = 0
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
                sent += len(data)
                if sizes and sent > sizes[0]:
                    sizes.pop(0)
                    break
            for each in (client, server):
                each.shutdown(socket.SHUT_RDWR)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.close()


def test_an_upload_that_breaks_off_twice_arrives(folder: Path, tmp_path: Path) -> None:
    data = os.urandom(8 << 20)
    (tmp_path / "blob").write_bytes(data)
    blob = Blob(digest_of(data), Member(str(tmp_path / "blob"), 0, len(data)))
    sizes = [3 << 20, 2 << 20]
    with breaking(int((folder / "port").read_text()), sizes) as port:
        session = Session(options(folder, f"localhost:{port}"), LIMITS)
        reference = parse(f"localhost:{port}/team/large:1")
        send_blob(session, reference, blob)
        assert holds(session, reference, blob.digest)
    assert sizes == []
    stored = folder / "data/docker/registry/v2/blobs/sha256" / blob.digest[7:9] / blob.digest[7:] / "data"
    assert stored.read_bytes() == data
