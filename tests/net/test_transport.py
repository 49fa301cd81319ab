"""What libraries raise, in one sentence with what to do about it. Real errors: of ssl over memory, of sockets."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest

from pratique.net.transport import Broken, NotEncrypted, Silent, is_listed, translated

URL = "https://user:secret@registry.test:5000/v2/?sig=secret"


def test_a_server_that_wants_a_certificate_is_told_from_one_without_tls(certificate: Path) -> None:
    error = translated(_refusal(certificate), URL)
    assert not isinstance(error, NotEncrypted)  # or plain HTTP would be tried where it is allowed
    assert "certificate" in str(error)
    assert "--client-cert" in error.hint
    assert isinstance(translated(_plain(), URL), NotEncrypted)


@pytest.mark.parametrize(
    ("error", "kind", "text"),
    [
        (TimeoutError("timed out"), Silent, "no answer in time"),
        (ConnectionResetError(104, "Connection reset by peer"), Broken, "Connection reset by peer"),
        (socket.gaierror(socket.EAI_AGAIN, "Temporary failure"), Broken, "Temporary failure"),  # may be gone next time
    ],
)
def test_what_may_be_gone_at_the_next_attempt(error: Exception, kind: type[Broken], text: str) -> None:
    told = translated(error, URL)
    assert type(told) is kind
    assert text in str(told)
    assert "secret" not in str(told)
    assert str(told).startswith("registry.test:5000: ")


def test_a_name_without_an_address_is_not_tried_again() -> None:
    told = translated(socket.gaierror(socket.EAI_NONAME, "Name or service not known"), URL)
    assert not isinstance(told, Broken)
    assert "no such host" in str(told)


def test_a_host_is_listed_with_its_port_or_without() -> None:
    assert is_listed(URL, ["registry.test"])
    assert is_listed(URL, ["registry.test:5000"])
    assert not is_listed(URL, ["registry.test:443", "test", "secret"])


def _refusal(certificate: Path) -> ssl.SSLError:
    """What a client without a certificate hears of a server that wants one."""
    there = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    there.load_cert_chain(certificate)
    there.verify_mode = ssl.CERT_REQUIRED
    there.minimum_version = ssl.TLSVersion.TLSv1_3  # earlier ones have one alert for all failures
    here = ssl.create_default_context(cafile=str(certificate))
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = there.wrap_bio(to_server, to_client, server_side=True)
    client = here.wrap_bio(to_client, to_server, server_hostname="localhost")
    for _ in range(4):
        for one in (client, server):
            try:
                one.do_handshake()
                one.read(1)
            except ssl.SSLWantReadError:
                continue
            except ssl.SSLError as error:
                if one is client:
                    return error
    raise AssertionError("the server let the client in")


def _plain() -> ssl.SSLError:
    """What TLS makes of an answer in plain HTTP."""
    incoming = ssl.MemoryBIO()
    incoming.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    client = ssl.create_default_context().wrap_bio(incoming, ssl.MemoryBIO(), server_hostname="localhost")
    with pytest.raises(ssl.SSLError) as caught:
        client.do_handshake()
    return caught.value
