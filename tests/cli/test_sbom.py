"""SBOMs out and in, from end to end: a document of an image is judged as the image itself."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from commands import Run
from images import build, file, layer, oci_layout
from pratique.cli import _output

FORMATS = ("cyclonedx", "cyclonedx-1.4", "cyclonedx-xml", "cyclonedx-xml-1.7", "spdx", "spdx-tag-value", "spdx-3.0")
KEYS = ("findings", "packages", "problems", "coverage", "verdict", "image", "distro")


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "db"
    assert run("db", "build", "--from", feeds, "--db", folder, "--quiet") == (0, "", "")
    return folder


def scan(run: Run, target: object, database: Path) -> tuple[int, dict[str, Any]]:
    code, out, _ = run("scan", target, "--db", database, "--format=json")
    return code, json.loads(out)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_document_of_an_image_gives_the_findings_of_the_image(
    format_: str, image: Path, database: Path, run: Run, tmp_path: Path
) -> None:
    assert run("sbom", image, "--format", f"{format_}={tmp_path}/bom") == (0, "", "")
    code, report = scan(run, image, database)
    assert code == 1
    again, told = scan(run, f"sbom:{tmp_path}/bom", database)
    assert again == code
    assert told["image"].pop("stated") is True  # so says a document, and the image is what it was otherwise
    assert {key: told[key] for key in KEYS} == {key: report[key] for key in KEYS}


def test_several_formats_at_once(image: Path, run: Run, tmp_path: Path) -> None:
    files = [f"--format={format_}={tmp_path}/{number}" for number, format_ in enumerate(FORMATS)]
    assert run("sbom", image, *files, f"--format=github={tmp_path}/g", "--format=purls")[:2] == (
        0,
        "pkg:pypi/demo@1.0\npkg:pypi/other@1.0\n",
    )
    assert all((tmp_path / str(number)).stat().st_size > 500 for number in range(len(FORMATS)))


@pytest.mark.parametrize("name", _output.available())
def test_what_tells_of_findings_is_no_clean_bill_where_none_was_sought(name: str, image: Path, run: Run) -> None:
    """A JUnit report without a failure, or GitLab's without a vulnerability, would be one."""
    code, out, err = run("sbom", image, f"--format={name}")
    if name in _output.INVENTORIES:
        assert (code, "demo" in out) == (0, True)
    else:
        assert (code, out) == (2, "")
        assert f"{name!r} tells of findings" in err


def test_the_same_bytes_twice(image: Path, run: Run) -> None:
    assert run("sbom", image, "--format=cyclonedx") == run("sbom", image, "--format=cyclonedx", "--no-cache")


def test_one_format_is_made_of_another(image: Path, run: Run, tmp_path: Path) -> None:
    run("sbom", image, f"--format=spdx={tmp_path}/a.json", f"--format=cyclonedx={tmp_path}/b.json")
    assert run("sbom", f"sbom:{tmp_path}/a.json", f"--format=cyclonedx={tmp_path}/c.json") == (0, "", "")
    assert (tmp_path / "c.json").read_bytes() == (tmp_path / "b.json").read_bytes()


def test_a_document_from_standard_input(image: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    _, out, _ = run("sbom", image, "--format=cyclonedx")
    stream = io.TextIOWrapper(io.BytesIO(out.encode()))
    monkeypatch.setattr(sys, "stdin", stream)
    assert run("sbom", "sbom:-", "--format=purls") == (0, "pkg:pypi/demo@1.0\npkg:pypi/other@1.0\n", "")


def test_package_urls(database: Path, run: Run, tmp_path: Path) -> None:
    code, report = scan(run, "purl:pkg:pypi/demo@1.0", database)
    assert (code, [finding["id"] for finding in report["findings"]]) == (1, ["CVE-2026-4242"])
    (tmp_path / "list").write_text("# a list\npkg:pypi/demo@2.0  # fixed\n\npkg:pypi/other@1.0\n")
    code, report = scan(run, f"purl:{tmp_path}/list", database)
    assert (code, len(report["packages"]), report["findings"]) == (0, 2, [])


def test_what_is_missing_leaves_the_verdict_unknown(database: Path, run: Run) -> None:
    code, report = scan(run, "purl:pkg:deb/debian/openssl@1.0", database)
    assert code == 3
    assert report["verdict"]["result"] == "unknown"


@pytest.mark.parametrize(
    ("target", "code", "told"),
    [
        ("sbom:", 2, "there is nothing after 'sbom:'"),
        ("sbom:nothing.json", 2, "'nothing.json': there is no such file"),
        ("sbom:empty", 3, "is no SBOM that we know"),
        ("purl:pkg:npm/", 2, "is no package URL"),
        ("purl:bad", 2, "'nonsense' is no package URL"),
        ("purl:binary", 3, "is no list of package URLs"),
        ("sbom:.", 3, "cannot read '.'"),
    ],
)
def test_documents_that_cannot_be_read(target: str, code: int, told: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("")
    (tmp_path / "bad").write_text("nonsense\n")
    (tmp_path / "binary").write_bytes(b"\xff\n")
    found, _, err = run("sbom", target)
    assert found == code
    assert told in err


def test_two_images_are_not_told_in_one_document(image: Path, run: Run) -> None:
    code, out, err = run("sbom", image, image, "--format=cyclonedx")
    assert (code, out) == (2, "")
    assert "a CycloneDX document tells of one image, and 2 were read" in err


def test_a_document_in_the_image_is_joined_not_doubled(run: Run, tmp_path: Path) -> None:
    bom = {
        "bomFormat": "CycloneDX",
        "components": [{"name": name, "purl": f"pkg:pypi/{name}@1.0"} for name in ("demo", "hidden")],
    }
    metadata = file("usr/lib/python3/dist-packages/demo-1.0.dist-info/METADATA", "Name: demo\nVersion: 1.0\n")
    made = oci_layout(tmp_path / "i", build(layer(metadata, file("app/app.cdx.json", json.dumps(bom)))))
    code, out, _ = run("sbom", made, "--format=json")
    assert code == 0
    demo, hidden = json.loads(out)["packages"]
    assert (demo["name"], demo.get("stated", False), demo["locations"]) == ("demo", False, ["app/app.cdx.json"])
    assert (hidden["name"], hidden["stated"], hidden["path"]) == ("hidden", True, "app/app.cdx.json")
