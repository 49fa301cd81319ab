"""Amazon's updateinfo in (``amazon/<release>/<repository>/updateinfo.xml.gz``), a bulletin an update out.

https://alas.aws.amazon.com/faqs.html says what an advisory is; the format is that of createrepo_c's
``updateinfo.xml``, https://rpm-software-management.github.io/createrepo_c/c/group__updateinfo.html.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from pathlib import Path

from pratique.limits import Limits
from pratique.model import FixState
from pratique.vuln.bulletin import Bulletin, Scope, Statement, Unread, Vendor
from pratique.vuln.feed._osv_record import Record, Score
from pratique.vuln.feed._severity import rate
from pratique.vuln.vendor._amazon_repositories import remotes
from pratique.vuln.vendor._source import chunks, demand, files
from pratique.vuln.vendor._xml import Element, Shape, records

_SHAPE = Shape(
    "updates",
    "update",
    text=frozenset(("id", "severity")),
    skip=frozenset(("description", "filename", "name", "title")),
)
_RELEASE = re.compile(r"\d{1,4}$")
_ID = re.compile(r"ALAS[A-Za-z0-9._-]{1,80}$")
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}$")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?Z?$")
_NUMBER = re.compile(r"\d+$")
# What a topic (``kernel-5.15``, ``php8.0``) or a package (``kernel6.12``) is of, by the number at its end.
_STREAM = re.compile(r"[A-Za-z][A-Za-z_+.-]*?-?(\d+(?:\.\d+)*)$")
_KERNEL = re.compile(r"kernel(\d+\.\d+)$")
_LEADING = re.compile(r"\d+")
_EVERY = frozenset(("aarch64", "x86_64"))
_DEBUG = re.compile(r"-debug(info|source)(-common-\w+)?$")  # they hold no code that runs

_Versions = dict[tuple[str, str, str], set[str]]


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every update of every repository. Raises ``Unreadable`` where there is none."""
    return demand(_releases(source, limits), "Amazon's updateinfo")


def present(source: Path) -> bool:
    """Whether there is a document of any release."""
    return any(True for release in _folders(source / "amazon") for _ in _repositories(release))


def _folders(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def _repositories(release: Path) -> list[tuple[str, Path]]:
    """The topic ("" for the core and other repositories of the distribution) and the document, the core's first."""
    if not _RELEASE.match(release.name):
        return []
    found = [("", path) for folder in _folders(release) for path in _documents(folder)]
    found += [(topic.name, path) for topic in _folders(release / "extras") for path in _documents(topic)]
    return sorted(found, key=lambda each: (each[0] != "", each[1]))


def _documents(folder: Path) -> tuple[Path, ...]:
    return tuple(path for path in files(folder, ".xml", ".xml.gz", ".xml.xz") if path.name.startswith("updateinfo."))


def _releases(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    for release in _folders(source / "amazon"):
        core: set[str] = set()
        for topic, path in _repositories(release):
            where = path.relative_to(source).as_posix()
            for element in records(chunks(path, limits), _SHAPE, where, limits):
                if isinstance(element, Unread):
                    yield element
                    continue
                found = update(element, release.name, topic, core, where, limits)
                if isinstance(found, Bulletin) and not topic:
                    core.update(statement.name for statement in found.statements)
                if found is not None:
                    yield found


def update(
    element: Element, release: str, topic: str, core: Container[str], where: str, limits: Limits
) -> Bulletin | Unread | None:
    """The bulletin of one ``<update>``, None for one that mends no vulnerability; ``core`` are the packages that the
    distribution's own repositories have updates of."""
    id_ = element.find("id").text
    if not _ID.match(id_):
        return Unread(where, f"an update's id is {id_[:100]!r}")
    references = element.find("references").all("reference")
    cves = {each.get("id") for each in references if each.get("type") == "cve" and _CVE.match(each.get("id"))}
    if not cves and element.get("type") != "security":
        return None
    try:
        versions = _versions(element, limits)
    except ValueError as error:
        return Unread(id_, str(error))
    issued = _instant(element.find("issued").get("date"))
    return Bulletin(
        id=id_,
        upstream=tuple(sorted(cves)),
        published=issued,
        modified=_instant(element.find("updated").get("date")) or issued,
        severity=rate(Record(id_, severity=[Score("", element.find("severity").text)])),
        statements=tuple(_statements(versions, release, _Lowest(versions, topic, core), issued[:10])),
    )


def _versions(element: Element, limits: Limits) -> _Versions:
    """The architectures of each (name, epoch, version-release)."""
    found: _Versions = {}
    for collection in element.find("pkglist").all("collection"):
        for package in collection.all("package"):
            name, arch = package.get("name"), package.get("arch")
            epoch, version, release = package.get("epoch") or "0", package.get("version"), package.get("release")
            if not (name and version and release and _NUMBER.match(epoch)):
                raise ValueError(f"a package without a name or a version: {name[:100]!r} {version[:100]!r}")
            if max(map(len, (name, arch, epoch, version, release))) > limits.feed_text // 4:
                raise ValueError(f"a package's name or version is longer than feed_text, {limits.feed_text}, allows")
            if arch != "src" and not _DEBUG.search(name):
                found.setdefault((name, epoch, f"{version}-{release}"), set()).add(arch)
    return found


def _statements(versions: _Versions, release: str, lowest: _Lowest, day: str) -> Iterator[Statement]:
    """One for each version, for the architectures that it is listed with; a document lists those of all mirrors."""
    for (name, epoch, version), listed in sorted(versions.items()):
        arches = () if listed >= _EVERY or "noarch" in listed else tuple(sorted(listed))
        yield Statement(
            release=release,
            name=name,
            introduced=lowest.of(name, epoch, version),
            fixed=f"{epoch}:{version}",
            state=FixState.FIXED,
            scope=Scope(arches=arches),
            date=day,
        )


class _Lowest:
    """Where the versions begin that an update is about: a topic of the extras brings a newer stream of a package that
    the core or another topic has too, each with updates of its own."""

    def __init__(self, versions: _Versions, topic: str, core: Container[str]) -> None:
        stream = _STREAM.match(topic)
        self._streams = {stream[1]} if stream else set()
        if not topic:
            self._streams = {found[1] for name, _, _ in versions if (found := _KERNEL.match(name))}
        self._twice = core if topic else ()

    def of(self, name: str, epoch: str, version: str) -> str:
        """The lowest version of the stream, "" where all older ones are meant."""
        upstream = version.rpartition("-")[0]
        for stream in sorted(self._streams):
            if upstream == stream or upstream.startswith(f"{stream}."):
                return f"{epoch}:{stream}"
        leading = _LEADING.match(upstream)
        return f"{epoch}:{leading[0]}" if leading and name in self._twice else ""


def _instant(text: str) -> str:
    """RFC 3339 of ``2018-02-07 18:49``, with or without seconds; the feed names no zone, UTC is taken."""
    found = _TIME.match(text)
    return f"{found[1]}T{found[2]}{found[3] or ':00'}Z" if found else ""


VENDOR = Vendor("Amazon Linux", present, read, remotes)
