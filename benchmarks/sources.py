"""Cold scans of the sources that have no bar: a docker-archive in gzip, a layer with a 300 MB jar, and Docker's daemon.

The images come from ``--images`` (a folder with ``docker/NAME.tar``). Docker takes part when its socket answers and the
image is loaded there as ``localhost/NAME:1``.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import sys
import tarfile
import tempfile
import zipfile
from hashlib import sha256
from pathlib import Path

import _measure

PRATIQUE = str(Path(sys.executable).parent / "pratique")
DECIDED = (0, 1, 3)
JAR_MEGABYTES = 300


def compressed(archive: Path, folder: Path) -> Path:
    """The archive in gzip, as one stream."""
    target = folder / f"{archive.name}.gz"
    with archive.open("rb") as source, gzip.open(target, "wb", compresslevel=6) as packed:
        shutil.copyfileobj(source, packed, 1 << 20)
    return target


def with_large_jar(folder: Path) -> Path:
    """An OCI layout of one layer with one jar of 300 MB that does not compress."""
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("META-INF/maven/g/a/pom.properties", "groupId=org.example\nartifactId=large\nversion=1.0\n")
        for number in range(JAR_MEGABYTES):
            archive.writestr(f"data/{number}.bin", os.urandom(1 << 20))
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w") as archive:
        info = tarfile.TarInfo("app/large.jar")
        info.size = jar.tell()
        jar.seek(0)
        archive.addfile(info, jar)
    layer = gzip.compress(plain.getvalue(), 1, mtime=0)
    target = folder / "jar"
    blobs = target / "blobs/sha256"
    blobs.mkdir(parents=True)

    def put(data: bytes, media_type: str) -> dict[str, object]:
        name = sha256(data).hexdigest()
        (blobs / name).write_bytes(data)
        return {"mediaType": f"application/vnd.oci.image.{media_type}", "digest": f"sha256:{name}", "size": len(data)}

    diff_id = "sha256:" + sha256(plain.getvalue()).hexdigest()
    config = {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": [diff_id]}}
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": put(json.dumps(config).encode(), "config.v1+json"),
        "layers": [put(layer, "layer.v1.tar+gzip")],
    }
    index = {"schemaVersion": 2, "manifests": [put(json.dumps(manifest).encode(), "manifest.v1+json")]}
    (target / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (target / "index.json").write_text(json.dumps(index))
    return target


def cold(target: str, runs: int, folder: Path) -> dict[str, float]:
    """Median seconds of a scan with an empty cache, and megabytes at the peak."""
    environment = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}
    command = [PRATIQUE, "scan", target, "--format", "json"]

    def forget() -> None:
        shutil.rmtree(folder / "cache", ignore_errors=True)

    taken = _measure.median(lambda: _measure.seconds(command, codes=DECIDED, environment=environment), runs, forget)
    forget()
    return {"cold scan": taken, "peak MB": _measure.peak_pss(command, environment)}


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("--images", type=Path, default=Path.home() / ".cache/pratique-images", help="folder of images")
    parser.add_argument("--name", default="java-app", help="which of them (default java-app)")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="pratique-benchmark-"))
    archive = options.images / "docker" / f"{options.name}.tar"
    targets = {
        f"{options.name}, OCI layout": str(options.images / "oci" / options.name),
        f"{options.name}, docker-archive": str(archive),
        f"{options.name}, docker-archive in gzip": str(compressed(archive, folder)),
        f"a {JAR_MEGABYTES} MB jar": str(with_large_jar(folder)),
    }
    if Path("/var/run/docker.sock").is_socket():
        targets[f"{options.name}, Docker"] = f"docker:localhost/{options.name}:1"
    figures = {}
    for name, target in targets.items():
        figures[name] = cold(target, options.runs, folder)
        print(name, *(f"{what} {value:.3f}" for what, value in figures[name].items()), sep="   ", flush=True)
    shutil.rmtree(folder)
    _measure.write(options.json, figures)


if __name__ == "__main__":
    main()
