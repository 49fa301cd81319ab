from __future__ import annotations

from pathlib import Path

import pytest

from loopback import Reply, Request, serve
from pratique.errors import LimitExceeded, NetworkError, NotFound
from pratique.limits import Limits
from pratique.net.client import Client
from pratique.net.download import Validators, download, read_if_changed
from pratique.net.options import Options

BODY = bytes(range(256)) * 1000
CLIENT = Client(Options(environment={}), Limits(read_seconds=1, retries=2), sleep=lambda seconds: None)


def resource(request: Request, *, etag: str = '"v1"', cut: int | None = None, body: bytes = BODY) -> Reply:
    """As RFC 9110 has it, for one resource with a strong tag; ``cut`` breaks off after so many bytes."""
    fields = (("ETag", etag), ("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT"))
    if request.headers.get("if-none-match") == etag:
        return Reply(304, headers=fields)
    wanted = request.headers.get("range", "")
    if wanted and request.headers.get("if-range") == etag:
        start = int(wanted.removeprefix("bytes=").rstrip("-"))
        if start >= len(body):
            return Reply(416)
        content_range = f"bytes {start}-{len(body) - 1}/{len(body)}"
        return Reply(206, body[start:], (*fields, ("Content-Range", content_range)), cut=cut)
    return Reply(200, body, fields, cut=cut)


@pytest.mark.parametrize(("etag", "carried"), [('"v1"', '"v1"'), ('W/"v1"', "a day"), ("", "a day")])
def test_only_a_strong_tag_tells_whether_a_rest_is_of_the_same_bytes(etag: str, carried: str) -> None:
    assert Validators(etag, "a day").strong == carried


def test_reads_only_what_has_changed() -> None:
    with serve(resource) as server:
        found = read_if_changed(CLIENT, server.url, Validators(), len(BODY))
        assert found is not None
        assert found[0] == BODY
        assert read_if_changed(CLIENT, server.url, found[1], len(BODY)) is None
        assert read_if_changed(CLIENT, server.url, Validators('"v0"'), len(BODY)) is not None
        with pytest.raises(LimitExceeded):
            read_if_changed(CLIENT, server.url, Validators(), len(BODY) - 1)


def test_downloads_whole_and_leaves_nothing_else(tmp_path: Path) -> None:
    seen: list[int] = []
    with serve(resource) as server:
        known = download(CLIENT, server.url, tmp_path / "f", limit=len(BODY), progress=seen.append)
        assert known == Validators('"v1"', "Thu, 01 Jan 2026 00:00:00 GMT")
        assert download(CLIENT, server.url, tmp_path / "f", known, limit=len(BODY)) is None
    assert (tmp_path / "f").read_bytes() == BODY
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert seen[-1] == len(BODY)


def test_resumes_where_it_broke(tmp_path: Path) -> None:
    with serve(lambda request: resource(request, cut=100_000)) as server:
        download(CLIENT, server.url, tmp_path / "f", limit=len(BODY))
    assert (tmp_path / "f").read_bytes() == BODY
    assert [request.headers.get("range") for request in server.requests] == [None, "bytes=100000-", "bytes=200000-"]


def test_a_mirror_that_breaks_after_each_byte_is_given_up(tmp_path: Path) -> None:
    """A byte is no progress, or a hostile mirror could keep us for ever."""
    with serve(lambda request: resource(request, cut=1)) as server, pytest.raises(NetworkError):
        download(CLIENT, server.url, tmp_path / "f", limit=len(BODY))
    assert len(server.requests) == CLIENT.limits.retries + 1


def test_a_later_run_resumes_too(tmp_path: Path) -> None:
    breaking = serve(lambda request: resource(request, cut=1000 if "range" not in request.headers else 0))
    with breaking as server, pytest.raises(NetworkError):
        download(CLIENT, server.url, tmp_path / "f", limit=len(BODY))
    assert not (tmp_path / "f").exists()
    with serve(resource) as server:
        download(CLIENT, server.url, tmp_path / "f", limit=len(BODY))
        assert server.requests[0].headers["range"] == "bytes=1000-"
    assert (tmp_path / "f").read_bytes() == BODY


def test_starts_anew_when_the_resource_has_changed(tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(b"old")
    (tmp_path / "f.part.json").write_text('{"etag": "\\"v0\\""}')
    with serve(resource) as server:
        assert download(CLIENT, server.url, tmp_path / "f", limit=len(BODY)) is not None
    assert (tmp_path / "f").read_bytes() == BODY


def test_a_whole_part_that_was_not_yet_named(tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(BODY)
    (tmp_path / "f.part.json").write_text('{"etag": "\\"v1\\""}')
    with serve(resource) as server:
        assert download(CLIENT, server.url, tmp_path / "f", limit=len(BODY)) is not None
    assert (tmp_path / "f").read_bytes() == BODY


def test_a_wrong_range_is_not_appended(tmp_path: Path) -> None:
    (tmp_path / "f.part").write_bytes(b"abc")
    (tmp_path / "f.part.json").write_text('{"etag": "\\"v1\\""}')

    def lying(request: Request) -> Reply:
        if "range" in request.headers:
            return Reply(206, BODY, (("Content-Range", f"bytes 0-{len(BODY) - 1}/{len(BODY)}"),))
        return resource(request)

    with serve(lying) as server:
        download(CLIENT, server.url, tmp_path / "f", limit=len(BODY))
    assert (tmp_path / "f").read_bytes() == BODY


def test_an_endless_resource_is_bounded(tmp_path: Path) -> None:
    endless = Reply(body=b"x" * 65536, length=-1, endless=True)
    with serve(lambda request: endless) as server, pytest.raises(LimitExceeded):
        download(CLIENT, server.url, tmp_path / "f", limit=1_000_000)
    assert list(tmp_path.iterdir()) == []


def test_the_old_file_stays_when_nothing_comes(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"old")
    with serve(lambda request: Reply(404)) as server, pytest.raises(NotFound):
        download(CLIENT, server.url, tmp_path / "f", limit=1000)
    assert (tmp_path / "f").read_bytes() == b"old"
