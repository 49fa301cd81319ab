"""Oracle's OVAL in (``oracle/*.xml.bz2``), a bulletin an erratum out. https://linux.oracle.com/security/oval/

The language: https://oval-community-guidelines.readthedocs.io/en/latest/oval-schema-documentation/oval-definitions-schema.html
Each test says in its comment what it tests, and Oracle writes both from one source; so the tests themselves, which
follow the definitions and are most of the document, are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from pratique.limits import Limits
from pratique.model import FixState
from pratique.vuln.bulletin import Bulletin, Getter, Remote, Scope, Statement, Unread, Vendor
from pratique.vuln.distro.oracle import flavour
from pratique.vuln.feed._osv_record import Record, Score
from pratique.vuln.feed._severity import rate
from pratique.vuln.vendor._source import chunks, demand, files
from pratique.vuln.vendor._xml import Element, Shape, records

_SHAPE = Shape(
    "oval_definitions",
    "definition",
    until="definitions",
    text=frozenset(("title", "platform", "severity", "cve")),
    skip=frozenset(("description", "affected_cpe_list")),
)
_ID = re.compile(r"\s*(EL[SBE]A-\d{4}-[\d-]+)\s*:")
_CVE = re.compile(r"CVE-\d{4}-\d{4,19}$")
_DAY = re.compile(r"\d{4}-\d\d-\d\d$")
_PLATFORM = re.compile(r"Oracle Linux (\d+)$")
_INSTALLED = re.compile(r"Oracle Linux (\d+) is installed$")
_ARCH = re.compile(r"Oracle Linux arch is (\w+)$")
_EARLIER = " is earlier than "
_MODULE = re.compile(r"Module (\S+:\S+) is enabled$")
_SIGNED = (" key",)  # "httpd is signed with the Oracle Linux 8 key": other builds are not told apart here
_FLAVOURS = (" is ksplice-based", " is fips patched")  # the version tells it too

# A test of the host's architecture, and the packages that such a host may have beside those for every architecture.
_HOSTS = {"x86_64": ("i386", "i686", "x86_64"), "i386": ("i386", "i486", "i586", "i686")}
_EVERY = frozenset(("aarch64", "x86_64"))  # what Oracle Linux is built for since release 7


class _Build(msgspec.Struct, frozen=True):
    """What the tests on one way through the criteria ask for."""

    release: str = ""
    arch: str = ""
    module: str = ""
    name: str = ""
    fixed: str = ""


def read(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    """Every erratum of every document in ``oracle``; where two hold one erratum the first holds. Raises ``Unreadable``
    where there is none."""
    return demand(_documents(source, limits), "Oracle's OVAL")


def present(source: Path) -> bool:
    """Whether there is a document."""
    return bool(_files(source))


def _files(source: Path) -> tuple[Path, ...]:
    return files(source / "oracle", ".xml", ".xml.bz2", ".xml.gz")


def _documents(source: Path, limits: Limits) -> Iterator[Bulletin | Unread]:
    seen: set[str] = set()
    for path in _files(source):
        where = f"oracle/{path.name}"
        for element in records(chunks(path, limits), _SHAPE, where, limits):
            if isinstance(element, Unread):
                yield element
                continue
            for each in definition(element, where, limits):
                if isinstance(each, Unread) or each.id not in seen:
                    yield each
                if isinstance(each, Bulletin):
                    seen.add(each.id)


def definition(element: Element, where: str, limits: Limits) -> Iterator[Bulletin | Unread]:
    """The bulletin of one ``<definition>``, and the tests in it that we do not know."""
    metadata = element.find("metadata")
    title = _ID.match(metadata.find("title").text)
    if title is None:
        yield Unread(where, f"the definition {element.get('id')[:100]!r} has no erratum's name in its title")
        return
    walk = _Walk(limits)
    try:
        builds = walk.through(element.find("criteria"), (_Build(),))
    except ValueError as error:
        yield Unread(title[1], str(error))
        return
    platforms = [
        found[1] for each in metadata.find("affected").all("platform") if (found := _PLATFORM.match(each.text))
    ]
    day = metadata.find("advisory", "issued").get("date")
    day = day if _DAY.match(day) else ""
    instant = f"{day}T00:00:00Z" if day else ""
    cves = [each for each in metadata.find("advisory").all("cve") if _CVE.match(each.text)]
    yield Bulletin(
        id=title[1],
        upstream=tuple(sorted({each.text for each in cves})),
        published=instant,
        modified=instant,
        severity=rate(Record(title[1], severity=_scores(cves, metadata.find("advisory", "severity").text))),
        statements=_statements(builds, platforms, day),
    )
    for comment in sorted(walk.unknown):
        yield Unread(title[1], f"a test that is not known is taken as met: {comment[:100]!r}")


def _scores(cves: list[Element], word: str) -> list[Score]:
    """The vectors where the erratum mends one vulnerability (``5.5/CVSS:3.1/AV:…``, ``1.2/CVSS:2/AV:…``), and Oracle's
    word: an erratum's vectors are each of another of its vulnerabilities."""
    if len(cves) != 1:
        return [Score("", word)]
    vectors = (cves[0].get(name).partition("/")[2].removeprefix("CVSS:2/") for name in ("cvss3", "cvss2"))
    return [Score("", text) for text in (*vectors, word) if text]


def _statements(builds: tuple[_Build, ...], platforms: list[str], day: str) -> tuple[Statement, ...]:
    hosts: dict[_Build, set[str]] = {}
    for build in builds:
        for release in [build.release] if build.release else platforms:
            if build.name:
                key = msgspec.structs.replace(build, release=release, arch="")
                hosts.setdefault(key, set()).add(build.arch)
    return tuple(_statement(build, frozenset(arches), day) for build, arches in hosts.items())


def _statement(build: _Build, hosts: frozenset[str], day: str) -> Statement:
    arches: set[str] = set()
    if "" not in hosts and not hosts >= _EVERY:
        arches.update(arch for host in hosts for arch in _HOSTS.get(host, (host,)))
    kind = flavour(build.fixed)
    return Statement(
        release=build.release,
        name=build.name,
        # Each release of the Unbreakable Enterprise Kernel stays on one upstream version and has its own errata.
        introduced=build.fixed.rpartition("-")[0] if kind == "uek" else "",
        fixed=build.fixed,
        state=FixState.FIXED,
        scope=Scope(arches=tuple(sorted(arches)), module=build.module, flavour=kind),
        date=day,
    )


class _Walk:
    """A criteria tree in, every way through it out: AND is a sequence, OR a choice."""

    def __init__(self, limits: Limits) -> None:
        self.unknown: set[str] = set()
        self._limits = limits
        self._steps = 0

    def through(self, node: Element, builds: tuple[_Build, ...]) -> tuple[_Build, ...]:
        """The builds that meet ``node`` too. Raises ``ValueError`` for a tree that is no list of builds."""
        self._steps += len(builds)
        if self._steps > self._limits.feed_bounds:
            raise ValueError(f"its criteria have more ways through them than feed_bounds, {self._limits.feed_bounds}")
        if node.get("negate") == "true":
            raise ValueError("a criterion is negated")
        if node.name == "criterion":
            comment = node.get("comment")
            return builds if comment.endswith(_SIGNED) else tuple(self._meet(build, comment) for build in builds)
        if node.name != "criteria":
            return builds
        if node.get("operator") == "OR":
            found = [each for child in node.children for each in self.through(child, builds)]
        elif node.get("operator") in ("AND", ""):
            for child in node.children:
                builds = self.through(child, builds)
            found = list(builds)
        else:
            raise ValueError(f"the operator {node.get('operator')[:20]!r} is not read")
        return tuple(dict.fromkeys(found))

    def _meet(self, build: _Build, comment: str) -> _Build:
        if len(comment) > self._limits.feed_text:
            raise ValueError(f"a comment is longer than feed_text, {self._limits.feed_text}")
        name, earlier, version = comment.partition(_EARLIER)
        if earlier:
            if build.name and (build.name, build.fixed) != (name, version):
                raise ValueError(f"its criteria ask for two packages at once: {build.name!r} and {name!r}")
            return _Build(build.release, build.arch, build.module, name, version)
        if comment.endswith(_FLAVOURS):
            return build
        if found := _ARCH.match(comment):
            return self._with(build, arch=found[1])
        if found := _INSTALLED.match(comment):
            return self._with(build, release=found[1])
        if found := _MODULE.match(comment):
            return self._with(build, module=found[1])
        self.unknown.add(comment)
        return build

    def _with(self, build: _Build, **asked: str) -> _Build:
        for name, text in asked.items():
            if getattr(build, name) not in ("", text):
                raise ValueError(f"its criteria ask for two things at once: {getattr(build, name)!r} and {text!r}")
        return msgspec.structs.replace(build, **asked)


def remotes(get: Getter, today: date) -> tuple[Remote, ...]:
    """The document of all errata."""
    name = "com.oracle.elsa-all.xml.bz2"
    return (Remote(f"oracle/{name}", f"https://linux.oracle.com/security/oval/{name}"),)


VENDOR = Vendor("Oracle Linux", present, read, remotes)
