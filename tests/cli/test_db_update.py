from __future__ import annotations

from pathlib import Path

import pytest

from commands import Run
from loopback import Reply, Request, serve
from pratique.vuln import update


def test_a_mirror_brings_the_database_up_to_date(feeds: Path, image: Path, run: Run, tmp_path: Path) -> None:
    def mirror(request: Request) -> Reply:
        path = feeds / request.path.lstrip("/")
        return Reply(body=path.read_bytes()) if path.is_file() else Reply(404)

    with serve(mirror) as server:
        code, out, err = run("db", "update", "--mirror", server.url)
    assert (code, out) == (0, "")
    folder = tmp_path / "xdg_data_home/pratique/db"
    assert err.startswith(f"pratique: up to date but for epss, which {server.url} does not have: {folder}: ")
    assert run("scan", image)[0] == 1


def test_files_that_the_mirror_lacks_come_from_their_own_addresses(feeds: Path, run: Run) -> None:
    asked: list[str] = []

    def serves(request: Request) -> Reply:
        asked.append(request.path)
        path = feeds / request.path.removeprefix("/osv/").removeprefix("/cisa/").lstrip("/")
        elsewhere = request.path.startswith("/osv/known_exploited")
        return Reply(body=path.read_bytes()) if path.is_file() and not elsewhere else Reply(404)

    with serve(serves) as server:
        kev = f"{server.url}/cisa/known_exploited_vulnerabilities.json"
        code, _, err = run("db", "update", "--mirror", f"{server.url}/osv", "--kev-url", kev)
    assert code == 0, err
    assert "/cisa/known_exploited_vulnerabilities.json" in asked
    assert "/osv/known_exploited_vulnerabilities.json" not in asked


def test_how_long_a_mirror_may_be_silent(run: Run) -> None:
    with serve(lambda request: Reply(hang=True)) as server:
        code, out, err = run("db", "update", "--mirror", server.url, "--timeout", "1")
    assert (code, out) == (3, "")
    assert "no answer in time: it was asked twice in 1.3 s" in err


def test_without_a_mirror_the_publishers_are_asked(run: Run) -> None:
    """Nobody is reached here: the error names whom."""
    code, out, err = run("db", "update", "--kev-url", "ftp://example.org")
    assert (code, out) == (2, "")
    assert "ftp://example.org" in err
    assert all(url.startswith("https://") for url in (update.OSV, update.KEV, update.EPSS))


def test_a_mirror_without_feeds_names_nothing(run: Run) -> None:
    with serve(lambda request: Reply(404)) as server:
        code, out, err = run("db", "update", "--mirror", server.url)
    assert (code, out) == (2, "")
    assert "no feeds at" in err


@pytest.mark.parametrize(("mirror", "code"), [("ftp://example.org", 2), ("http://127.0.0.1:1", 3)])
def test_what_is_no_mirror(run: Run, mirror: str, code: int) -> None:
    assert run("db", "update", "--mirror", mirror)[0] == code
