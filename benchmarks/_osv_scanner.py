"""One input for us and for osv-scanner: packages drawn from an export, as an inventory and as a CycloneDX document.

osv-scanner 2 matches off line against the same ``all.zip`` files: ``OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY``.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from urllib.parse import quote

from pratique.model import Distro, Inventory, Package

TYPES = {"PyPI": "pypi", "Go": "golang", "Debian": "deb", "Alpine": "apk", "AlmaLinux": "rpm"}
DISTROS = {
    "Debian": ("Debian:11", Distro("debian", "11")),
    "Alpine": ("Alpine:v3.10", Distro("alpine", "3.10.4")),
    "AlmaLinux": ("AlmaLinux:9", Distro("almalinux", "9.4")),
}


def inventory(feeds: Path, ecosystem: str, most: int = 100_000) -> Inventory:
    """A package for each name of the export (of one release), in a version that stands in one of its records."""
    of, distro = DISTROS.get(ecosystem, (ecosystem, None))
    texts: dict[str, list[str]] = {}
    with zipfile.ZipFile(feeds / ecosystem / "all.zip") as archive:
        for member in sorted(archive.namelist()):
            for affected in json.loads(archive.read(member)).get("affected") or []:
                if affected["package"]["ecosystem"] == of:
                    texts.setdefault(affected["package"]["name"], []).extend(_texts(affected))
    chance = random.Random(20261121)
    packages = [Package(TYPES[ecosystem], name, chance.choice(found)) for name, found in sorted(texts.items()) if found]
    return Inventory(distro, tuple(packages[:most]))


def _texts(affected: dict[str, list[dict[str, list[dict[str, str]]]]]) -> list[str]:
    events = [event for range_ in affected.get("ranges") or [] if range_["type"] != "GIT" for event in range_["events"]]
    return [text for event in events for text in event.values() if text != "0"]


def document(found: Inventory) -> str:
    """CycloneDX 1.5 JSON (https://cyclonedx.org/docs/1.5/json/)."""
    components = [
        {"type": "library", "name": each.name, "version": each.version, "purl": _purl(each, found.distro)}
        for each in found.packages
    ]
    return json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components})


def _purl(package: Package, distro: Distro | None) -> str:
    path = f"{distro.id}/{quote(package.name)}" if distro else "/".join(map(quote, package.name.split("/")))
    version = package.version if package.type != "golang" else f"v{package.version}"
    tail = f"?distro={distro.id}-{distro.version}" if distro else ""
    return f"pkg:{package.type}/{path}@{quote(version, safe='')}{tail}"


def command(packages: Path) -> list[str]:
    """How osv-scanner is asked; exits where it is not found (``$OSV_SCANNER`` or the path)."""
    program = os.environ.get("OSV_SCANNER") or shutil.which("osv-scanner")
    if program is None:
        sys.exit("no osv-scanner: go install github.com/google/osv-scanner/v2/cmd/osv-scanner@v2.6.0")
    return [
        program,
        "scan",
        "source",
        "--offline",
        "--all-packages",
        "--all-vulns",
        "--format",
        "json",
        "-L",
        str(packages),
    ]


def cache(feeds: Path, folder: Path) -> dict[str, str]:
    """The environment in which it finds the exports; it insists on one of commits, which stays empty."""
    exports = folder / "osv-scalibr"
    (exports / "GIT").mkdir(parents=True, exist_ok=True)
    for ecosystem in TYPES:
        if not (exports / ecosystem).exists():
            (exports / ecosystem).symlink_to((feeds / ecosystem).resolve())
    zipfile.ZipFile(exports / "GIT" / "all.zip", "w").close()
    return {"OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY": str(folder)}


def ask(packages: Path, environment: dict[str, str]) -> set[tuple[str, str, str]]:
    """(record, package, version) as osv-scanner finds them. It exits 1 where it found any."""
    variables = {**os.environ, **environment}
    done = subprocess.run(command(packages), capture_output=True, text=True, env=variables, check=False)
    if done.returncode not in (0, 1):
        sys.exit(f"osv-scanner: exit {done.returncode}\n{done.stderr[-2000:]}")
    return {
        (vulnerability["id"], package["package"]["name"], package["package"]["version"])
        for result in json.loads(done.stdout)["results"] or []
        for package in result["packages"]
        for vulnerability in package.get("vulnerabilities") or []
    }
