"""Make the demonstration image: real Debian packages and real wheels in, an OCI layout out.

The packages are unpacked by ``dpkg-deb`` and described in ``var/lib/dpkg/status.d`` as distroless images do it, so no
root is needed and no maintainer script runs. Layout: image-spec, image-layout.md.  usage: demo_image.py FOLDER
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

DEBS = ("base-files", "netbase", "tzdata", "libc6", "libgcc-s1", "zlib1g", "openssl", "libssl3")
ALTERNATIVES = {"libssl3": "libssl3t64"}  # its name since Debian 13
WHEELS = ("apache-airflow==1.10.10", "Jinja2==2.10.1", "Werkzeug==0.16.1", "requests==2.31.0")


def run(*command: str, cwd: Path | None = None) -> str:
    """Standard output of a command; its own messages on failure."""
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"demo: {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def download_debs(folder: Path) -> list[Path]:
    """The packages of this machine's own release, from its own archive."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = [name if known(name) else ALTERNATIVES.get(name, name) for name in DEBS]
    run("apt-get", "download", *wanted, cwd=folder)
    return sorted(folder.glob("*.deb"))


def known(name: str) -> bool:
    """Whether the archive has the package; asks for the lists when the machine has none yet."""
    if not any(Path("/var/lib/apt/lists").glob("*Packages*")):
        as_root = [] if os.geteuid() == 0 else ["sudo"]
        run(*as_root, "apt-get", "update", "-qq")
    shown = subprocess.run(["apt-cache", "show", name], capture_output=True, text=True, check=False)
    return shown.returncode == 0 and f"Package: {name}" in shown.stdout


def unpack(debs: list[Path], root: Path) -> None:
    """The files, and one stanza a package with its checksums."""
    status = root / "var/lib/dpkg/status.d"
    status.mkdir(parents=True)
    for deb in debs:
        run("dpkg-deb", "--extract", str(deb), str(root))
        stanza = run("dpkg-deb", "--field", str(deb))
        name = next(line.split(": ")[1] for line in stanza.splitlines() if line.startswith("Package: "))
        (status / name).write_text(stanza)
        run("dpkg-deb", "--control", str(deb), str(root / "control"))
        sums = root / "control/md5sums"
        if sums.exists():
            (status / f"{name}.md5sums").write_bytes(sums.read_bytes())
        shutil.rmtree(root / "control")


def install_wheels(root: Path) -> None:
    """The wheels as pip installs them, without what they depend on."""
    target = root / "usr/lib/python3/dist-packages"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "install", "--quiet")
    run(*pip, "--no-deps", "--no-compile", "--ignore-requires-python", "--target", str(target), *WHEELS)


def layer(root: Path) -> tuple[bytes, str]:
    """A gzip layer of a folder, the same bytes each time, and the digest of its tar."""
    plain = io.BytesIO()
    with tarfile.open(fileobj=plain, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in sorted(root.rglob("*")):
            info = archive.gettarinfo(path, arcname=str(path.relative_to(root)))
            info.uid = info.gid = 0
            info.uname = info.gname = "root"
            info.mtime = 0
            with path.open("rb") if info.isreg() else io.BytesIO() as content:
                archive.addfile(info, content)
    return gzip.compress(plain.getvalue(), 6, mtime=0), digest(plain.getvalue())


def digest(data: bytes) -> str:
    """The digest as OCI descriptors spell it."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def write_layout(folder: Path, layers: list[tuple[bytes, str]], instructions: list[str]) -> None:
    """The layout, with the index last."""
    blobs = folder / "blobs/sha256"
    blobs.mkdir(parents=True)

    def put(data: bytes, media_type: str) -> dict[str, object]:
        name = digest(data)
        (blobs / name.removeprefix("sha256:")).write_bytes(data)
        return {"mediaType": media_type, "digest": name, "size": len(data)}

    machine = {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
    config = {
        "architecture": machine,
        "os": "linux",
        "config": {"Env": ["PYTHONPATH=/usr/lib/python3/dist-packages"], "Cmd": ["airflow", "webserver"]},
        "rootfs": {"type": "layers", "diff_ids": [diff_id for _, diff_id in layers]},
        "history": [{"created_by": text} for text in instructions],
    }
    prefix = "application/vnd.oci.image"
    manifest = {
        "schemaVersion": 2,
        "mediaType": f"{prefix}.manifest.v1+json",
        "config": put(json.dumps(config).encode(), f"{prefix}.config.v1+json"),
        "layers": [put(data, f"{prefix}.layer.v1.tar+gzip") for data, _ in layers],
    }
    described = put(json.dumps(manifest).encode(), str(manifest["mediaType"]))
    described["annotations"] = {"org.opencontainers.image.ref.name": "1"}
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [described]}))


def make(folder: Path) -> None:
    """Build the image at ``folder``; what lies there already is kept."""
    if (folder / "index.json").exists():
        return
    work = folder.with_suffix(".part")
    shutil.rmtree(work, ignore_errors=True)
    shutil.rmtree(folder, ignore_errors=True)
    base, app = work / "base", work / "app"
    for root in (base, app):
        root.mkdir(parents=True)
    unpack(download_debs(work / "debs"), base)
    install_wheels(app)
    instructions = ["debs: " + " ".join(DEBS), "RUN pip install --no-deps " + " ".join(WHEELS)]
    write_layout(work / "oci", [layer(base), layer(app)], instructions)
    (work / "oci").rename(folder)
    shutil.rmtree(work)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
