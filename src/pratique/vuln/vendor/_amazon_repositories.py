"""Amazon's lists of repositories in, the updateinfo documents of those that images draw from out.

A list of mirrors names the folder of a repository's newest state, and its index there the document:
https://rpm-software-management.github.io/createrepo_c/. The topics of the extras stand in a catalogue,
https://docs.aws.amazon.com/linux/al2/ug/al2-extras.html. A mirror of ours serves all of it under its own paths.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import msgspec

from pratique.errors import UNDECODABLE, NotFound, Unreadable
from pratique.limits import DEFAULT
from pratique.vuln.bulletin import Getter, Remote, Unread
from pratique.vuln.vendor._xml import Shape, records

_CDN = "https://cdn.amazonlinux.com"
# Live patches are for hosts. The AMI and the preview of 2022 have ended; their documents are read where they are there.
_REPOSITORIES = (
    ("amazon/2/core", "2/core/latest"),
    ("amazon/2023/core", "al2023/core/mirrors/latest"),
    ("amazon/2023/nvidia", "al2023/nvidia/mirrors/latest"),
)
_CATALOGUE = Remote("amazon/2/extras-catalog.json", f"{_CDN}/2/extras-catalog.json")
_TOPIC = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,60}$")
_DOCUMENT = re.compile(r"repodata/[A-Za-z0-9][A-Za-z0-9._-]{0,200}\.xml\.(gz|xz)$")
_INDEX = Shape("repomd", "data")
_AT_ONCE = 8  # requests: there are some sixty topics


class _Topic(msgspec.Struct, frozen=True):
    n: str


class _Catalogue(msgspec.Struct, frozen=True):
    topics: list[_Topic]


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """A document a repository. Raises ``Unreadable`` for a catalogue that is none."""
    places = [*_REPOSITORIES, *_topics(get)]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return tuple(pool.map(lambda place: _document(get, *place), places))


def _topics(get: Getter) -> Iterator[tuple[str, str]]:
    try:
        data = get(_CATALOGUE)
    except NotFound:
        return
    try:
        topics = msgspec.json.decode(data, type=_Catalogue).topics if data else []
    except UNDECODABLE as error:
        raise Unreadable(f"{_CATALOGUE.path} is no catalogue of the extras: {error}") from error
    for topic in topics:
        if not _TOPIC.match(topic.n):
            raise Unreadable(f"{_CATALOGUE.path} names a topic {topic.n[:80]!r}")
        yield f"amazon/2/extras/{topic.n}", f"2/extras/{topic.n}/latest"


def _document(get: Getter, folder: str, place: str) -> Remote:
    """Where a repository's document is; without an address where Amazon does not tell: then a mirror may have it."""
    try:
        mirrors = get(Remote(f"{folder}/mirror.list", f"{_CDN}/{place}/x86_64/mirror.list"))
        base = next((line for line in mirrors.decode("utf-8", "replace").split() if line.startswith("https://")), "")
        index = get(Remote(f"{folder}/repomd.xml", f"{base.rstrip('/')}/repodata/repomd.xml")) if base else b""
    except NotFound:
        base, index = "", b""
    named = _named(index)
    return Remote(f"{folder}/updateinfo.xml.gz", f"{base.rstrip('/')}/{named}" if named else "")


def _named(index: bytes) -> str:
    """The document that a repository's index names, "" where it has none."""
    for data in records([index], _INDEX, "repomd.xml", DEFAULT) if index else ():
        if not isinstance(data, Unread) and data.get("type") == "updateinfo":
            named = data.find("location").get("href")
            return named if _DOCUMENT.match(named) else ""
    return ""
