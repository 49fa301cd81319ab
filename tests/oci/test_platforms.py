from __future__ import annotations

import pytest

from pratique.errors import UsageError
from pratique.model import Platform
from pratique.oci.platforms import best, host, normalise, parse


def platform(text: str) -> Platform:
    return Platform(*text.split("/"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("linux/amd64", "linux/amd64"),
        ("linux/x86_64", "linux/amd64"),
        ("linux/aarch64", "linux/arm64"),
        ("linux/arm64/v8", "linux/arm64"),
        ("linux/arm64/8", "linux/arm64"),
        ("linux/arm", "linux/arm/v7"),
        ("linux/arm/7", "linux/arm/v7"),
        ("linux/armhf", "linux/arm/v7"),
        ("linux/armel", "linux/arm/v6"),
        ("Linux/ARM64", "linux/arm64"),
        ("arm64", "linux/arm64"),
        ("linux/amd64/v1", "linux/amd64"),
        ("linux/amd64/v3", "linux/amd64/v3"),
        ("windows/amd64", "windows/amd64"),
    ],
)
def test_names_are_normal(text: str, expected: str) -> None:
    assert str(parse(text)) == expected
    assert normalise(parse(text)) == parse(text)


@pytest.mark.parametrize("text", ["linux/", "/amd64", "a/b/c/d", "linux amd64", "linux/amd64/", "!"])
def test_what_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no platform"):
        parse(text)


@pytest.mark.parametrize(
    ("wanted", "offered", "positions"),
    [
        ("linux/amd64", "linux/arm64 linux/amd64", [1]),
        ("linux/arm64", "linux/amd64", []),
        ("linux/arm64", "linux/arm64/v8 linux/arm/v7", [0]),
        ("linux/arm/v7", "linux/arm/v5 linux/arm/v6 linux/arm64", [1]),
        ("linux/arm/v6", "linux/arm/v7 linux/arm/v5", [1]),
        ("linux/arm/v6", "linux/arm/v7", []),
        ("linux/arm", "linux/arm/v6 linux/arm/v7", [1]),
        ("linux/arm64", "linux/arm/v5 linux/arm/v7", [1]),
        ("linux/amd64", "linux/386", [0]),
        ("linux/386", "linux/amd64", []),
        ("linux/amd64", "linux/amd64/v2", []),
        ("linux/amd64/v3", "linux/amd64 linux/amd64/v2 linux/amd64/v4", [1]),
        ("linux/amd64", "windows/amd64", []),
        ("linux/s390x", "linux/s390x linux/s390x", [0, 1]),
    ],
)
def test_picks_as_containerd_does(wanted: str, offered: str, positions: list[int]) -> None:
    assert best(platform(wanted), [platform(text) for text in offered.split()]) == positions


def test_this_machine_runs_linux_images() -> None:
    assert host().os == "linux"
    assert host() == normalise(host())
