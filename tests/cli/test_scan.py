from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from commands import Run
from pratique.report._schema import inventory_schema, report_schema


@pytest.fixture
def database(feeds: Path, run: Run, tmp_path: Path) -> Path:
    folder = tmp_path / "db"
    assert run("db", "build", "--from", feeds, "--db", folder, "--quiet") == (0, "", "")
    return folder


def test_an_exploited_package_fails_and_the_report_is_on_stdout(image: Path, database: Path, run: Run) -> None:
    code, out, err = run("scan", image, "--db", database)
    assert (code, err) == (1, "")
    assert "FAIL  CVE-2026-4242  CRITICAL  9.8  KEV 2026-11-10  -> 2.0  rule kev" in out
    assert "other 1.0" not in out


def test_the_json_is_as_the_schema_says_and_the_same_twice(image: Path, database: Path, run: Run) -> None:
    first = run("scan", image, "--db", database, "--format=json")
    second = run("scan", image, "--db", database, "--format=json", "--no-cache", "--workers=1")
    assert first == second
    document = json.loads(first[1])
    jsonschema.validate(document, json.loads(report_schema()))
    (finding,) = (one for one in document["findings"] if one["kind"] == "vulnerability")
    assert finding["subject"]["purl"] == "pkg:pypi/demo@1.0"
    assert document["created"] == "2026-11-21T12:00:00Z"


def test_a_policy_decides(image: Path, database: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "own.yaml").write_text("gate:\n  - nonsense: true\n")
    code, out, err = run("scan", image, "--db", database, "--policy", tmp_path / "own.yaml")
    assert (code, out) == (2, "")
    assert "own.yaml" in err


ACCEPTING = (
    "suppress: [{id: CVE-2026-4242, package: demo, image: registry.example/app, reason: r, owner: o, "
    "expires: 2026-12-01, accept_kev: true}]\n"
)


def test_a_suppression_for_an_image_needs_the_name_that_the_caller_gives(
    image: Path, database: Path, run: Run, tmp_path: Path
) -> None:
    """The layout calls its image so itself, which anybody may write into one."""
    (tmp_path / "own.yaml").write_text(ACCEPTING)
    index = image / "index.json"
    document = json.loads(index.read_text())
    document["manifests"][0]["annotations"] = {"org.opencontainers.image.ref.name": "registry.example/app:1"}
    index.write_text(json.dumps(document))
    asked = ("scan", image, "--db", database, "--policy", tmp_path / "own.yaml")
    code, out, err = run(*asked)
    assert (code, err) == (1, "")
    assert "--name registry.example/app" in " ".join(out.split())
    code, out, err = run(*asked, "--name", "registry.example/app:1")
    assert (code, err) == (0, "")
    assert "KEV accepted" in out
    assert run(*asked, "--name", "registry.example/other")[0] == 1
    (tmp_path / "list").write_text(f"{image} --name registry.example/app:1\n")
    assert run("scan", "--targets", tmp_path / "list", *asked[2:])[0] == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--name", "No Name"), "is no image reference"),
        (("--name", "app@sha256:" + "0" * 64), "is a name with a digest"),
        (("--name", "a", "--name", "b"), "--name is given 2 times, for 1 targets"),
        (("--name", ""), "names nothing"),
    ],
)
def test_names_that_are_none(arguments: tuple[str, ...], told: str, image: Path, database: Path, run: Run) -> None:
    code, out, err = run("scan", image, "--db", database, *arguments)
    assert (code, out) == (2, "")
    assert told in err


def test_an_environment_that_no_policy_knows_opens_no_gate(
    image: Path, database: Path, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "own.yaml").write_text(
        "scopes: [{name: p, when: 'target.env == \"production\"', gate: [{name: a, when: finding.kev, action: fail}]}]"
    )
    for command in (("scan", image), ("explain", "CVE-2026-4242", image)):
        code, out, err = run(*command, "--db", database, "--policy", tmp_path / "own.yaml", "--env", "prodution")
        assert (code, out) == (2, "")
        assert "--env: the policy knows no environment 'prodution'; did you mean 'production'?" in err
        assert "target: {env: [NAME]}" in err


def test_several_targets_and_formats_in_one_run(image: Path, database: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "list").write_text(f"{image}  # good\n{tmp_path}/nothing\n")
    arguments = ("scan", "--targets", "list", "--db", database, "--format=table", "--format=json=out.json")
    code, out, err = run(*arguments)
    assert code == 1
    assert "2 images" in out
    assert "nothing" in err
    assert len(json.loads((tmp_path / "out.json").read_text())) == 2


def test_a_target_that_names_nothing(run: Run, database: Path) -> None:
    code, out, err = run("scan", "./nothing-here", "--db", database)
    assert (code, out) == (2, "")
    assert "nothing-here" in err


def test_a_database_that_is_none(run: Run, image: Path, tmp_path: Path) -> None:
    code, out, err = run("scan", image, "--db", tmp_path / "nothing")
    assert (code, out) == (2, "")
    assert "no vulnerability database" in err
    assert "hint: " in err


def test_an_inventory_asks_no_database_and_decides_nothing(image: Path, run: Run) -> None:
    code, out, err = run("sbom", image, "--format=json")
    assert (code, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(document, json.loads(inventory_schema()))
    assert [package["name"] for package in document["packages"]] == ["demo", "other"]
    assert "verdict" not in document
    assert "demo   1.0" in run("sbom", image)[1]


def test_the_cache_is_shown_and_cleared(image: Path, run: Run) -> None:
    assert run("cache", "status")[1].split("\n")[1].startswith("0 layers, 0 bytes of at most ")
    run("sbom", image)
    code, out, _ = run("cache", "status")
    assert (code, out.split("\n")[1][:8]) == (0, "1 layer,")
    code, out, err = run("cache", "clear")
    assert (code, out) == (0, "")
    assert err.startswith("pratique: removed 1 layer, ")
    assert run("cache", "status")[1].split("\n")[1].startswith("0 layers")


def test_targets_from_standard_input(image: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pratique", "sbom", "-", "--format=json", "--no-cache"],
        input=f"{image}\n",
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert len(json.loads(done.stdout)["packages"]) == 2


def test_who_closes_the_pipe_gets_no_open_gate(image: Path, database: Path, tmp_path: Path) -> None:
    """A verdict of pass whose report did not arrive is none; one of fail stays."""
    (tmp_path / "p.yaml").write_text("on_unknown: ignore\n")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path), "SOURCE_DATE_EPOCH": "1795262400"}
    for target, heard, unheard in (("purl:pkg:pypi/other@1.0", 0, 3), (str(image), 1, 1)):
        command = [sys.executable, "-m", "pratique", "scan", target, "--db", str(database)]
        command += ["--policy", str(tmp_path / "p.yaml")]
        assert subprocess.run(command, capture_output=True, env=environment, check=False).returncode == heard
        read, write = os.pipe()
        os.close(read)
        done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, env=environment, check=False)
        os.close(write)
        told = "pratique: cannot write the report to standard output: its reader closed the pipe\n"
        assert (done.returncode, done.stderr.startswith(told)) == (unheard, True)


def test_an_interrupt_is_130_and_says_so_without_a_traceback(tmp_path: Path) -> None:
    code = "import sys; print('.', flush=True); from pratique.cli import main; sys.exit(main(['sbom', '-']))"
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == ".\n"
    time.sleep(1.0)  # it now waits for its targets
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert (child.returncode, err) == (130, "pratique: interrupted\n")
