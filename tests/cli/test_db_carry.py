"""``db push``, ``pull``, ``export`` and ``import`` as a user types them, against the registry of tests/registry.py."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from commands import Run
from loopback import Server, serve
from registry import Registry


@pytest.fixture
def registry() -> Iterator[Server]:
    with serve(Registry()) as server:
        yield server


@pytest.fixture
def reference(registry: Server) -> str:
    return f"{registry.url.removeprefix('http://')}/team/db:1"


@pytest.fixture
def folder(feeds: Path, run: Run, tmp_path: Path) -> Path:
    assert run("db", "build", "--from", feeds, "--db", tmp_path / "built")[0] == 0
    return tmp_path / "built"


def test_pushed_and_pulled(folder: Path, image: Path, reference: str, run: Run, tmp_path: Path) -> None:
    code, out, err = run("db", "push", reference, "--db", folder)
    assert code == 0
    assert out.startswith(f"{reference}@sha256:")
    assert "sent, 0 there already" in err
    shards = len(list(folder.glob("*.sqlite")))
    assert run("db", "push", reference, "--db", folder)[1:] == (
        out,
        f"pratique: pushed: 0 blobs sent, {shards + 1} there already\n",
    )
    code, nothing, err = run("db", "pull", out.strip())
    assert (code, nothing) == (0, "")
    assert f"{shards} shards fetched" in err
    assert run("scan", image)[0] == 1
    assert run("db", "pull")[2].startswith("pratique: unchanged: ")


def test_carried_in_a_file(folder: Path, image: Path, reference: str, run: Run, tmp_path: Path) -> None:
    code, out, _ = run("db", "export", tmp_path / "db.tar", "--db", folder)
    assert code == 0
    assert out.startswith("sha256:")
    assert run("db", "import", tmp_path / "db.tar")[0] == 0
    assert run("scan", image)[0] == 1
    assert "nothing new" in run("db", "import", tmp_path / "db.tar")[2]
    code, pushed, _ = run("db", "push", reference, "--from", tmp_path / "db.tar")
    assert (code, pushed.strip().partition("@")[2]) == (0, out.strip())


def test_an_empty_runner_scans_with_what_it_needs(folder: Path, image: Path, reference: str, run: Run) -> None:
    run("db", "push", reference, "--db", folder)
    assert run("scan", image)[0] != 1
    for place in (f"oci://{reference}", f"oci:{reference}"):
        code, out, err = run("scan", "--db", place, "--format", "json", image)
        assert (code, err) == (1, "")
    code, out, _ = run("scan", "--no-cache", "--db", place, "--format", "json", image)
    assert code == 1
    status = json.loads(run("db", "status", "--db", folder, "--format", "json")[1])
    assert json.loads(out)["database"]["digest"] == status["digest"]


def test_the_place_may_come_from_the_environment_or_the_file(
    folder: Path, image: Path, reference: str, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("db", "push", reference, "--db", folder)
    (tmp_path / "config.toml").write_text(f'[scan]\ndb = "oci://{reference}"\n')
    assert run("scan", "--config", tmp_path / "config.toml", image)[0] == 1
    monkeypatch.setenv("PRATIQUE_DB", f"oci://{reference}")
    assert run("scan", image)[0] == 1
    assert run("db", "search", "demo")[0] == 0


def test_where_nothing_can_be_kept(folder: Path, image: Path, reference: str, run: Run, tmp_path: Path) -> None:
    run("db", "push", reference, "--db", folder)
    (tmp_path / "xdg_cache_home" / "pratique").mkdir(parents=True, exist_ok=True)
    (tmp_path / "xdg_cache_home" / "pratique" / "databases").write_text("a file in the way")
    code, _, err = run("scan", "--db", f"oci://{reference}", image)
    assert code == 3
    assert "--no-cache" in err
    assert run("scan", "--no-cache", "--db", f"oci://{reference}", image)[0] == 1


def test_a_part_is_pulled_and_the_rest_is_asked_for(folder: Path, image: Path, reference: str, run: Run) -> None:
    run("db", "push", reference, "--db", folder)
    run("db", "pull", reference, "--db", "part", "--ecosystem", "PyPI")
    assert run("scan", "--db", "part", image)[0] == 1
    shard = next(Path("part").glob("PyPI.*.sqlite"))
    shard.unlink()
    code, out, _ = run("scan", "--db", "part", image)
    assert code == 3
    assert f"pratique db pull --ecosystem PyPI {reference}" in out
    status = run("db", "status", "--db", "part")[1]
    assert "not here: db pull brings it" in status
    code, _, err = run("db", "update", "--db", "part", "--mirror", "http://127.0.0.1:1")
    assert code == 2
    assert "pratique db pull" in err


def test_what_scans_asked_for_is_what_is_pulled(folder: Path, image: Path, reference: str, run: Run) -> None:
    run("db", "push", reference, "--db", folder)
    run("scan", image)
    code, _, err = run("db", "pull", reference)
    assert code == 0, err
    assert "left there" not in err  # PyPI is all there is


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("pull",), 2, "no place to pull from"),
        (("pull", "UPPER"), 2, "lower case"),
        (("pull", "127.0.0.1:1/a/b"), 3, "127.0.0.1:1"),
        (("pull", "oci-archive:none.tar"), 2, "no such file"),
        (("pull", "--ecosystem", "Quux", "oci-archive:db.tar"), 2, "'Quux'"),
        (("import", "none.tar"), 2, "no such file"),
        (("import", "feeds"), 3, "index.json"),
        (("import", "cut.tar"), 3, "copy what `pratique db export` wrote again"),
        (("export", "no/folder.tar"), 2, "no/folder.tar"),
        (("export", "feeds"), 2, "folder"),
        (("export", "x.tar", "--db", "none"), 2, "no vulnerability database"),
        (("export", "x.tar", "--db", "oci://localhost/a:1"), 2, "no folder"),
        (("push",), 2, "REF"),
        (("push", "localhost:1/a/b", "--db", "none"), 2, "no vulnerability database"),
        (("push", f"a/b@sha256:{'0' * 64}"), 2, "digest"),
        (("push", "a/b", "--from", "none.tar"), 2, "no such file"),
    ],
)
def test_what_cannot_be(folder: Path, tmp_path: Path, run: Run, words: tuple[str, ...], code: int, told: str) -> None:
    run("db", "export", "db.tar", "--db", folder)
    (tmp_path / "cut.tar").write_bytes((tmp_path / "db.tar").read_bytes()[:2000])
    found, out, err = run("db", *words)
    assert (found, out) == (code, "")
    assert told in err


def test_a_database_of_another_schema_is_refused_with_a_hint(folder: Path, run: Run, tmp_path: Path) -> None:
    run("db", "export", "db.tar", "--db", folder)
    data = (tmp_path / "db.tar").read_bytes()
    (tmp_path / "db.tar").write_bytes(data.replace(b'"vnd.pratique.db.schema":"', b'"vnd.pratique.db.schemb":"'))
    assert run("db", "import", "db.tar")[0] == 3  # the manifest is not what its digest names
