"""Branches in Alpine's list of repositories, as `setup-apkrepos` and image builders write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.apk_repositories import CATALOGUER, parse
from pratique.model import Channel

PATH = "etc/apk/repositories"


def branches(text: str) -> list[str]:
    facts = list(parse(memory_file(PATH, text.encode())))
    assert all(isinstance(fact, Channel) and (fact.kind, fact.path) == ("apk", PATH) for fact in facts)
    return [fact.name for fact in facts if isinstance(fact, Channel)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("https://dl-cdn.alpinelinux.org/alpine/v3.19/main\nhttps://x/alpine/v3.19/community\n", ["v3.19"]),
        ("http://mirror.example/alpine/edge/main/\n", ["edge"]),
        ("#https://x/v3.18/main\n https://x/v3.19/main \n\nhttps://x/edge/testing", ["v3.19", "edge"]),
        ("@edge https://x/edge/main\nhttps://x/v3.20/main", ["v3.20"]),
        ("/media/cdrom/apks\nhttps://packages.wolfi.dev/os\n", []),
        ("https://x/latest-stable/main", ["latest-stable"]),
        ("", []),
    ],
)  # fmt: skip
def test_branches(text: str, found: list[str]) -> None:
    assert branches(text) == found


@given(st.binary(max_size=200))
def test_hostile(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
