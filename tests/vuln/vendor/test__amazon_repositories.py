"""Where Amazon's documents are: the lists of mirrors, the indices and the catalogue as Amazon serves them."""

from __future__ import annotations

from datetime import date

import pytest

from pratique.errors import NotFound, Unreadable
from pratique.vuln.bulletin import Remote
from pratique.vuln.vendor._amazon_repositories import remotes

TODAY = date(2026, 11, 22)
GUID = "221a4af09d96ac4e34202cc7bdfa252410419542548cc685dc86ed1c17ca4204"
BASE = f"https://cdn.amazonlinux.com/2/core/2.0/x86_64/{GUID}"
INDEX = b"""<?xml version="1.0" encoding="UTF-8"?>
<repomd xmlns="http://linux.duke.edu/metadata/repo" xmlns:rpm="http://linux.duke.edu/metadata/rpm">
 <revision>1568754421</revision>
<data type="primary_db">
  <location href="repodata/primary.sqlite.bz2"/>
</data>
<data type="updateinfo">
  <checksum type="sha256">bec8d2c717d39b54b81de021332338e22edac2da0b363a407f86880c4fb62d6f</checksum>
  <location href="repodata/updateinfo.xml.gz"/>
  <timestamp>1656636185</timestamp>
</data>
</repomd>
"""
CATALOGUE = (
    b'{"motd": "", "status": "ok", "version": 1, "whitelists": [], "topics": [{"n": "emacs", "inst": ["emacs"], '
)
CATALOGUE += b'"versions": ["25.3"], "deprecated-at": "2018-11-14"}, {"n": "kernel-5.15"}]}'


class Served:
    """A few files by path; the others are not there. It keeps what it was asked for."""

    def __init__(self, **files: bytes) -> None:
        self.files = files
        self.asked: dict[str, str] = {}

    def __call__(self, remote: Remote) -> bytes:
        self.asked[remote.path] = remote.url
        name = remote.path.rpartition("/")[2].partition(".")[0].replace("-", "_")
        if name not in self.files:
            raise NotFound(f"{remote.path} is not served")
        return self.files[name]


def test_as_amazon_serves_them() -> None:
    get = Served(extras_catalog=CATALOGUE, mirror=f"{BASE}\n".encode(), repomd=INDEX)
    found = {remote.path: remote.url for remote in remotes(get, TODAY)}
    assert list(found) == [
        "amazon/2/core/updateinfo.xml.gz",
        "amazon/2023/core/updateinfo.xml.gz",
        "amazon/2023/nvidia/updateinfo.xml.gz",
        "amazon/2/extras/emacs/updateinfo.xml.gz",
        "amazon/2/extras/kernel-5.15/updateinfo.xml.gz",
    ]
    assert set(found.values()) == {f"{BASE}/repodata/updateinfo.xml.gz"}
    cdn = "https://cdn.amazonlinux.com"
    assert get.asked["amazon/2/core/mirror.list"] == f"{cdn}/2/core/latest/x86_64/mirror.list"
    assert get.asked["amazon/2023/core/mirror.list"] == f"{cdn}/al2023/core/mirrors/latest/x86_64/mirror.list"
    assert get.asked["amazon/2/extras/emacs/mirror.list"] == f"{cdn}/2/extras/emacs/latest/x86_64/mirror.list"
    assert get.asked["amazon/2/core/repomd.xml"] == f"{BASE}/repodata/repomd.xml"


def test_a_slash_at_the_end_and_a_hash_before_the_name() -> None:
    index = INDEX.replace(b"repodata/updateinfo", b"repodata/0a1b-updateinfo")
    found = remotes(Served(mirror=f"{BASE}/\n{BASE}x\n".encode(), repomd=index), TODAY)
    assert found[0].url == f"{BASE}/repodata/0a1b-updateinfo.xml.gz"


def test_a_mirror_may_have_the_documents_alone() -> None:
    found = remotes(Served(), TODAY)
    assert [remote.url for remote in found] == ["", "", ""]


@pytest.mark.parametrize(
    ("mirror", "index"),
    [
        (b"", INDEX),
        (b"http://packages.us-west-2.amazonaws.com/2018.03/updates/c539f2128d87/x86_64", INDEX),
        (b"\xff<html>", INDEX),
        (BASE.encode(), b""),
        (BASE.encode(), b"<html/>"),
        (BASE.encode(), b"<!DOCTYPE html><html/>"),
        (BASE.encode(), b"<repomd/>"),
        (BASE.encode(), INDEX.replace(b"repodata/updateinfo.xml.gz", b"../../elsewhere.xml.gz")),
        (BASE.encode(), INDEX.replace(b"repodata/updateinfo.xml.gz", b"https://elsewhere.example/updateinfo.xml.gz")),
        (BASE.encode(), INDEX.replace(b"updateinfo", b"otherinfo")),
    ],
)
def test_what_tells_of_no_document(mirror: bytes, index: bytes) -> None:
    assert remotes(Served(mirror=mirror, repomd=index), TODAY)[0].url == ""


@pytest.mark.parametrize(
    "catalogue", [b"<html>", b"[]", b'{"topics": 1}', b'{"topics": [{"n": "../x"}]}', b'{"topics": [{"n": ""}]}']
)
def test_what_is_no_catalogue(catalogue: bytes) -> None:
    with pytest.raises(Unreadable, match="extras-catalog"):
        remotes(Served(extras_catalog=catalogue), TODAY)
