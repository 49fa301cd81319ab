"""A URL and the environment in, the proxy to go through out.

``HTTP_PROXY``, ``HTTPS_PROXY`` and ``NO_PROXY`` in either case, by the rules that Go programs (Docker, containerd)
follow, so that one setting serves all: https://pkg.go.dev/golang.org/x/net/http/httpproxy#Config
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urlsplit

from pratique.errors import UsageError

_PORTS = {"http": 80, "https": 443}


def proxy_for(url: str, environment: Mapping[str, str]) -> str:
    """The proxy's URL, "" for a direct connection. Raises ``UsageError`` for one that is none."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if host == "localhost" or _is_loopback(host):
        return ""
    proxy = _variable(environment, f"{parts.scheme}_proxy")
    if not proxy or _excepted(host, parts.port or _PORTS.get(parts.scheme, 0), _variable(environment, "no_proxy")):
        return ""
    proxy = proxy if "://" in proxy else f"http://{proxy}"
    if urlsplit(proxy).scheme not in _PORTS or not urlsplit(proxy).hostname:
        shown = proxy.rpartition("@")[2]  # without the password
        raise UsageError(f"the proxy {shown!r} is none that can be used", hint="write http://HOST:PORT")
    return proxy


def _variable(environment: Mapping[str, str], name: str) -> str:
    return (environment.get(name) or environment.get(name.upper()) or "").strip()


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return address is not None and address.is_loopback


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _excepted(host: str, port: int, rules: str) -> bool:
    return any(_matches(rule.strip().lower(), host.lower(), port) for rule in rules.split(",") if rule.strip())


def _matches(rule: str, host: str, port: int) -> bool:
    if rule == "*":
        return True
    address = _address(host)
    if "/" in rule:
        try:
            return address is not None and address in ipaddress.ip_network(rule, strict=False)
        except ValueError:
            return False
    if _address(rule) is not None:
        return address == _address(rule)
    name, colon, number = rule.rpartition(":")
    if colon and number.isdigit():
        if int(number) != port:
            return False
        rule = name
        if _address(rule) is not None:
            return address == _address(rule)
    rule = rule.removeprefix("*")
    return host.endswith(rule) if rule.startswith(".") else host == rule or host.endswith(f".{rule}")
