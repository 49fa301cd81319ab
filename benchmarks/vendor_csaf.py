"""Reading Red Hat's VEX feed: documents of the published shape and of sizes up to a kernel's, and an archive of them.

python benchmarks/vendor_csaf.py

Processor seconds, for the reader waits for nothing.
"""

from __future__ import annotations

import io
import json
import tarfile
import tempfile
import time
from pathlib import Path

import zstandard

import _measure
from pratique.limits import DEFAULT
from pratique.vuln.bulletin import Bulletin
from pratique.vuln.vendor._redhat import read_document
from pratique.vuln.vendor.redhat import VENDOR

_ARCHES = ("src", "x86_64", "aarch64", "ppc64le", "s390x")
_STREAMS = ((8, 10, "MAIN"), (8, 8, "EUS"), (8, 6, "EUS"), (9, 5, "MAIN"), (9, 4, "EUS"), (9, 2, "EUS"), (9, 0, "EUS"))
_VARIANTS = ("BaseOS", "AppStream", "CRB", "NFV", "RT")
_SHAPES = {"small": (2, 3), "middle": (20, 15), "large": (400, 35), "kernel": (1700, 35)}
_ARCHIVE = 2000  # documents


def main() -> None:
    options = _measure.arguments(__doc__).parse_args()
    figures: dict[str, dict[str, float]] = {}
    for name, (packages, products) in _SHAPES.items():
        data, relationships = document("CVE-2024-0001", packages, products)
        taken = _measure.median(lambda data=data: one(data), min(options.runs, 3))
        figures[name] = {"bytes": len(data), "relationships": relationships, "seconds": taken}
        size = len(data) / 1e6
        print(f"{name:8} {size:6.1f} MB {relationships:7} relationships {taken:7.3f} s {size / taken:6.0f} MB a second")
    with tempfile.TemporaryDirectory() as folder:
        size = lay(Path(folder))
        taken = _measure.median(lambda: whole(Path(folder)), min(options.runs, 3))
    figures["archive"] = {"documents": _ARCHIVE, "bytes": size, "seconds": taken}
    rate = _ARCHIVE / taken
    print(f"archive  {size / 1e6:6.1f} MB {_ARCHIVE:7} documents     {taken:7.3f} s {rate:6.0f} documents a second")
    _measure.write(options.json, figures)


def one(data: bytes) -> float:
    """Processor seconds to read one document."""
    start = time.process_time()
    (found,) = read_document("cve-2024-0001.json", data, DEFAULT)
    assert isinstance(found, Bulletin)
    assert found.statements
    return time.process_time() - start


def whole(folder: Path) -> float:
    """Processor seconds to read a source folder."""
    start = time.process_time()
    assert sum(isinstance(found, Bulletin) for found in VENDOR.read(folder, DEFAULT)) == _ARCHIVE
    return time.process_time() - start


def lay(folder: Path) -> int:
    """An archive of small and middle documents, nine to one; its size uncompressed."""
    stream, size = io.BytesIO(), 0
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for number in range(_ARCHIVE):
            cve = f"CVE-2024-{number + 1000}"
            data, _ = document(cve, *_SHAPES["small" if number % 10 else "middle"])
            info = tarfile.TarInfo(f"2024/{cve.lower()}.json")
            info.size = len(data)
            size += len(data)
            archive.addfile(info, io.BytesIO(data))
    (folder / "redhat").mkdir()
    (folder / "redhat" / "csaf_vex_2024-08-04.tar.zst").write_bytes(zstandard.compress(stream.getvalue()))
    return size


def document(cve: str, packages: int, products: int) -> tuple[bytes, int]:
    """A document in which each package is mended in each product for each architecture, and how many that are."""
    names = [(major, minor, kind, variant) for major, minor, kind in _STREAMS for variant in _VARIANTS][:products]
    platforms = {
        f"{variant}-{major}.{minor}.0.Z.{kind}": (
            f"cpe:/{'o' if variant == 'BaseOS' else 'a'}:redhat:"
            f"{f'enterprise_linux:{major}' if kind == 'MAIN' else f'rhel_eus:{major}.{minor}'}::{variant.lower()}"
        )
        for major, minor, kind, variant in names
    }
    parts: dict[str, dict[str, str]] = {arch: {} for arch in _ARCHES}
    relationships, ids = [], []
    for platform in platforms:
        major, minor = platform.partition("-")[2].split(".")[:2]
        for number in range(packages):
            for arch in _ARCHES:
                build = f"5.14.0-{362 + int(major)}.{minor}.1.el{major}_{minor}"
                part, id_ = f"kernel-{number}-0:{build}.{arch}", f"{platform}:kernel-{number}-0:{build}.{arch}"
                parts[arch][part] = f"pkg:rpm/redhat/kernel-{number}@{build}?arch={arch}"
                named = {"name": f"{part} as a component of Red Hat Enterprise Linux {platform}", "product_id": id_}
                relationships.append(
                    {
                        "category": "default_component_of",
                        "full_product_name": named,
                        "product_reference": part,
                        "relates_to_product_reference": platform,
                    }
                )
                ids.append(id_)
    tree = {"branches": [_products(platforms, parts)], "relationships": relationships}
    data = {"document": _about(cve), "product_tree": tree, "vulnerabilities": [_vulnerability(cve, ids)]}
    return json.dumps(data, indent=2).encode(), len(ids)


def _about(cve: str) -> dict[str, object]:
    tracking = {
        "id": cve,
        "initial_release_date": "2024-01-01T00:00:00Z",
        "current_release_date": "2025-01-01T00:00:00Z",
    }
    return {"title": cve, "aggregate_severity": {"text": "Moderate"}, "tracking": tracking}


def _vulnerability(cve: str, ids: list[str]) -> dict[str, object]:
    vector = "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:C/C:H/I:N/A:N"
    fixes = [
        {"category": "vendor_fix", "date": "2024-05-01T00:00:00+00:00", "details": "-", "product_ids": ids[start::8]}
        for start in range(8)
    ]
    return {
        "cve": cve,
        "product_status": {"fixed": ids},
        "remediations": [*fixes, {"category": "workaround", "details": "-", "product_ids": ids}],
        "scores": [{"cvss_v3": {"vectorString": vector}, "products": ids}],
        "threats": [{"category": "impact", "details": "Moderate", "product_ids": ids}],
    }


def _products(platforms: dict[str, str], parts: dict[str, dict[str, str]]) -> dict[str, object]:
    return _branch(
        "vendor",
        "Red Hat",
        [
            _branch("product_family", "RHEL", [_product(name, cpe=cpe) for name, cpe in platforms.items()]),
            *(
                _branch("architecture", arch, [_product(name, purl=purl) for name, purl in of.items()])
                for arch, of in parts.items()
            ),
        ],
    )


def _branch(category: str, name: str, branches: list[dict[str, object]]) -> dict[str, object]:
    return {"category": category, "name": name, "branches": branches}


def _product(name: str, **helper: str) -> dict[str, object]:
    product = {"name": name, "product_id": name, "product_identification_helper": helper}
    return {"category": "product_version", "name": name, "product": product}


if __name__ == "__main__":
    main()
