"""Whole scans of real images, cold and warm, against the physical limit, Trivy and Syft, in one run.

The limit is the makespan of a two-process pool over whole layers doing igzip and the SHA-256 of the bytes read. Images:
OCI layouts in a folder (``--images``). Peers take part when their programs are found (``--trivy``, ``--syft``), warm
scans from a registry when ``docker-registry`` and ``skopeo`` are.
"""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import _measure
from _registry import registry

PRATIQUE = str(Path(sys.executable).parent / "pratique")
DECIDED = (0, 1, 3)


def forget_trivy(cache: Path) -> None:
    """An empty cache but for an empty Java index, without which Trivy refuses offline to look into jars: with it Trivy
    has less to do than in use, never more (schema: aquasecurity/trivy-java-db, pkg/db/db.go)."""
    shutil.rmtree(cache, ignore_errors=True)
    (cache / "java-db").mkdir(parents=True)
    with contextlib.closing(sqlite3.connect(cache / "java-db/trivy-java.db")) as database:
        database.execute("CREATE TABLE artifacts (id INTEGER PRIMARY KEY, group_id TEXT, artifact_id TEXT)")
        database.execute("CREATE TABLE indices (artifact_id INTEGER, version TEXT, sha1 BLOB, archive_type TEXT)")
    future = "2099-01-01T00:00:00Z"
    metadata = {"Version": 1, "NextUpdate": future, "UpdatedAt": future, "DownloadedAt": future}
    (cache / "java-db/metadata.json").write_text(json.dumps(metadata))


def measure(layout: Path, runs: int, trivy: str | None, syft: str | None) -> dict[str, float]:
    """Seconds of each way to read one image, and megabytes at the peak."""
    with tempfile.TemporaryDirectory(prefix="pratique-benchmark-") as folder:
        return _figures(layout, Path(folder), runs, trivy, syft)


def _figures(layout: Path, folder: Path, runs: int, trivy: str | None, syft: str | None) -> dict[str, float]:
    environment = {"XDG_CACHE_HOME": str(folder / "cache"), "XDG_DATA_HOME": str(folder / "data")}

    def forget() -> None:
        shutil.rmtree(folder / "cache", ignore_errors=True)

    scan = [PRATIQUE, "scan", str(layout), "--format", "json"]
    sbom = [PRATIQUE, "sbom", str(layout), "--format", "json"]
    figures = {
        "limit": _measure.median(lambda: _measure.limit(layout), runs),
        "cold scan": _measure.median(
            lambda: _measure.seconds(scan, codes=DECIDED, environment=environment), runs, forget
        ),
        "cold sbom": _measure.median(
            lambda: _measure.seconds(sbom, codes=DECIDED, environment=environment), runs, forget
        ),
    }
    forget()
    figures["peak MB"] = _measure.peak_pss(scan, environment)
    figures["warm scan"] = _measure.median(lambda: _measure.seconds(scan, codes=DECIDED, environment=environment), runs)
    if shutil.which("docker-registry") and shutil.which("skopeo"):
        figures["warm from registry"] = warm_from_registry(layout, runs, folder, environment)
    if trivy:
        cache = folder / "trivy"
        command = [trivy, "image", "--input", str(layout), "--format", "cyclonedx", "--cache-dir", str(cache)]
        command += ["--offline-scan", "--skip-java-db-update", "--quiet"]
        figures["trivy"] = _measure.median(
            lambda: _measure.seconds(command), max(1, runs // 2), lambda: forget_trivy(cache)
        )
    if syft:
        command = [syft, "scan", f"oci-dir:{layout}", "-o", "json", "-q"]
        peer = {"SYFT_CHECK_FOR_APP_UPDATE": "false"}
        figures["syft"] = _measure.median(lambda: _measure.seconds(command, environment=peer), max(1, runs // 2))
    return figures


def warm_from_registry(layout: Path, runs: int, folder: Path, environment: dict[str, str]) -> float:
    """Seconds of a scan of the image in a registry on this machine, its layers in the cache."""
    with registry(folder) as host:
        name = f"{host}/bench/{layout.name}:1"
        push = ["skopeo", "copy", "-q", "--dest-tls-verify=false", f"oci:{layout}", f"docker://{name}"]
        subprocess.run(push, check=True)
        scan = [PRATIQUE, "scan", name, "--format", "json"]
        return _measure.median(lambda: _measure.seconds(scan, codes=DECIDED, environment=environment), runs)


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument(
        "--images", type=Path, default=Path.home() / ".cache/pratique-images/oci", help="folder of OCI layouts"
    )
    parser.add_argument("--trivy", default=shutil.which("trivy"), help="Trivy's program")
    parser.add_argument("--syft", default=shutil.which("syft"), help="Syft's program")
    parser.add_argument("names", nargs="*", help="names of images (default: all)")
    options = parser.parse_args()
    found = sorted(path for path in options.images.iterdir() if (path / "index.json").exists())
    everything = {}
    for layout in found:
        if options.names and layout.name not in options.names:
            continue
        figures = everything[layout.name] = measure(layout, options.runs, options.trivy, options.syft)
        ratios = {"cold / limit": figures["cold scan"] / figures["limit"]}
        ratios |= {f"{peer} / cold": figures[peer] / figures["cold scan"] for peer in ("trivy",) if peer in figures}
        ratios |= {f"{peer} / sbom": figures[peer] / figures["cold sbom"] for peer in ("syft",) if peer in figures}
        print(
            layout.name, *(f"{name} {value:.3f}" for name, value in (figures | ratios).items()), sep="   ", flush=True
        )
    _measure.write(options.json, everything)


if __name__ == "__main__":
    main()
