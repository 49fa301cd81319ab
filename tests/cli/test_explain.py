"""``pratique explain`` on an image with a package that a record speaks of, and one that none does."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from commands import Run
from images import build, file, layer, oci_layout
from pratique.report._schema import explanation_schema


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "db"
    assert run("db", "build", "--from", feeds, "--db", folder, "--quiet") == (0, "", "")
    return folder


@pytest.fixture(autouse=True)
def width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def test_the_chain_from_the_layer_to_the_rule(image: Path, database: Path, run: Run) -> None:
    code, out, err = run("explain", "cve-2026-4242", image, "--db", database)
    assert (code, err) == (0, "")
    lines = [line.rstrip() for line in out.splitlines()]
    for line in (
        "FAIL      CVE-2026-4242 of demo 1.0",
        "layer     1 of 1  COPY . /",
        "file      usr/lib/python3/dist-packages/demo-1.0.dist-info/METADATA",
        "package   pkg:pypi/demo@1.0",
        "asked     PyPI, for demo 1.0, in pypi's order",
        "record    GHSA-demo-demo-demo  published 2026-11-01, modified 2026-11-20",
        "          1.0 < 2.0",
        "          https://github.com/advisories/GHSA-demo-demo-demo",
        "KEV       known to be exploited since 2026-11-10, to be mended by 2026-12-01",
        "policy    fail by the rule kev: finding.kev",
        "to do     raise demo to 2.0",
    ):
        assert line in lines, out
    assert max(map(len, lines)) <= 100
    assert "\x1b" not in out


def test_json_as_the_schema_says(image: Path, database: Path, run: Run) -> None:
    code, out, err = run("explain", "GHSA-demo-demo-demo", image, "--db", database, "--format=json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, json.loads(explanation_schema()))
    assert (document["found"], document["findings"][0]["id"]) == (True, "CVE-2026-4242")
    assert document["conditions"] == [{"rule": "kev", "when": "finding.kev"}]
    assert [each.get("why") for each in document["considered"]] == [None]


def test_why_not(tmp_path: Path, database: Path, run: Run) -> None:
    metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\n"
    path = "usr/lib/python3/dist-packages/demo-2.0.dist-info/METADATA"
    mended = oci_layout(tmp_path / "mended", build(layer(file(path, metadata))))
    code, out, err = run("explain", "CVE-2026-4242", mended, "--db", database)
    assert (code, err) == (0, "")
    assert "not found 1 record speaks of it, and none holds for a package of this image" in out
    assert "affected is < 2.0: version 2.0 is not in its range" in out


def test_no_package_is_named(tmp_path: Path, database: Path, run: Run) -> None:
    metadata = "Metadata-Version: 2.1\nName: other\nVersion: 2.0\n"
    path = "usr/lib/python3/dist-packages/other-2.0.dist-info/METADATA"
    target = oci_layout(tmp_path / "other", build(layer(file(path, metadata))))
    code, out, _ = run("explain", "CVE-2026-4242", target, "--db", database)
    assert code == 0
    assert "none names a package of this image" in out
    assert "it is about demo" in out
    assert "known to be exploited since 2026-11-10" in out
    code, out, _ = run("explain", "CVE-2026-4242", target, "--db", database, "--package", "other")
    assert (code, "asked     PyPI, for other 2.0, in pypi's order" in out) == (0, True)


def test_arguments_that_name_nothing(image: Path, database: Path, run: Run) -> None:
    for arguments, named in (
        (("CVE-1999-9999", image), "knows no 'CVE-1999-9999'"),
        (("CVE-2026-4242", image, "--package=absent"), "no package named 'absent'"),
        (("CVE-2026-4242", "./no-such-image"), "no-such-image"),
    ):
        code, out, err = run("explain", *arguments, "--db", database)
        assert (code, out) == (2, "")
        assert named in err


def test_what_is_not_found_in_a_part_is_undecided(tmp_path: Path, database: Path, run: Run) -> None:
    status = "Package: demo\nStatus: install ok installed\nVersion: 1\nArchitecture: all\n\n"
    members = (file("etc/os-release", "ID=unheard-of\n"), file("var/lib/dpkg/status", status))
    broken = oci_layout(tmp_path / "broken", build(layer(*members)))
    code, out, _ = run("explain", "CVE-2026-4242", broken, "--db", database)
    assert code == 3
    assert "1 not assessed: the distribution 'unheard-of' is not known" in out


def test_as_of_a_day_before_the_record(image: Path, database: Path, run: Run) -> None:
    code, out, _ = run("explain", "CVE-2026-4242", image, "--db", database, "--as-of=2026-10-31")
    assert code == 0
    assert "it was published on 2026-11-01, later than 2026-10-31" in out
    assert "as of 2026-10-31T00:00:00Z" in " ".join(out.split())  # below the folder's name, however long that is
    assert "known to be exploited" not in out


def test_a_scan_as_of_a_day_says_so_and_is_decided_then(image: Path, database: Path, run: Run) -> None:
    code, out, _ = run("scan", image, "--db", database, "--as-of=2026-11-05T12:00:00Z", "--format=json")
    document = json.loads(out)
    assert document["database"]["as_of"] == document["created"] == "2026-11-05T12:00:00Z"
    (finding,) = (one for one in document["findings"] if one["kind"] == "vulnerability")
    assert finding["kev"] is None
    now = run("scan", image, "--db", database, "--as-of=2026-11-05", "--now=2026-11-21", "--format=json")[1]
    assert json.loads(now)["created"] == "2026-11-21T00:00:00Z"
    code, out, err = run("scan", image, "--db", database, "--as-of=yesterday")
    assert (code, out) == (2, "")
    assert "'yesterday' is no time" in err


def test_vex_from_the_command_line_and_the_environment(
    image: Path, database: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    statement = {
        "vulnerability": {"name": "CVE-2026-4242"},
        "products": [{"@id": "pkg:pypi/demo@1.0"}],
        "status": "not_affected",
        "justification": "component_not_present",
    }
    head = {"@context": "https://openvex.dev/ns/v0.2.0", "@id": "urn:x", "author": "Acme", "version": 1}
    (tmp_path / "a.json").write_text(
        json.dumps({**head, "timestamp": "2026-11-20T00:00:00Z", "statements": [statement]})
    )
    code, out, _ = run("scan", image, "--db", database, "--vex", "a.json")
    assert code != 1
    assert "1 not affected, by VEX of Acme" in out
    assert "CVE-2026-4242 demo 1.0, in KEV: component_not_present (urn:x)" in out
    code, out, _ = run("explain", "CVE-2026-4242", image, "--db", database, "--vex", "a.json")
    assert "VEX       not affected, says Acme on 2026-11-20" in out
    monkeypatch.setenv("PRATIQUE_VEX", "absent.json")
    code, out, err = run("scan", image, "--db", database)
    assert (code, out) == (2, "")
    assert "no VEX document at 'absent.json'" in err


def test_a_finding_of_the_image_itself(image: Path, database: Path, run: Run) -> None:
    code, out, err = run("explain", "base-unknown", image, "--db", database)
    assert (code, err) == (0, "")
    assert "base-unknown of the image" in out
    assert "found     nothing tells which image it was built on" in out
    assert "to do     name the base with --base" in out
    code, out, err = run("explain", "base-mismatch", image, "--db", database)
    assert (code, out) == (2, "")
    assert "base-mismatch is no finding of this image" in err
