"""Feeds written in the layout of the public OSV export (https://google.github.io/osv.dev/data/) for tests."""

from __future__ import annotations

import gzip
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec

from pratique.limits import DEFAULT
from pratique.vuln import manifest, shard_file
from pratique.vuln.build import build
from pratique.vuln.database import Database

NOW = datetime(2026, 1, 10, tzinfo=UTC)
TODAY = "2026-01-09T00:00:00Z"

Record = dict[str, Any]


def record(
    id_: str,
    package: str,
    *events: Mapping[str, str],
    ecosystem: str = "PyPI",
    kind: str = "ECOSYSTEM",
    **fields: object,
) -> Record:
    """A record of one package with one range; ``fields`` are further ones of the record."""
    affected = {
        "package": {"ecosystem": ecosystem, "name": package},
        "ranges": [{"type": kind, "events": list(events)}],
    }
    return {"id": id_, "modified": TODAY, "published": TODAY, "affected": [affected], **fields}


def fixed(at: str) -> tuple[dict[str, str], dict[str, str]]:
    """Affected from the beginning until ``at``."""
    return {"introduced": "0"}, {"fixed": at}


def write(
    folder: Path,
    ecosystems: Mapping[str, Sequence[Record]],
    *,
    kev: Sequence[str] | None = (),
    epss: Mapping[str, float] | None = None,
    coverage: Mapping[str, object] | None = None,
    date: str = TODAY,
) -> Path:
    """A source folder. ``kev`` None leaves the catalogue out; without ``epss`` there is no such file."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ecosystems.txt").write_text("".join(f"{name}\n" for name in ecosystems))
    for name, records in ecosystems.items():
        (folder / name).mkdir(exist_ok=True)
        with zipfile.ZipFile(folder / name / "all.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            for each in records:
                archive.writestr(f"{each['id']}.json", json.dumps(each))
        lines = sorted((f"{each['modified']},{each['id']}" for each in records), reverse=True)
        (folder / name / "modified_id.csv").write_text("".join(f"{line}\n" for line in lines))
    if kev is not None:
        entries = [
            {"cveID": cve, "dateAdded": "2025-12-01", "dueDate": "2025-12-22", "knownRansomwareCampaignUse": "Known"}
            for cve in (*kev, "CVE-1999-0001")
        ]
        catalogue = {"dateReleased": date, "vulnerabilities": entries}
        (folder / "known_exploited_vulnerabilities.json").write_text(json.dumps(catalogue))
    if epss is not None:
        rows = "".join(f"{cve},{score},0.5\n" for cve, score in epss.items())
        text = f"#model_version:v2025.03.14,score_date:{date}\ncve,epss,percentile\n{rows}"
        (folder / "epss_scores-current.csv.gz").write_bytes(gzip.compress(text.encode(), mtime=0))
    if coverage is not None:
        (folder / "coverage.json").write_text(json.dumps(coverage))
    return folder


def database(folder: Path, ecosystems: Mapping[str, Sequence[Record]], **more: Any) -> Database:
    """A database built from such feeds, open."""
    build(write(folder / "feeds", ecosystems, **more), folder / "db")
    return Database.open(folder / "db")


def of_one_record(folder: Path) -> Path:
    """The folder of a database of one record, of ``x`` in PyPI, mended in 2."""
    build(write(folder / "feeds", {"PyPI": [record("A-1", "x", *fixed("2"))]}), folder / "db")
    return folder / "db"


def shard_of_pypi(folder: Path) -> Path:
    """The one file that holds what is known of PyPI."""
    (found,) = folder.glob("PyPI.*.sqlite")
    return found


def seal(folder: Path) -> None:
    """Let the manifest bind the files as they are now: what was changed in them is then no damage of the disk."""
    bound = manifest.read(folder, DEFAULT)
    shards = tuple(
        msgspec.structs.replace(each, size=(folder / each.file).stat().st_size, crc=shard_file.crc(folder / each.file))
        for each in bound.shards
    )
    manifest.write(folder, msgspec.structs.replace(bound, shards=shards))
