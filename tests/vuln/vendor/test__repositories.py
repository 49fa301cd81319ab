"""Red Hat's list of content sets and their CPEs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.vuln.vendor._repositories import Repositories, read


def lay(folder: Path, data: bytes) -> Path:
    (folder / "redhat").mkdir()
    (folder / "redhat" / "repository-to-cpe.json").write_bytes(data)
    return folder


def test_the_published_form(tmp_path: Path) -> None:
    eus = ["cpe:/o:redhat:rhel_eus:8.8::baseos", "cpe:/o:redhat:rhel_eus:8.6::baseos"]
    data = {
        "data": {
            "rhel-8-for-x86_64-baseos-eus-rpms": {"cpes": eus, "repo_relative_urls": ["content/eus/rhel8/8.6"]},
            "ubi-8-baseos-rpms": {"cpes": ["cpe:/o:redhat:enterprise_linux:8::baseos"]},
            "of-nobody": {"cpes": ["cpe:/a:rhel_sam:1.0::el6"]},
            "without": {},
        },
        "last_updated": "2025-11-01T10:00:00",
    }
    found = read(lay(tmp_path, json.dumps(data).encode()), DEFAULT)
    assert found == Repositories(
        {
            "rhel-8-for-x86_64-baseos-eus-rpms": ("rhel_eus:8.6::baseos", "rhel_eus:8.8::baseos"),
            "ubi-8-baseos-rpms": ("enterprise_linux:8::baseos",),
        },
        "2025-11-01T10:00:00",
    )


def test_without_the_file_there_is_nothing(tmp_path: Path) -> None:
    assert read(tmp_path, DEFAULT) == Repositories()


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"{}", b"<html>", b'{"data": []}', b'{"data": {"a": {"cpes": 1}}}', b"\xff", b"[" * 100_000]
)
def test_another_form_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(lay(tmp_path, data), DEFAULT)


@pytest.mark.parametrize("limits", [Limits(feed_file=5), Limits(feed_records=1)])
def test_bounds(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(LimitExceeded):
        read(lay(tmp_path, b'{"data": {"a": {}, "b": {}}}'), limits)
