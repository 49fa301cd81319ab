from __future__ import annotations

import pytest

from pratique.errors import UsageError
from pratique.net.proxy import proxy_for

PROXY = "http://proxy.test:3128"


@pytest.mark.parametrize(
    ("no_proxy", "host", "direct"),
    [
        ("", "ghcr.io", False),
        ("*", "ghcr.io", True),
        ("ghcr.io", "ghcr.io", True),
        ("ghcr.io", "pkg.ghcr.io", True),
        ("ghcr.io", "notghcr.io", False),
        (".ghcr.io", "pkg.ghcr.io", True),
        (".ghcr.io", "ghcr.io", False),
        ("*.ghcr.io", "pkg.ghcr.io", True),
        ("GHCR.IO", "ghcr.io", True),
        ("a.test, ghcr.io ,b.test", "ghcr.io", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.0.0.0/8", "ten.test", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3", "10.1.2.30", False),
        ("fd00::/8", "[fd00::1]", True),
        ("nonsense/99", "10.1.2.3", False),
        ("ghcr.io:443", "ghcr.io", True),
        ("ghcr.io:444", "ghcr.io", False),
        ("10.1.2.3:5000", "10.1.2.3:5000", True),
        ("10.1.2.3:5000", "10.1.2.3:5001", False),
        (",,", "ghcr.io", False),
    ],
)
def test_no_proxy(no_proxy: str, host: str, direct: bool) -> None:
    environment = {"HTTPS_PROXY": PROXY, "NO_PROXY": no_proxy}
    assert proxy_for(f"https://{host}/v2/", environment) == ("" if direct else PROXY)


def test_each_scheme_has_its_own() -> None:
    environment = {"HTTP_PROXY": "one.test:1", "https_proxy": "https://two.test"}
    assert proxy_for("http://a.test/", environment) == "http://one.test:1"
    assert proxy_for("https://a.test/", environment) == "https://two.test"
    assert proxy_for("https://a.test/", {"HTTP_PROXY": PROXY}) == ""


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.9.9.9", "[::1]", "localhost:5000"])
def test_this_machine_is_never_asked_through_a_proxy(host: str) -> None:
    assert proxy_for(f"https://{host}/", {"HTTPS_PROXY": PROXY}) == ""


@pytest.mark.parametrize("proxy", ["socks5://u:secret@h:1", "http://", "ftp://h"])
def test_what_cannot_be_used_is_refused_without_its_password(proxy: str) -> None:
    with pytest.raises(UsageError) as caught:
        proxy_for("https://a.test/", {"HTTPS_PROXY": proxy})
    assert "secret" not in str(caught.value)
