"""Databases that are there in part: what an image needs is fetched, or it is said how it is had."""

from __future__ import annotations

from pathlib import Path

import pytest

from loopback import Reply
from pratique.errors import DatabaseError, NetworkError
from pratique.model import Distro, Inventory, Package
from pratique.vuln import carry
from pratique.vuln.carry_in import Wanted, pull
from pratique.vuln.carry_stock import needs, open_folder, open_remote
from pratique.vuln.match import match
from vuln.carried import LIMITS, OPTIONS, made, shelf
from vuln.feeds import NOW

NPM = Package("npm", "x", "1.0.0", path="package.json")
PYPI = Package("pypi", "x", "1.0", path="METADATA")
DEB = Package("deb", "x", "1.0", path="status")
DEBIAN = Distro("debian", "12", name="Debian", path="etc/os-release")


def test_a_shard_that_is_absent_is_told_with_the_way_to_it(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pull(kept.source(), kept.reference, tmp_path / "here", Wanted(("PyPI",)), limits=LIMITS)
        place = kept.reference
    inventory = Inventory(DEBIAN, (NPM, PYPI, DEB))
    with open_folder(tmp_path / "here") as database:
        database.prepare(needs(inventory))
        found = match(inventory, database, NOW)
        assert [finding.package.type for finding in found.findings] == ["pypi"]
        told = database.told(found.problems)
        first, second = told[:2]
        assert (first.where, first.blocking, first.hint) == (
            "feed Debian",
            True,
            f"run: pratique db pull --ecosystem Debian {place}",
        )
        assert second.where == "feed npm"
        assert not [problem for problem in told[2:] if "update" in problem.hint and "no feed" in problem.what]
        assert database.asked >= {"npm", "PyPI", "Debian"}


def test_of_several_images_only_those_are_told_that_need_it(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pull(kept.source(), kept.reference, tmp_path / "here", Wanted(("PyPI",)), limits=LIMITS)
    with open_folder(tmp_path / "here") as database:
        for package, count in ((NPM, 1), (PYPI, 0), (NPM, 1)):
            inventory = Inventory(packages=(package,))
            database.prepare(needs(inventory))
            told = database.told(match(inventory, database, NOW).problems)
            assert len([problem for problem in told if "pulled in part" in problem.what]) == count


def test_a_missing_file_of_a_database_that_was_not_pulled_is_damage(tmp_path: Path) -> None:
    folder = made(tmp_path)
    next(folder.glob("npm.*.sqlite")).unlink()
    with open_folder(folder) as database, pytest.raises(DatabaseError, match="missing"):
        database.shard("osv", "npm")


def test_only_what_an_image_needs_is_fetched_and_kept(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        for first in (True, False):
            with open_remote(f"oci://{kept.reference}", tmp_path / "kept", OPTIONS, LIMITS) as database:
                inventory = Inventory(packages=(NPM,))
                database.prepare(needs(inventory))
                found = match(inventory, database, NOW)
                assert len(found.findings) == 1
                assert database.told(found.problems) == found.problems
            asked = kept.asked()
            blobs = [request for request in asked if request.startswith("GET blobs")]
            others = [shard for shard in database.manifest.shards if shard.kind != "osv"]
            assert len(blobs) == (len(others) + 2 if first else 0)  # the config, npm, and what every image needs
            assert len(asked) - len(blobs) == 1  # the manifest, or whether it has changed


def test_a_truncated_shard_is_fetched_again(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        for prepared in (True, False):
            with open_remote(kept.reference, tmp_path / "kept", OPTIONS, LIMITS) as database:
                database.prepare(("npm",))
            next((tmp_path / "kept").glob("npm.*.sqlite")).write_bytes(b"SQLite")
            with open_remote(kept.reference, tmp_path / "kept", OPTIONS, LIMITS) as database:
                assert "fetched when" in next(feed.note for feed in database.status_here().feeds if feed.name == "npm")
                if prepared:
                    database.prepare(("npm",))
                assert len(match(Inventory(packages=(NPM,)), database, NOW).findings) == 1


def test_a_truncated_shard_of_a_pulled_database_is_told_with_the_way_to_it(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        pull(kept.source(), kept.reference, tmp_path / "here", Wanted(("npm",)), limits=LIMITS)
        place = kept.reference
    with open_folder(tmp_path / "here") as database:
        assert database.status_here()  # what was not pulled is no damage
        next((tmp_path / "here").glob("npm.*.sqlite")).write_bytes(b"SQLite")
        with pytest.raises(DatabaseError, match=r"npm.* has 6 bytes") as caught:
            database.status_here()
        assert caught.value.hint == f"fetch it anew: pratique db pull {place}"
        assert database.shard("osv", "npm") is None
        (problem,) = database.missed
        assert "npm feed is damaged" in problem.what


def test_of_a_fetched_database_the_folder_is_what_is_to_be_removed(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept, open_remote(kept.reference, tmp_path / "kept", OPTIONS, LIMITS) as database:
        database.prepare(("npm",))
        path = next((tmp_path / "kept").glob("npm.*.sqlite"))
        path.write_bytes(b"\0" * path.stat().st_size)
        with pytest.raises(DatabaseError) as caught:
            database.shard("osv", "npm")
    assert caught.value.hint == f"remove the folder {str(tmp_path / 'kept')!r}, and it is fetched anew"


@pytest.mark.parametrize("how", ["gone", "short"])
@pytest.mark.parametrize("name", ["npm", "kev", "cvss"])
def test_the_status_of_a_database_of_which_a_shard_is_damaged(tmp_path: Path, how: str, name: str) -> None:
    folder = made(tmp_path)
    path = next(folder.glob(f"{name}.*.sqlite"))
    path.unlink() if how == "gone" else path.write_bytes(path.read_bytes()[:-1])
    with open_folder(folder) as database, pytest.raises(DatabaseError, match=path.name) as caught:
        database.status_here()
    assert caught.value.hint == "build it anew: pratique db update"


def test_what_nobody_foresaw_is_fetched_when_it_is_asked_for(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept, open_remote(kept.reference, tmp_path / "kept", OPTIONS, LIMITS) as database:
        assert database.shard("osv", "PyPI") is not None
        assert database.shard("osv", "Quux") is None


def test_a_shard_that_cannot_be_fetched_blocks_and_is_asked_for_once(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept, open_remote(kept.reference, tmp_path / "kept", OPTIONS, LIMITS) as database:
        origin = carry.read_origin(tmp_path / "kept", database.manifest)
        (npm,) = [layer for layer in origin.layers if layer.file.startswith("npm.")]
        path = f"/v2/team/db/blobs/{npm.digest}"
        kept.registry.overrides[path] = [Reply(500)] * 99
        inventory = Inventory(packages=(NPM, PYPI))
        database.prepare(needs(inventory))
        found = match(inventory, database, NOW)
        assert [finding.package.type for finding in found.findings] == ["pypi"]
        (problem,) = [each for each in database.told(found.problems) if "cannot be fetched" in each.what]
        assert problem.blocking
        assert "500" in problem.what
        tries = [request for request in kept.server.requests if request.path == path]
        assert len(tries) == LIMITS.retries + 1


def test_without_an_answer_the_one_that_is_there_serves(tmp_path: Path) -> None:
    with shelf(tmp_path) as kept:
        place = kept.reference
        with open_remote(place, tmp_path / "kept", OPTIONS, LIMITS) as database:
            database.prepare({"npm"})
    with open_remote(place, tmp_path / "kept", OPTIONS, LIMITS) as database:
        assert len(match(Inventory(packages=(NPM,)), database, NOW).findings) == 1
    with pytest.raises(NetworkError):
        open_remote(place, tmp_path / "empty", OPTIONS, LIMITS)


@pytest.mark.parametrize(
    ("inventory", "names"),
    [
        (Inventory(), set()),
        (Inventory(DEBIAN, (DEB, NPM)), {"Debian", "npm"}),
        (Inventory(DEBIAN, (PYPI,)), {"PyPI"}),
        (Inventory(Distro("quux"), (DEB,)), set()),
        (Inventory(None, (DEB,)), set()),
        (Inventory(None, (Package("quux", "x", "1"),)), set()),
    ],
)
def test_what_an_inventory_needs(inventory: Inventory, names: set[str]) -> None:
    assert needs(inventory) == names
