"""Databases pulled from the fake registry and from OCI layouts: what travels, what is whole, what is left."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path

import pytest

from loopback import Reply, Request
from pratique.errors import DatabaseError, NotFound, PratiqueError, Unreadable
from pratique.limits import Limits
from pratique.oci import artifact
from pratique.vuln import carry
from pratique.vuln.build import build
from pratique.vuln.carry_in import MANIFEST, Wanted, pull
from pratique.vuln.carry_out import export_database
from pratique.vuln.database import Database
from pratique.vuln.rows import SCHEMA
from registry import ranged
from vuln.carried import FEEDS, LIMITS, OPTIONS, count, made, pulled, shelf
from vuln.feeds import fixed, record, write
from vuln.killed import Killer


def test_all_of_it_is_the_same_database(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        found = pulled(kept, tmp_path / "here")
        assert (found.fetched, found.left, found.changed) == (count(kept.folder), (), True)
        with Database.open(tmp_path / "here") as database:
            database.verify()
            assert database.status.digest == Database.open(kept.folder).status.digest
    for shard in kept.folder.glob("*.sqlite"):
        assert (tmp_path / "here" / shard.name).read_bytes() == shard.read_bytes()


@pytest.mark.parametrize("how", ["gone", "short", "zeros"])
@pytest.mark.parametrize("name", ["npm", "kev"])
def test_a_damaged_shard_is_fetched_again(tmp_path: Path, how: str, name: str) -> None:
    with shelf(tmp_path) as kept:
        pulled(kept, tmp_path / "here")
        path = next((tmp_path / "here").glob(f"{name}.*.sqlite"))
        size = path.stat().st_size
        path.unlink() if how == "gone" else path.write_bytes(b"\0" * (size - (how == "short")))
        again = pulled(kept, tmp_path / "here")
        assert (again.changed, again.fetched, again.left) == (False, 1, ())
        with Database.open(tmp_path / "here") as database:
            database.verify()


def test_what_is_here_and_damaged_is_fetched_again_though_it_was_not_asked_for(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pulled(kept, tmp_path / "here", "npm")
        next((tmp_path / "here").glob("npm.*.sqlite")).write_bytes(b"")
        again = pull(kept.source(), kept.reference, tmp_path / "here", Wanted((), here=True), limits=LIMITS)
    assert (again.fetched, again.left) == (1, ("Debian", "PyPI"))


def test_nothing_changed_is_one_small_request(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pulled(kept, tmp_path / "here", "npm")
        kept.asked()
        again = pulled(kept, tmp_path / "here", "npm")
        assert kept.asked() == ["HEAD manifests/1"]
    assert (again.changed, again.fetched, again.bytes) == (False, 0, 0)


def test_a_digest_that_is_here_is_no_request_at_all(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        place = f"{kept.reference.removesuffix(':1')}@{kept.push()}"
        for _ in range(2):
            kept.asked()
            source = artifact.source(place, carry.ARTIFACT, OPTIONS, LIMITS)
            assert pull(source, place, tmp_path / "here", Wanted(), limits=LIMITS).left == ()
        assert kept.asked() == []


def test_another_schema_is_told_with_what_to_do(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        kind, data = kept.registry.manifests["/v2/team/db/manifests/1"]
        for schema, hint in (("99", "update Pratique"), ("1", "push or export it anew")):
            newer = data.replace(f'schema":"{SCHEMA}"'.encode(), f'schema":"{schema}"'.encode())
            kept.registry.manifests["/v2/team/db/manifests/1"] = (kind, newer)
            with pytest.raises(DatabaseError, match=f"schema {schema}, we read {SCHEMA}") as caught:
                pulled(kept, tmp_path / "here")
            assert hint in caught.value.hint


def test_only_what_is_asked_for_travels(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        found = pulled(kept, tmp_path / "here", "npm")
        assert (found.fetched, found.left) == (count(kept.folder) - 2, ("Debian", "PyPI"))
        assert found.status.digest == Database.open(kept.folder).status.digest
        kept.asked()
        assert pulled(kept, tmp_path / "here", "PyPI").left == ("Debian",)
        assert [request.split("/")[0] for request in kept.asked()] == ["HEAD manifests", "GET blobs"]
        with pytest.raises(NotFound, match="'Quux'"):
            pulled(kept, tmp_path / "here", "Quux")


def test_only_what_has_changed_travels(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pulled(kept, tmp_path / "here", "npm", "PyPI")
        newer = record("B-1", "x", *fixed("3"), ecosystem="npm")
        build(write(tmp_path / "newer", FEEDS | {"npm": [newer]}, kev=["CVE-2026-1"]), kept.folder, ecosystems=["npm"])
        kept.push()
        found = pulled(kept, tmp_path / "here", here=True)
        assert (found.fetched, found.left) == (2, ())  # npm, and Debian, for all are asked for
        found = pull(kept.source(), kept.reference, tmp_path / "other", Wanted(("npm",)), limits=LIMITS)
        kept.asked()
        again = pull(kept.source(), kept.reference, tmp_path / "other", Wanted((), here=True), limits=LIMITS)
        assert (again.fetched, again.left) == (0, ("Debian", "PyPI"))


def test_a_database_that_was_changed_since_is_not_taken_for_the_pulled_one(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pulled(kept, tmp_path / "here")
        build(write(tmp_path / "other", {"PyPI": []}), tmp_path / "here")
        found = pulled(kept, tmp_path / "here")
        assert found.changed
        assert found.status.digest == Database.open(kept.folder).status.digest


def test_the_manifest_alone(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        found = pull(kept.source(), kept.reference, tmp_path / "here", MANIFEST, limits=LIMITS)
        assert len(found.left) == count(kept.folder)


def test_what_was_learnt_is_fetched_where_it_is_there(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        wanted = Wanted((), learnt=("npm", "Quux"))
        found = pull(kept.source(), kept.reference, tmp_path / "here", wanted, limits=LIMITS)
        assert found.left == ("Debian", "PyPI")


def test_from_a_file(tmp_path: Path) -> None:
    folder = made(tmp_path)
    export_database(folder, tmp_path / "db.tar", {})
    place = f"oci-archive:{tmp_path / 'db.tar'}"
    source = artifact.source(place, carry.ARTIFACT, OPTIONS, LIMITS)
    assert pull(source, place, tmp_path / "here", Wanted(), limits=LIMITS).left == ()
    with Database.open(tmp_path / "here") as database:
        database.verify()


@pytest.mark.parametrize("cut", [1, 100, 300])
def test_a_download_that_broke_off_is_gone_on_with(tmp_path: Path, cut: int) -> None:
    with shelf(tmp_path) as kept:
        shards = [path for path, blob in kept.registry.blobs.items() if blob[:1] != b"{"]
        largest = max(shards, key=lambda path: len(kept.registry.blobs[path]))
        data = kept.registry.blobs[largest]
        broken = [Reply(200, data, cut=cut), *[Reply(503)] * 9]
        kept.registry.overrides[largest] = list(broken)
        with pytest.raises(PratiqueError):
            pulled(kept, tmp_path / "here")
        assert not (tmp_path / "here" / "manifest.json").exists()
        (left,) = (tmp_path / "here" / ".downloads").glob(f"*{largest[-20:]}.part")
        assert left.stat().st_size == cut
        del kept.registry.overrides[largest]
        kept.asked()
        pulled(kept, tmp_path / "here")
        ranges = [each.headers.get("range") for each in kept.server.requests if each.path == largest]
        assert ranges == [f"bytes={cut}-"]
        assert not list((tmp_path / "here" / ".downloads").iterdir())
        with Database.open(tmp_path / "here") as database:
            database.verify()


def test_a_damaged_part_is_fetched_anew(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        for path, blob in kept.registry.blobs.items():
            part = tmp_path / "here" / ".downloads" / f"{path.rpartition('/')[2].replace(':', '-')}.part"
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(b"?" * (len(blob) - 10))
        assert pulled(kept, tmp_path / "here").left == ()
        with Database.open(tmp_path / "here") as database:
            database.verify()


PROGRAM = """
import sys
from pathlib import Path
from pratique.limits import DEFAULT
from pratique.oci import artifact
from pratique.oci.options import Options
from pratique.vuln import carry
from pratique.vuln.carry_in import Wanted, pull
print("begun", flush=True)
source = artifact.source(sys.argv[1], carry.ARTIFACT, Options(environment={}), DEFAULT)
pull(source, sys.argv[1], Path(sys.argv[2]), Wanted())
"""


def test_killed_at_any_moment_the_old_database_or_the_new_one_is_whole(tmp_path: Path) -> None:
    killer, target, digests = Killer(), tmp_path / "here", set[str]()
    with shelf(tmp_path) as kept:
        pulled(kept, target)
        digests.add(Database.open(target).status.digest)
        for number in range(6):
            newer = [record(f"B-{each}", "x", *fixed("3"), ecosystem="npm") for each in range(number + 2)]
            digests.add(build(write(tmp_path / "newer", FEEDS | {"npm": newer}), kept.folder).digest)
            kept.push()
            killer.run(PROGRAM, kept.reference, target)
            with Database.open(target) as database:
                database.verify()
                assert database.status.digest in digests
        assert pulled(kept, target).status.digest == Database.open(kept.folder).status.digest


def test_what_is_left_over_goes_after_a_while(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        downloads = tmp_path / "here" / ".downloads"
        downloads.mkdir(parents=True)
        for name, age in ((f"sha256-{'0' * 64}.part", 8), (f"sha256-{'1' * 64}.part", 1)):
            (downloads / name).write_bytes(b"x")
            os.utime(downloads / name, (time.time() - age * 86400,) * 2)
        (tmp_path / "here" / "origin.0123.json").write_bytes(b"{}")
        os.utime(tmp_path / "here" / "origin.0123.json", (time.time() - 2 * 86400,) * 2)
        pulled(kept, tmp_path / "here")
        assert [path.name[7:9] for path in downloads.iterdir()] == ["11"]
        assert len(list((tmp_path / "here").glob("origin.*.json"))) == 1


def test_two_pulls_at_once(tmp_path: Path) -> None:
    errors: list[Exception] = []

    def work() -> None:
        try:
            pulled(kept, tmp_path / "here")
        except Exception as error:
            errors.append(error)

    with shelf(tmp_path) as kept:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert errors == []
    with Database.open(tmp_path / "here") as database:
        database.verify()


def test_ranges_of_the_fake_are_those_of_the_specification() -> None:
    assert ranged(b"abc", Request("GET", "/", {"range": "bytes=1-"}, b"")).body == b"bc"


def test_limits_hold(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept, pytest.raises(Unreadable, match="feed_archive"):
        pull(kept.source(), kept.reference, tmp_path / "here", Wanted(), limits=Limits(feed_archive=100))
