from __future__ import annotations

import gzip
import os
import pickle
from pathlib import Path

import msgspec
import pytest

from loopback import Reply, Request, free_port, serve
from pratique.errors import AuthError, LimitExceeded, NetworkError, NotFound, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.net.client import Client, origin
from pratique.net.options import Options

QUICK = Limits(connect_seconds=1.0, read_seconds=0.3, retries=2)


def client(limits: Limits = QUICK, waits: list[float] | None = None, **options: object) -> Client:
    kept = waits if waits is not None else []
    return Client(msgspec.convert({"environment": {}, **options}, Options), limits, sleep=kept.append)


def test_gives_status_fields_and_body() -> None:
    with serve(lambda request: Reply(201, b"hello", (("X-Name", "a"), ("X-Name", "b")))) as server:
        response = client().request("GET", server.url + "/x?y=1", headers={"X-Mine": "1"})
        assert (response.status, response.headers["x-NAME"], response.headers.all("x-name")) == (201, "a", ["a", "b"])
        assert response.read(100) == b"hello"
    assert server.requests[0].path == "/x?y=1"
    assert server.requests[0].headers["x-mine"] == "1"
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_tries_again_after_statuses_that_ask_for_it() -> None:
    replies = iter([Reply(503), Reply(429, headers=(("Retry-After", "7"),)), Reply(body=b"ok")])
    waits: list[float] = []
    with serve(lambda request: next(replies)) as server:
        assert client(waits=waits).request("GET", server.url).read(10) == b"ok"
    assert len(waits) == 2
    assert 0 <= waits[0] <= 0.25
    assert waits[1] == 7


def test_gives_the_last_answer_when_retries_are_used_up() -> None:
    with serve(lambda request: Reply(429, headers=(("Retry-After", "20"),))) as server:
        waits: list[float] = []
        response = client(waits=waits).request("GET", server.url)
        assert response.status == 429
        assert waits == [20.0] * 2
        with pytest.raises(NetworkError, match="429"):
            response.expect("x", 200)


@pytest.mark.parametrize(
    ("asked", "waited"), [("3600", []), ("61", []), ("60", [60.0]), ("45", [45.0]), ("30", [30, 30])]
)
def test_waits_a_minute_in_all_for_who_asks_to_be_left_alone(asked: str, waited: list[float]) -> None:
    """To come back before the time is over would be refused as well (RFC 6585, section 4)."""
    waits: list[float] = []
    with serve(lambda request: Reply(429, headers=(("Retry-After", asked),))) as server:
        assert client(Limits(retries=4), waits).request("GET", server.url).status == 429
    assert waits == waited


def test_sends_a_post_only_once() -> None:
    with serve(lambda request: Reply(503)) as server:
        assert client().request("POST", server.url, body=b"a=b").status == 503
    assert [request.body for request in server.requests] == [b"a=b"]


def test_a_hanging_server_ends_in_an_error() -> None:
    with serve(lambda request: Reply(hang=True)) as server, pytest.raises(NetworkError, match="no answer in time"):
        client(msgspec.structs.replace(QUICK, retries=4)).request("GET", server.url)
    assert len(server.requests) == 2  # each silence is the whole patience of a read


def test_nobody_listens() -> None:
    with pytest.raises(NetworkError, match="refused") as caught:
        client().request("GET", f"http://127.0.0.1:{free_port()}/")
    assert caught.value.hint


def test_a_body_that_ends_early_is_an_error() -> None:
    with serve(lambda request: Reply(body=b"x" * 1000, cut=500)) as server, pytest.raises(NetworkError):
        client().request("GET", server.url).read(10_000)


def test_an_endless_body_is_bounded() -> None:
    endless = Reply(body=b"x" * 65536, length=-1, endless=True)
    with serve(lambda request: endless) as server, pytest.raises(LimitExceeded, match="more than 1000000 bytes"):
        client().request("GET", server.url).read(1_000_000)


def test_an_announced_length_past_the_limit_is_not_read() -> None:
    with serve(lambda request: Reply(length=10**12)) as server, pytest.raises(LimitExceeded):
        client().request("GET", server.url).read(1000)


def test_a_body_that_drips_is_given_up() -> None:
    """One byte at a time never times out by itself; the pace is what ends it."""
    slow = Limits(read_seconds=0.1, retries=0)
    dripping = Reply(body=b"x" * 10_000, drip=0.02)
    with serve(lambda request: dripping) as server, pytest.raises(NetworkError, match="too slow"):
        client(slow).request("GET", server.url).read(10_000)


@pytest.mark.parametrize("header", [b"HTTP/1.1 200 OK\r\nX: 1\r\n", b"HTTP/1.1 100 Continue\r\n\r\n", b"x"])
def test_a_header_that_never_ends_is_given_up(header: bytes) -> None:
    dripping = Reply(drip_header=header, drip=0.002)
    slow = Limits(read_seconds=0.2, retries=0)
    with serve(lambda request: dripping) as server, pytest.raises(NetworkError, match="in time"):
        client(slow).request("GET", server.url)


@pytest.mark.parametrize(
    "header", [b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 200, b"nonsense\r\n", b"HTTP/1.1 abc\r\n", b"no\xffn sense\r\n"]
)
def test_headers_that_make_no_sense(header: bytes) -> None:
    with serve(lambda request: Reply(drip_header=header, drip=0.0)) as server, pytest.raises(NetworkError) as caught:
        client(Limits(read_seconds=1, retries=0)).request("GET", server.url)
    assert "\n" not in str(caught.value)


def test_redirects_are_followed_without_credentials_to_another_host() -> None:
    with (
        serve(lambda request: Reply(body=b"blob")) as other,
        serve(lambda request: Reply(307, headers=(("Location", other.url + "/b?sig=1"),))) as first,
    ):
        headers = {"Authorization": "Bearer secret", "Cookie": "c", "Range": "bytes=1-"}
        response = client().request("GET", first.url + "/a", headers=headers)
        assert (response.read(10), response.url) == (b"blob", other.url + "/b?sig=1")
    assert first.requests[0].headers["authorization"] == "Bearer secret"
    assert other.requests[0].headers["range"] == "bytes=1-"
    assert not {"authorization", "cookie"} & set(other.requests[0].headers)


def test_redirects_on_one_host_keep_credentials() -> None:
    def answer(request: Request) -> Reply:
        return Reply(302, headers=(("Location", "/b"),)) if request.path == "/a" else Reply(body=b"b")

    with serve(answer) as server:
        assert client().request("GET", server.url + "/a", headers={"Authorization": "Basic x"}).read(10) == b"b"
    assert server.requests[1].headers["authorization"] == "Basic x"


def test_credentials_do_not_come_back_after_a_detour() -> None:
    with serve(lambda request: Reply(302, headers=(("Location", back[0]),))) as other:

        def answer(request: Request) -> Reply:
            return Reply(302, headers=(("Location", other.url),)) if request.path == "/a" else Reply(body=b"b")

        with serve(answer) as first:
            back = [first.url + "/end"]
            assert client().request("GET", first.url + "/a", headers={"Authorization": "Basic x"}).read(10) == b"b"
    assert "authorization" not in first.requests[-1].headers


@pytest.mark.parametrize("location", ["", "file:///etc/passwd", "ftp://h/x", "http://[::bad"])
def test_redirects_out_of_http_are_refused(location: str) -> None:
    reply = Reply(302, headers=(("Location", location),))
    with serve(lambda request: reply) as server, pytest.raises(NetworkError, match="redirects to"):
        client().request("GET", server.url)


def test_redirects_without_end() -> None:
    reply = Reply(302, headers=(("Location", "/again"),))
    with serve(lambda request: reply) as server, pytest.raises(NetworkError, match="more than 5 redirects"):
        client().request("GET", server.url)
    assert len(server.requests) == DEFAULT.redirects + 1


def test_a_compressed_answer_is_inflated_and_bounded() -> None:
    packed = gzip.compress(b"a" * 5000, mtime=0)
    with serve(lambda request: Reply(body=packed, headers=(("Content-Encoding", "gzip"),))) as server:
        assert client().request("GET", server.url).read(5000) == b"a" * 5000
        with pytest.raises(LimitExceeded):
            client().request("GET", server.url).read(4999)


@pytest.mark.parametrize(
    ("body", "encoding"), [(gzip.compress(b"a" * 50, mtime=0)[:-9], "gzip"), (b"nonsense", "gzip"), (b"x", "br")]
)
def test_a_broken_or_foreign_encoding_is_an_error(body: bytes, encoding: str) -> None:
    reply = Reply(body=body, headers=(("Content-Encoding", encoding),))
    with serve(lambda request: reply) as server, pytest.raises(NetworkError):
        client().request("GET", server.url).read(5000)


@pytest.mark.parametrize(("status", "kind"), [(401, AuthError), (403, AuthError), (404, NotFound), (500, NetworkError)])
def test_statuses_become_errors(status: int, kind: type[Exception]) -> None:
    with serve(lambda request: Reply(status)) as server, pytest.raises(kind, match=f"thing.*{status}"):
        client().request("GET", server.url).expect("thing", 200)


def test_errors_do_not_show_a_signed_url() -> None:
    with pytest.raises(NetworkError) as caught:
        client().request("GET", f"http://127.0.0.1:{free_port()}/blob?X-Amz-Signature=secret")
    assert "secret" not in str(caught.value)


def test_a_socket_is_spoken_to(tmp_path: Path) -> None:
    with serve(lambda request: Reply(body=request.path.encode()), unix=tmp_path / "s") as server:
        response = client(unix_socket=str(tmp_path / "s")).request("GET", server.url + "/images/a?b=1")
        assert response.read(100) == b"/images/a?b=1"
    with pytest.raises(NetworkError, match="No such file"):
        client(unix_socket=str(tmp_path / "none")).request("GET", "http://localhost/")


def test_a_proxy_is_gone_through() -> None:
    with serve(lambda request: Reply(body=b"by proxy")) as proxy:
        environment = {"HTTP_PROXY": proxy.url.replace("://", "://user:p%40ss@"), "NO_PROXY": "other.test"}
        assert client(environment=environment).request("GET", "http://host.test/x").read(100) == b"by proxy"
    assert proxy.requests[0].path == "http://host.test/x"
    assert proxy.requests[0].headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"


def test_survives_pickling_and_forking() -> None:
    import multiprocessing

    with serve(lambda request: Reply(body=b"x" * 100)) as server:
        mine = client()
        assert mine.request("GET", server.url).read(100) == b"x" * 100
        with multiprocessing.get_context("fork").Pool(2) as pool:
            assert pool.map(_fetch, [(Client(mine.options, QUICK), server.url)] * 4) == [100] * 4
        assert mine.request("GET", server.url).read(100) == b"x" * 100
        assert pickle.loads(pickle.dumps(Client(mine.options, QUICK))).options == mine.options


def _fetch(work: tuple[Client, str]) -> int:
    return len(work[0].request("GET", work[1]).read(100))


def test_certificates_are_checked(certificate: Path) -> None:
    with serve(lambda request: Reply(body=b"tls"), certificate=certificate, host="localhost") as server:
        with pytest.raises(NetworkError, match="not trusted") as caught:
            client().request("GET", server.url)
        assert "insecure" in caught.value.hint
        assert client(ca_file=str(certificate)).request("GET", server.url).read(10) == b"tls"
        host = server.url.removeprefix("https://")
        assert client(insecure=(host,)).request("GET", server.url).read(10) == b"tls"
        with pytest.raises(NetworkError):
            client(insecure=("other.test",)).request("GET", server.url)
        with pytest.raises(NetworkError, match="not trusted"):  # the certificate names another host
            client(ca_file=str(certificate)).request("GET", server.url.replace("localhost", "127.0.0.1"))


def test_a_client_certificate_is_shown(certificate: Path) -> None:
    with serve(lambda request: Reply(), certificate=certificate, clients=certificate, host="localhost") as server:
        trusted = {"ca_file": str(certificate)}
        with pytest.raises(NetworkError):
            client(**trusted).request("GET", server.url)
        mine = {
            "client_certificate": str(certificate.with_name("crt")),
            "client_key": str(certificate.with_name("key")),
        }
        assert client(**trusted, **mine).request("GET", server.url).status == 200


def test_tls_goes_through_a_proxy(certificate: Path) -> None:
    with serve(lambda request: Reply(body=b"tls"), certificate=certificate) as server:
        address = server.url.removeprefix("https://")
        with serve(lambda request: Reply(body=address.encode())) as proxy:
            options = {"environment": {"HTTPS_PROXY": proxy.url}, "insecure": ("host.test",)}
            headers = {"Authorization": "Bearer secret"}
            assert client(**options).request("GET", "https://host.test/x", headers=headers).read(10) == b"tls"
    assert [(request.method, request.path) for request in proxy.requests] == [("CONNECT", "host.test:443")]
    assert "authorization" not in proxy.requests[0].headers
    assert server.requests[0].headers["authorization"] == "Bearer secret"


def test_encryption_is_not_left(certificate: Path) -> None:
    with serve(lambda request: Reply(body=b"plain")) as plain:
        reply = Reply(302, headers=(("Location", plain.url),))
        server_of = serve(lambda request: reply, certificate=certificate, host="localhost")
        with server_of as server, pytest.raises(NetworkError, match="without encryption"):
            client(ca_file=str(certificate)).request("GET", server.url)
    assert plain.requests == []


def test_a_certificate_file_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be used"):
        client(ca_file=str(tmp_path / "none")).request("GET", "https://localhost:1/")
    os.mkfifo(tmp_path / "pipe")
    for option in ("ca_file", "client_certificate", "client_key"):
        with pytest.raises(UsageError, match="it is a pipe, which may never end"):
            client(**{option: str(tmp_path / "pipe")}).request("GET", "https://localhost:1/")


def test_plain_http_where_tls_is_expected() -> None:
    with serve(lambda request: Reply()) as server, pytest.raises(NetworkError, match="TLS"):
        client().request("GET", server.url.replace("http:", "https:"))


def test_origin() -> None:
    assert origin("https://a/x") == origin("https://u:p@a:443/y") != origin("http://a/x")
    assert origin("https://a:444") != origin("https://a")


def test_a_proxy_that_has_no_address_is_named() -> None:
    given = {"HTTPS_PROXY": "http://proxy.invalid:3128"}
    with pytest.raises(NetworkError, match="its proxy's name has no address"):
        client(environment=given).request("GET", "https://registry.example/v2/")


def test_a_certificate_without_its_key_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "c.pem").write_text("no certificate")
    with pytest.raises(UsageError, match=r"c\.pem") as caught:
        client(client_certificate=str(tmp_path / "c.pem")).request("GET", "https://127.0.0.1:1/")
    assert "--client-key" in caught.value.hint


def test_a_silence_is_as_long_as_the_options_say() -> None:
    patient = Limits(retries=4)  # 30 s
    told = r"no answer in time: it was asked twice in 0\.4 s"
    with serve(lambda request: Reply(hang=True)) as server, pytest.raises(NetworkError, match=told):
        client(patient, read_seconds=0.3).request("GET", server.url)
    assert len(server.requests) == 2
