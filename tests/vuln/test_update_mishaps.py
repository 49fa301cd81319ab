"""Updates that something happens to: the old database stays, or the new one is whole."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from loopback import Reply, serve
from pratique.errors import DatabaseError, NetworkError, NotFound, PratiqueError, StorageError, Unreadable, UsageError
from pratique.net.client import Client
from pratique.net.options import Options
from pratique.vuln.database import Database
from pratique.vuln.update import update
from vuln.feeds import fixed, record, write
from vuln.killed import Killer
from vuln.mirrors import ONE, TWO, Mirror, built, client, many, mirrored, run


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    with mirrored(tmp_path / "feeds") as served:
        yield served


@pytest.mark.parametrize("broken", ["zip", "list", "catalogue", "shrunk", "coverage"])
def test_what_is_broken_leaves_the_old_database(mirror: Mirror, tmp_path: Path, broken: str) -> None:
    mirror.publish(*many(250))
    before = run(mirror, tmp_path / "db").status
    newer = [each | {"modified": "2026-02-01T00:00:00Z"} for each in many(250)]
    mirror.publish(*(newer[:1] if broken == "shrunk" else newer))
    if broken == "zip":
        (mirror.folder / "PyPI" / "all.zip").write_bytes(b"PK")
    elif broken == "list":
        (mirror.folder / "PyPI" / "modified_id.csv").write_text("<html>")
    elif broken == "catalogue":
        (mirror.folder / "known_exploited_vulnerabilities.json").write_text("<html>")
    elif broken == "coverage":
        (mirror.folder / "coverage.json").write_text("<html>")
    with pytest.raises((Unreadable, UsageError)):
        run(mirror, tmp_path / "db")
    database = Database.open(tmp_path / "db")
    database.verify()
    assert database.status == before
    assert not [path for path in (tmp_path / "db").iterdir() if path.name.startswith(".build")]


def test_a_list_that_has_lost_most_records_is_refused_record_by_record_too(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(*many(250), single=True)
    before = run(mirror, tmp_path / "db").status
    mirror.publish(*many(100), single=True)
    with pytest.raises(Unreadable, match="has 100 records, it had 250"):
        run(mirror, tmp_path / "db")
    assert Database.open(tmp_path / "db").status == before


def test_after_a_broken_update_the_next_one_asks_again(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    run(mirror, tmp_path / "db")
    mirror.publish(ONE, TWO)
    whole = (mirror.folder / "PyPI" / "all.zip").read_bytes()
    (mirror.folder / "PyPI" / "all.zip").write_bytes(b"PK")
    with contextlib.suppress(PratiqueError):
        run(mirror, tmp_path / "db")
    (mirror.folder / "PyPI" / "all.zip").write_bytes(whole)
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")


def test_two_updates_at_once(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE, TWO)
    errors: list[Exception] = []

    def work() -> None:
        try:
            update(mirror.url, tmp_path / "db", client())
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    database = Database.open(tmp_path / "db")
    database.verify()
    assert database.status.digest == built(mirror, tmp_path / "built")


@pytest.mark.parametrize("url", ["/feeds", "", "ftp://x/", "http://", "http://[", "http://x/?a=b", "http://x/#a"])
def test_what_is_no_address_of_a_folder(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError, match="no http or https URL"):
        update(url, tmp_path / "db", client())
    assert not (tmp_path / "db").exists()


def test_credentials_in_the_address_are_refused_and_not_shown(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        update("http://me:secret@127.0.0.1:1/", tmp_path / "db", client())
    assert "secret" not in str(caught.value)


def test_no_mirror(mirror: Mirror, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="no feeds"):
        run(mirror, tmp_path / "db")
    with pytest.raises(NetworkError):
        update("http://127.0.0.1:1", tmp_path / "db", client())
    assert not (tmp_path / "db" / "manifest.json").exists()


def test_a_mirror_that_says_nothing_is_asked_twice(tmp_path: Path) -> None:
    """And never a second thing: the whole ends with the first request that nobody answers."""
    impatient = Client(Options(environment={}, read_seconds=0.3), sleep=lambda seconds: None)
    with serve(lambda request: Reply(hang=True)) as server:
        with pytest.raises(NetworkError, match=r"no answer in time: it was asked twice in 0\.4 s"):
            update(server.url, tmp_path / "db", impatient)
        assert server.paths() == ["/coverage.json"] * 2


@pytest.mark.parametrize("page", ["ecosystems.txt", "PyPI/modified_id.csv", "PyPI/all.zip", "coverage.json"])
def test_a_mirror_that_serves_pages(mirror: Mirror, tmp_path: Path, page: str) -> None:
    mirror.publish(ONE)
    before = run(mirror, tmp_path / "db").status
    mirror.publish(ONE, TWO)
    (mirror.folder / page).write_text("<!DOCTYPE html><html><body>Log in</body></html>")
    with pytest.raises((Unreadable, UsageError, NotFound)) as caught:
        run(mirror, tmp_path / "db")
    assert caught.value.hint or "coverage" in str(caught.value)
    assert Database.open(tmp_path / "db").status == before


OTHER = json.dumps(ONE | {"id": "A-7"})
NO_RANGES = '{"id": "A-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "x"}, "ranges": [7]}]}'


@pytest.mark.parametrize("answer", ["<!DOCTYPE html><html>Log in</html>", "", "[]", "{}", "\0", OTHER, NO_RANGES])
def test_what_is_not_the_record_that_was_asked_for_takes_no_record_away(
    mirror: Mirror, tmp_path: Path, answer: str
) -> None:
    mirror.publish(ONE, TWO, single=True)
    before = run(mirror, tmp_path / "db").status
    mirror.publish(ONE | {"modified": "2026-02-01T00:00:00Z"}, TWO, single=True)
    (mirror.folder / "PyPI" / "A-1.json").write_text(answer)
    whole = (mirror.folder / "PyPI" / "all.zip").read_bytes()
    (mirror.folder / "PyPI" / "all.zip").write_text("<html>")
    with pytest.raises(Unreadable) as caught:
        run(mirror, tmp_path / "db")
    assert caught.value.hint
    assert Database.open(tmp_path / "db").status == before
    (mirror.folder / "PyPI" / "all.zip").write_bytes(whole)
    assert run(mirror, tmp_path / "db").status.digest == built(mirror, tmp_path / "built")
    assert mirror.paths(200) >= {"/PyPI/A-1.json", "/PyPI/all.zip"}


def test_a_full_disk(mirror: Mirror, tmp_path: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full here")
    mirror.publish(ONE)
    before = run(mirror, tmp_path / "db").status
    mirror.publish(ONE, TWO)
    part = tmp_path / "db" / ".downloads" / "PyPI" / "all.zip.part"
    part.parent.mkdir(exist_ok=True)
    part.symlink_to("/dev/full")
    with pytest.raises(StorageError, match="No space left") as caught:
        run(mirror, tmp_path / "db")
    assert caught.value.hint
    assert Database.open(tmp_path / "db").status == before


def test_a_clock_that_is_wrong_changes_nothing(mirror: Mirror, tmp_path: Path) -> None:
    """Dates of feeds and files are compared with one another, never with our clock."""
    mirror.publish(ONE | {"modified": "2099-01-01T00:00:00Z"})
    for path in mirror.folder.rglob("*"):
        os.utime(path, (4_000_000_000,) * 2)
    run(mirror, tmp_path / "db", today=date(1999, 1, 1))
    assert run(mirror, tmp_path / "db", today=date(2200, 1, 1)).status.digest == built(mirror, tmp_path / "built")
    assert mirror.paths(304) >= {"/PyPI/modified_id.csv"}


def spoil(folder: Path, name: str, how: str) -> None:
    """Damage a shard: SQLite reads the last one without complaint."""
    path = next(folder.glob(f"{name}.*.sqlite"))
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "rows":
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            table = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchone()[0]
            connection.execute(f"DELETE FROM {table}")
        assert len(path.read_bytes()) == len(data)
    else:
        path.write_bytes(data[:-1] if how == "short" else b"\0" * len(data))


@pytest.mark.parametrize("how", ["gone", "short", "zeros", "rows"])
@pytest.mark.parametrize("name", ["PyPI", "kev", "eol", "cvss"])
@pytest.mark.parametrize("newer", [False, True])
def test_a_damaged_shard_is_made_anew(mirror: Mirror, tmp_path: Path, how: str, name: str, newer: bool) -> None:
    mirror.publish(ONE, TWO, single=True)
    before = run(mirror, tmp_path / "db").status
    spoil(tmp_path / "db", name, how)
    if newer:
        mirror.publish(ONE | {"modified": "2026-02-01T00:00:00Z"}, TWO, single=True)
    after = run(mirror, tmp_path / "db").status
    assert after.digest == built(mirror, tmp_path / "built")
    assert (after.digest == before.digest) is not newer


def test_a_damaged_shard_is_made_anew_whichever_is_asked_for(mirror: Mirror, tmp_path: Path) -> None:
    write(mirror.folder, {"PyPI": [ONE], "npm": [record("B-1", "x", *fixed("2"), ecosystem="npm")]})
    before = run(mirror, tmp_path / "db").status
    spoil(tmp_path / "db", "npm", "rows")
    assert run(mirror, tmp_path / "db", ecosystems=["PyPI"]).status == before
    spoil(tmp_path / "db", "npm", "rows")
    assert run(mirror, tmp_path / "db", learnt=["PyPI"]).status == before


def test_a_damaged_shard_that_cannot_be_made_anew_is_told(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    run(mirror, tmp_path / "db")
    spoil(tmp_path / "db", "kev", "short")
    (mirror.folder / "known_exploited_vulnerabilities.json").unlink()
    with pytest.raises(DatabaseError, match="'kev' is damaged") as caught:
        run(mirror, tmp_path / "db")
    assert str(tmp_path / "db") in caught.value.hint


@pytest.mark.parametrize("listed", [False, True])
def test_a_feed_that_is_no_longer_served_leaves_the_old_database(mirror: Mirror, tmp_path: Path, listed: bool) -> None:
    mirror.publish(ONE)
    before = run(mirror, tmp_path / "db").status
    mirror.publish(ONE, TWO)
    (mirror.folder / "PyPI" / "all.zip").unlink()
    if not listed:
        (mirror.folder / "PyPI" / "modified_id.csv").unlink()
    with pytest.raises(Unreadable, match=r"'PyPI/all\.zip' is not at") as caught:
        run(mirror, tmp_path / "db")
    assert caught.value.exit_code == 3
    assert "old database is as it was" in caught.value.hint
    assert Database.open(tmp_path / "db").status == before


PROGRAM = """
import sys
from pathlib import Path
from pratique.net.client import Client
from pratique.net.options import Options
from pratique.vuln.update import update
print("begun", flush=True)
update(sys.argv[1], Path(sys.argv[2]), Client(Options(environment={})))
"""


def test_killed_at_any_moment_the_old_database_or_the_new_one_is_whole(mirror: Mirror, tmp_path: Path) -> None:
    """SIGKILL after a random part of an update's time, again and again, each update with something to do."""
    killer, target, digests = Killer(), tmp_path / "db", set[str]()
    mirror.publish(*many(250))
    run(mirror, target)
    digests.add(Database.open(target).status.digest)
    for number in range(8):
        mirror.publish(*many(251 + number), single=number % 2 == 0)
        digests.add(built(mirror, tmp_path / "built"))
        killer.run(PROGRAM, mirror.url, target)
        with Database.open(target) as database:
            database.verify()
            assert database.status.digest in digests
    assert run(mirror, target).status.digest == built(mirror, tmp_path / "built")


@pytest.mark.parametrize(("named", "file"), [("kev_url", "known_exploited"), ("epss_url", "epss_scores")])
def test_a_catalogue_that_is_not_where_it_was_said_to_be(mirror: Mirror, tmp_path: Path, named: str, file: str) -> None:
    mirror.publish(ONE)
    with pytest.raises(NotFound, match=f"no {file}.* at '{mirror.url}/gone'") as told:
        run(mirror, tmp_path / "db", **{named: f"{mirror.url}/gone"})
    assert f"--{named.replace('_', '-')} names where it is" in str(told.value.hint)


def test_a_page_in_place_of_a_catalogue(mirror: Mirror, tmp_path: Path) -> None:
    mirror.publish(ONE)
    (mirror.folder / "page").write_text("<html>")
    with pytest.raises(Unreadable, match="no catalogue") as told:
        run(mirror, tmp_path / "db", kev_url=f"{mirror.url}/page")
    assert f"do {mirror.url} and {mirror.url}/page serve the feeds, or a page" in str(told.value.hint)
