"""What vendors publish, over a mirror and as they serve it themselves (a loopback server in their places)."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from loopback import Reply, Request, serve, serve_folder
from pratique import plugins
from pratique.errors import NetworkError, NotFound, Unreadable
from pratique.limits import Limits
from pratique.net.client import Client
from pratique.net.download import Validators
from pratique.net.options import Options
from pratique.vuln.bulletin import Remote, Vendor, nothing_published
from pratique.vuln.mirror import Mirror
from pratique.vuln.published import Held, Published

LIMITS = Limits(connect_seconds=2, read_seconds=5, retries=1, backoff_seconds=0.0)
TODAY = date(2026, 11, 22)
VENDORS: dict[str, Vendor] = dict(plugins.load("pratique.vuln.vendor", "VENDOR"))


class Served:
    """A folder behind HTTP (https://docs.python.org/3/library/http.server.html), and what was asked of it."""

    def __init__(self, folder: Path, port: int, asked: list[tuple[str, int]]) -> None:
        self.folder, self.url, self._asked = folder, f"http://127.0.0.1:{port}", asked
        self.known: dict[str, Held] = {}

    def put(self, path: str, data: bytes, second: int = 0) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        os.utime(file, (1_700_000_000 + second,) * 2)

    def asked(self) -> list[tuple[str, int]]:
        found = sorted(self._asked)
        self._asked.clear()
        return found

    def fetch(self, ecosystem: str, kept: Path) -> tuple[dict[str, bytes], bool]:
        """The files that are there then, and whether any has changed."""
        client = Client(Options(environment={}), LIMITS, sleep=lambda seconds: None)
        mirror = Mirror(self.url, {}, client, LIMITS, lambda shard, done, total: None)
        published = Published(mirror, kept, lambda path: self.known.get(path, Held(path)), TODAY)
        found = published.fetch(ecosystem)
        self.known = {held.path: held for held in found.files}
        return {held.path: (kept / held.path).read_bytes() for held in found.files}, found.changed


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    folder = tmp_path / "served"
    folder.mkdir()
    with serve_folder(folder) as (port, asked):
        yield Served(folder, port, asked)


def test_files_stay_and_are_asked_for_if_newer(served: Served, tmp_path: Path) -> None:
    served.put("debian/tracker.json", b"1")
    assert served.fetch("Debian", tmp_path / "kept") == ({"debian/tracker.json": b"1"}, True)
    assert served.asked() == [("/debian/tracker.json", 200)]
    assert served.fetch("Debian", tmp_path / "kept") == ({"debian/tracker.json": b"1"}, False)
    assert served.asked() == [("/debian/tracker.json", 304)]
    served.put("debian/tracker.json", b"3", 10)
    assert served.fetch("Debian", tmp_path / "kept") == ({"debian/tracker.json": b"3"}, True)
    assert served.asked() == [("/debian/tracker.json", 200)]


def test_a_file_that_was_lost_here_is_fetched_again(served: Served, tmp_path: Path) -> None:
    served.put("debian/tracker.json", b"1")
    served.fetch("Debian", tmp_path / "kept")
    (tmp_path / "kept" / "debian" / "tracker.json").unlink()
    assert served.fetch("Debian", tmp_path / "kept") == ({"debian/tracker.json": b"1"}, True)


def test_a_file_that_is_served_no_more_goes(served: Served, tmp_path: Path) -> None:
    served.put("debian/tracker.json", b"1")
    served.fetch("Debian", tmp_path / "kept")
    (served.folder / "debian" / "tracker.json").unlink()
    assert served.fetch("Debian", tmp_path / "kept") == ({}, True)
    assert not (tmp_path / "kept" / "debian" / "tracker.json").exists()
    assert served.fetch("Debian", tmp_path / "kept")[1] is False


def test_a_file_is_as_old_as_its_publisher_says(served: Served, tmp_path: Path) -> None:
    """Photon OS's feed has no date of its own."""
    path = "photon/cve_data_photon5.0.json"
    served.put("photon/photon_versions.json", b'{"branches": ["5.0"]}')
    served.put(path, b"[]", second=7)
    assert set(served.fetch("Photon OS", tmp_path / "kept")[0]) == {"photon/photon_versions.json", path}
    assert (tmp_path / "kept" / path).stat().st_mtime == 1_700_000_007


def test_two_ecosystems_of_one_vendor_fetch_its_file_once(served: Served, tmp_path: Path) -> None:
    served.put("suse/csaf-vex.tar.bz2", b"1")
    client = Client(Options(environment={}), LIMITS, sleep=lambda seconds: None)
    mirror = Mirror(served.url, {}, client, LIMITS, lambda shard, done, total: None)
    published = Published(mirror, tmp_path / "kept", Held, TODAY)
    threads = [threading.Thread(target=published.fetch, args=(name,)) for name in ("SUSE", "openSUSE")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert served.asked() == [("/suse/csaf-vex.tar.bz2", 200), ("/suse/csaf.tar.bz2", 404)]


RED_HAT = {
    "redhat/archive_latest.txt": b"csaf_vex_2026-11-15.tar.zst\n",
    "redhat/csaf_vex_2026-11-15.tar.zst": b"archive",
    "redhat/deletions.csv": b"",
    "redhat/changes.csv": b'"2026/cve-2026-2222.json","2026-11-16T00:00:00+00:00"\n'
    b'"2025/cve-2025-1111.json","2026-11-01T00:00:00+00:00"\n',
    "redhat/vex/2026/cve-2026-2222.json": b"two",
}


def test_red_hats_archive_and_what_has_changed_since(served: Served, tmp_path: Path) -> None:
    for path, data in RED_HAT.items():
        served.put(path, data)
    assert served.fetch("Red Hat", tmp_path / "kept") == (RED_HAT, True)
    served.asked()
    assert served.fetch("Red Hat", tmp_path / "kept") == (RED_HAT, False)
    assert len(served.asked()) == 4  # a document whose time is known is not asked for
    newer = b'"2026/cve-2026-2222.json","2026-11-17T00:00:00+00:00"\n'
    served.put("redhat/changes.csv", newer, 10)
    served.put("redhat/vex/2026/cve-2026-2222.json", b"2", 10)
    found, changed = served.fetch("Red Hat", tmp_path / "kept")
    assert (found["redhat/vex/2026/cve-2026-2222.json"], changed) == (b"2", True)
    served.put("redhat/archive_latest.txt", b"csaf_vex_2026-11-20.tar.zst", 20)
    served.put("redhat/csaf_vex_2026-11-20.tar.zst", b"newer", 20)
    found, changed = served.fetch("Red Hat", tmp_path / "kept")
    assert changed
    assert "redhat/csaf_vex_2026-11-20.tar.zst" in found
    assert not (tmp_path / "kept" / "redhat" / "csaf_vex_2026-11-15.tar.zst").exists()


@pytest.mark.parametrize("named", [b"", b"../x.tar.zst", b"<html>", b"csaf_vex_2026-11-15.tar.zst/../x", b"\xff"])
def test_what_names_no_archive(served: Served, tmp_path: Path, named: bytes) -> None:
    served.put("redhat/archive_latest.txt", named)
    with pytest.raises(Unreadable, match="archive_latest"):
        served.fetch("Red Hat", tmp_path / "kept")


def test_a_list_cannot_lead_out_of_the_folder(served: Served, tmp_path: Path) -> None:
    rows = b'"../../2026/cve-2026-1111.json","2027"\n"/etc/passwd","2027"\n"2026/cve-2026-1111.json/../x","2027"\n"\n'
    for path, data in (RED_HAT | {"redhat/changes.csv": rows}).items():
        served.put(path, data)
    found, _ = served.fetch("Red Hat", tmp_path / "kept")
    assert not [path for path in found if "vex" in path.split("/")]
    published = Published(Mirror(served.url, {}, Client(Options()), LIMITS, print), tmp_path, Held, TODAY)
    for path in ("/etc/x", "a/../b", "a/.b", "a", "a//b", "a/b\n", "ä/b"):
        with pytest.raises(Unreadable):
            published._one(Remote(path, ""))


def test_publishers_are_asked_at_their_own_addresses(tmp_path: Path) -> None:
    asked: list[str] = []

    def answers(request: Request) -> Reply:
        asked.append(request.path)
        return Reply(200, b"x")

    with serve(answers) as server:
        client = Client(Options(environment={}), LIMITS)
        mirror = Mirror(server.url, {}, client, LIMITS, lambda shard, done, total: None, publishers=True)
        mirror.download_remote(Remote("a/b", f"{server.url}/elsewhere"), tmp_path / "x", Validators())
        with pytest.raises(NotFound):
            mirror.download_remote(Remote("a/b", ""), tmp_path / "x", Validators())
    assert asked == ["/elsewhere"]


def test_a_vendor_that_fails_fails_the_update(tmp_path: Path) -> None:
    with serve(lambda request: Reply(500)) as server:
        client = Client(Options(environment={}), LIMITS, sleep=lambda seconds: None)
        mirror = Mirror(server.url, {}, client, LIMITS, lambda shard, done, total: None)
        with pytest.raises(NetworkError):
            Published(mirror, tmp_path, Held, TODAY).fetch("Debian")


@pytest.mark.parametrize("name", [name for name, vendor in VENDORS.items() if vendor.remotes is not nothing_published])
def test_what_vendors_name_lies_where_their_readers_look(name: str, tmp_path: Path) -> None:
    def get(remote: Remote) -> bytes:
        return RED_HAT.get(remote.path, b"")

    try:
        remotes = VENDORS[name].remotes(get, TODAY)
    except Unreadable:
        pytest.skip("it looks its files up in a list that only its own test has")
    assert remotes
    for remote in remotes:
        assert remote.url.startswith("https://") or name == "amazon"
        path = tmp_path / remote.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert VENDORS[name].present(tmp_path)
