"""What the tests of the commands share: a small folder of feeds, an image, and the command line in this process."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from commands import Run
from images import build, file, layer, oci_layout
from pratique.cli import main

# An OSV record (https://ossf.github.io/osv-schema/) and a catalogue of one entry, as CISA's JSON has them.
RECORD = {
    "id": "GHSA-demo-demo-demo",
    "aliases": ["CVE-2026-4242"],
    "published": "2026-11-01T00:00:00Z",
    "modified": "2026-11-20T00:00:00Z",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "demo"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
        }
    ],
}
CATALOGUE = {
    "title": "CISA Catalog of Known Exploited Vulnerabilities",
    "catalogVersion": "2026.11.20",
    "dateReleased": "2026-11-20T12:00:00.0000Z",
    "count": 1,
    "vulnerabilities": [
        {
            "cveID": "CVE-2026-4242",
            "vendorProject": "Demo",
            "product": "demo",
            "vulnerabilityName": "Demo",
            "dateAdded": "2026-11-10",
            "shortDescription": "Demo",
            "requiredAction": "Update",
            "dueDate": "2026-12-01",
            "knownRansomwareCampaignUse": "Unknown",
            "notes": "",
            "cwes": [],
        }
    ],
}


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    """The layout of OSV's public export, with the KEV catalogue beside it."""
    folder = tmp_path / "feeds"
    (folder / "PyPI").mkdir(parents=True)
    (folder / "ecosystems.txt").write_text("PyPI\n")
    with zipfile.ZipFile(folder / "PyPI" / "all.zip", "w") as archive:
        archive.writestr(f"{RECORD['id']}.json", json.dumps(RECORD))
    (folder / "known_exploited_vulnerabilities.json").write_text(json.dumps(CATALOGUE))
    return folder


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """An image with ``demo`` 1.0, which the record speaks of, and ``other``, which it does not."""
    metadata = "Metadata-Version: 2.1\nName: {0}\nVersion: 1.0\n"
    members = [
        file(f"usr/lib/python3/dist-packages/{name}-1.0.dist-info/METADATA", metadata.format(name))
        for name in ("demo", "other")
    ]
    return oci_layout(tmp_path / "image", build(layer(*members), created_by=("COPY . /",)))


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """``run("scan", …)`` gives the exit code, stdout and stderr; all of the user's folders are the test's."""
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name.lower()))
    monkeypatch.delenv("PRATIQUE_EXPLORE", raising=False)  # of which the command would say that it names no option
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1795262400")  # 2026-11-21T12:00:00Z
    for name, value in (("GITHUB_SHA", "c" * 40), ("GITHUB_REF", "refs/heads/main")):  # a snapshot must be of them
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(argument) for argument in arguments])
        return code, *capsys.readouterr()

    return command
