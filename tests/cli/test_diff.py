"""``pratique diff`` on two small images, and on a report that was saved."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from commands import Run
from images import build, file, layer, oci_layout
from pratique.report._schema import difference_schema


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "db"
    assert run("db", "build", "--from", feeds, "--db", folder, "--quiet") == (0, "", "")
    return folder


@pytest.fixture
def mended(tmp_path: Path) -> Path:
    metadata = "Metadata-Version: 2.1\nName: demo\nVersion: 2.0\n"
    path = "usr/lib/python3/dist-packages/demo-2.0.dist-info/METADATA"
    return oci_layout(tmp_path / "mended", build(layer(file(path, metadata))))


def test_an_upgrade_fixes(image: Path, mended: Path, database: Path, run: Run) -> None:
    code, out, err = run("diff", image, mended, "--db", database)
    assert (code, err) == (0, "")
    assert "1 finding fixed\n  FAIL CVE-2026-4242" in out
    assert "~ pypi demo  1.0 -> 2.0" in out


def test_a_downgrade_introduces_and_fails(image: Path, mended: Path, database: Path, run: Run) -> None:
    assert run("diff", mended, image, "--db", database)[0] == 0
    code, out, _ = run("diff", mended, image, "--db", database, "--fail-on", "introduced")
    assert (code, "1 finding introduced" in out) == (1, True)
    assert run("diff", image, image, "--db", database, "--fail-on", "verdict")[0] == 1
    assert run("diff", image, image, "--db", database, "--fail-on", "introduced")[0] != 1


def test_a_saved_report_and_json(image: Path, mended: Path, database: Path, run: Run, tmp_path: Path) -> None:
    saved = tmp_path / "old.json"
    assert run("scan", image, "--db", database, "--format", f"json={saved}")[0] == 1
    code, out, err = run("diff", saved, mended, "--db", database, "--format", "json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, json.loads(difference_schema()))
    found = [(one["status"], one["finding"]["kind"], one["finding"]["id"]) for one in document["findings"]]
    assert [one for one in found if one[0] != "unchanged"] == [("fixed", "vulnerability", "CVE-2026-4242")]
    assert {kind for status, kind, _ in found if status == "unchanged"} == {"base-image"}


def test_packages_alone_ask_no_database(image: Path, mended: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run("diff", image, mended, "--packages", "--format", "json", "--db", tmp_path / "none")
    assert (code, err, json.loads(out)["findings"]) == (0, "", None)


def test_a_side_that_names_nothing(image: Path, run: Run, tmp_path: Path) -> None:
    code, out, err = run("diff", image, tmp_path / "nothing", "--packages")
    assert (code, out) == (2, "")
    assert "nothing" in err


def test_a_file_that_only_begins_like_a_report(image: Path, run: Run, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"schema": "urn:pratique:report:1.0"}')
    code, out, err = run("diff", broken, image)
    assert (code, out) == (2, "")
    assert "broken.json' is no report of Pratique" in err


def test_a_saved_report_is_decided_anew_by_what_is_named(
    image: Path, mended: Path, database: Path, run: Run, tmp_path: Path
) -> None:
    old, new, policy = tmp_path / "old.json", tmp_path / "new.json", tmp_path / "p.yaml"
    run("scan", mended, "--db", database, "--format", f"json={old}")
    run("scan", image, "--db", database, "--format", f"json={new}", "--preset", "advisory-only")
    policy.write_text(
        'scopes: [{name: prod, when: target.env == "prod", gate: [{name: mine, when: "true", action: fail}]}]\n'
    )
    asked = ("diff", old, new, "--format", "json")

    def rules(*more: object) -> set[str]:
        found = [one["finding"] for one in json.loads(run(*asked, *more)[1])["findings"]]
        return {one["decision"]["rule"] for one in found if one["kind"] == "vulnerability"}

    assert rules() == {"kev"}
    assert rules("--policy", policy, "--env", "prod") == {"prod/mine"}
    assert rules("--preset", "strict") == {"kev"}
    policy.write_text(
        'scopes: [{name: mine, when: image.name == "app:1", gate: [{name: all, when: "true", action: fail}]}]\n'
    )
    assert rules("--policy", policy) == {"kev"}
    assert rules("--policy", policy, "--name", "app:1") == {"mine/all"}
    assert rules("--policy", policy, "--name", "app:2", "--name", "app:1") == {"mine/all"}
    assert run(*asked, *["--name=app:1"] * 3)[0] == 2
    policy.write_text("gaet: 1\n")
    assert run(*asked, "--policy", policy)[0] == 2


def test_a_vex_document_is_not_passed_over_for_a_saved_report(
    image: Path, mended: Path, database: Path, run: Run, tmp_path: Path
) -> None:
    saved, vex = tmp_path / "old.json", tmp_path / "vex.json"
    run("scan", mended, "--db", database, "--format", f"json={saved}")
    vex.write_text('{"@context": "https://openvex.dev/ns/v0.2.0", "statements": []}')
    for command in (("diff", saved, image), ("policy", "explain", "CVE-2026-4242", "--report", saved)):
        code, out, err = run(*command, "--db", database, "--vex", vex)
        assert (code, out) == (2, ""), err
        assert "saved report" in err


def test_a_past_moment_is_not_passed_over_for_a_saved_report(
    image: Path, mended: Path, database: Path, run: Run, tmp_path: Path
) -> None:
    saved = tmp_path / "old.json"
    run("scan", image, "--db", database, "--format", f"json={saved}")
    code, out, err = run("diff", saved, mended, "--db", database, "--as-of", "2020-01-01")
    assert (code, out) == (2, "")
    assert "is a saved report, which tells what was known when it was made" in err
    asked = ("policy", "explain", "CVE-2026-4242", "--report", saved)
    code, out, err = run(*asked, "--as-of", "2020-01-01")
    assert (code, out) == (2, "")
    assert "--as-of says nothing of a saved report" in err
    assert run(*asked)[0] == 0
    assert run("diff", image, mended, "--db", database, "--as-of", "2020-01-01")[0] == 0


def test_a_database_that_is_not_asked_and_one_that_differs_are_told(
    image: Path, mended: Path, database: Path, feeds: Path, run: Run, tmp_path: Path
) -> None:
    saved, other = tmp_path / "old.json", tmp_path / "other"
    run("scan", image, "--db", database, "--format", f"json={saved}")
    assert "not asked: both sides are saved" in run("diff", saved, saved, "--db", database)[2]
    assert run("diff", saved, saved)[2] == run("diff", saved, mended, "--db", database)[2] == ""
    (feeds / "known_exploited_vulnerabilities.json").unlink()
    run("db", "build", "--from", feeds, "--db", other)
    assert "rest on different databases" in run("diff", saved, mended, "--db", other)[2]
    assert run("diff", saved, mended, "--db", other, "--quiet")[2] == ""
    assert run("diff", saved, mended, "--db", other, "--packages")[2] == ""
