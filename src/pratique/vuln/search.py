"""An identifier, a package's name or a package URL in, what the database says of it out.

Identifiers are those of the records, their aliases, and what errata mend; package URLs are read as
https://github.com/package-url/purl-spec says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from urllib.parse import unquote

import msgspec
from packageurl import PackageURL

from pratique import plugins, version
from pratique.errors import NotFound, UsageError
from pratique.model import DISTRIBUTION_TYPES, Distro, Epss, FixState, Kev, Level, Package, Severity, Struct
from pratique.vuln import by_cpe
from pratique.vuln.answer import Advisory, Affects
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution
from pratique.vuln.ecosystem import BY_NAME, BY_TYPE
from pratique.vuln.ground import UPDATE
from pratique.vuln.identity import as_spelt
from pratique.vuln.shard import Shard
from pratique.vuln.streams import flat

_SHOWN = 12  # releases in a hint
_GROUPED = ("Maven", by_cpe.ECOSYSTEM)  # whose names are group:artifact and vendor:product
_IDENTIFIER = re.compile(r"[A-Z][A-Za-z]+-\S*\d\S*|GHSA(-[0-9a-z]{4}){3}|[a-z]+-sa-\d+\S*", re.ASCII)


class Stated(Struct, frozen=True):
    """What a record says of one package: the versions from ``introduced`` ("" from the beginning), or above ``after``,
    to below ``fixed`` or ``limit``, which is no fix, or to ``last`` and with it ("" all: all above). ``why`` is set
    instead where the record cannot be compared with a version."""

    ecosystem: str
    package: str
    release: str = ""
    introduced: str = ""
    after: str = ""
    fixed: str = ""
    last: str = ""
    state: FixState = FixState.UNKNOWN
    arches: tuple[str, ...] = ()
    module: str = ""
    date: str = ""
    why: str = ""
    limit: str = ""


class Found(Struct, frozen=True):
    """One record of one ecosystem, and what of it was asked for. Where it has no severity of its own, that is the worst
    that any feed gives one of its CVEs."""

    id: str
    ecosystem: str
    feed: str = ""
    aliases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    severity: Severity = Severity()
    summary: str = ""
    kev: Kev | None = None
    epss: Epss | None = None
    stated: tuple[Stated, ...] = ()


class Wanted(msgspec.Struct, frozen=True):
    """What a package URL asks: the name in an ecosystem, the version ("" for all), the releases (none for all)."""

    ecosystem: str
    name: str
    version: str
    releases: tuple[str, ...] = ()


def search(database: Database, text: str, ecosystems: Collection[str] = ()) -> tuple[Found, ...]:
    """The records, by ecosystem and id; of the ``ecosystems`` only, where some are named. Raises ``UsageError`` for
    what cannot be looked for, ``NotFound`` for an ecosystem that the database has not, ``DatabaseError``."""
    if not text.strip():
        raise UsageError("nothing is asked for", hint="an id, a package's name, or a package URL")
    names = _ecosystems(database, ecosystems)
    if text.startswith(("pkg:", "cpe:")):
        wanted = _wanted(text, database) if text.startswith("pkg:") else _program(text)
        if database.manifest.shard("osv", wanted.ecosystem) is None:
            raise NotFound(f"the database has no feed of {wanted.ecosystem!r}", hint=UPDATE)
        shard = database.shard("osv", wanted.ecosystem) if wanted.ecosystem in names else None
        return tuple(_of_package(database, shard, wanted)) if shard else ()
    found: list[Found] = []
    identifier = as_spelt(text)
    for name in names if _IDENTIFIER.fullmatch(identifier) else ():
        if (shard := database.shard("osv", name)) is not None:
            found += _of_id(database, shard, identifier)
    for name in names if not found else ():
        if (shard := database.shard("osv", name)) is not None:
            for spelt in _spelt(shard, text):
                found += _of_package(database, shard, Wanted(name, spelt, ""))
    return tuple(found)


def _ecosystems(database: Database, wanted: Collection[str]) -> list[str]:
    there = sorted(shard.name for shard in database.manifest.shards if shard.kind == "osv")
    missing = sorted(set(wanted) - set(there))
    if missing:
        raise NotFound(f"the database has no feed of {missing[0]!r}", hint=f"it has {', '.join(there)}")
    return [name for name in there if not wanted or name in wanted]


def _spelt(shard: Shard, text: str) -> list[str]:
    """The names that a text may be: the whole, or what follows the group or the vendor."""
    own = BY_NAME[shard.name].spell(text) if shard.name in BY_NAME else text
    return [own, *(shard.grouped(own) if shard.name in _GROUPED else ())]


def _of_id(database: Database, shard: Shard, name: str) -> Iterator[Found]:
    """The records of that name, each with all that it states."""
    advisories = {each.id: each for each in shard.named(name)}
    stated: dict[str, list[Stated]] = {id_: [] for id_ in advisories}
    for release, package in shard.packages(advisories.keys()) if advisories else ():
        for id_, each in _stated(shard, release, package):
            if id_ in stated:
                stated[id_].append(each)
    for id_, advisory in sorted(advisories.items()):
        yield _found(database, shard, advisory, stated[id_])


def _of_package(database: Database, shard: Shard, wanted: Wanted) -> Iterator[Found]:
    """The records that speak of the package, or hold its version where one is given."""
    stated: dict[str, list[Stated]] = {}
    for release in wanted.releases or tuple(each.name for each in shard.facts.releases):
        for id_, each in _stated(shard, release, wanted.name, wanted.version):
            stated.setdefault(id_, []).append(each)
    for advisory in shard.records(stated.keys()):
        yield _found(database, shard, advisory, stated[advisory.id])


def _stated(shard: Shard, release: str, name: str, text: str = "") -> Iterator[tuple[str, Stated]]:
    found = shard.affecting(release, name, _key(shard, text)) if text else shard.statements(release, name)
    for affects in found:
        yield affects.advisory.id, _told(shard, release, name, affects)
    for unread in shard.unassessable(release, name):
        yield unread.record, Stated(shard.name, name, release, why=unread.why)


def _told(shard: Shard, release: str, name: str, affects: Affects) -> Stated:
    return Stated(
        shard.name,
        name,
        release,
        introduced=affects.introduced,
        after=affects.after,
        fixed=affects.fixed,
        last=affects.last,
        state=affects.state,
        arches=affects.scope.arches,
        module=affects.scope.module,
        date=affects.date,
        limit=affects.limit,
    )


def _key(shard: Shard, text: str) -> bytes:
    scheme = BY_NAME[shard.name].scheme
    try:
        return version.key(scheme, text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no {scheme} version: {error}") from error


def _found(database: Database, shard: Shard, advisory: Advisory, stated: list[Stated]) -> Found:
    aliases, upstream = tuple(advisory.aliases.split()), tuple(advisory.upstream.split())
    cves = [name for name in (advisory.id, *aliases, *upstream) if name.startswith("CVE-")]
    kev, epss = database.shard("kev", "kev"), database.shard("epss", "epss")
    exploited = kev.kevs(cves) if kev else {}
    scores = epss.epsses(cves) if epss else {}
    severity = Severity(advisory.level, advisory.score, advisory.vector, advisory.feed)
    if advisory.level is Level.UNKNOWN and (scored := database.shard("cvss", "cvss")) is not None:
        others = scored.cvsses(cves).values()
        severity = max(others, key=lambda each: (each.level.rank, each.score or 0.0), default=severity)
    return Found(
        id=advisory.id,
        ecosystem=shard.name,
        feed=advisory.feed,
        aliases=aliases,
        upstream=upstream,
        published=advisory.published,
        modified=advisory.modified,
        withdrawn=advisory.withdrawn,
        severity=severity,
        summary=advisory.summary,
        kev=min(exploited.values(), key=lambda each: each.added, default=None),
        epss=max(scores.values(), key=lambda each: each.score, default=None),
        stated=tuple(stated),
    )


def _wanted(text: str, database: Database) -> Wanted:
    """The question that a package URL is. Raises ``UsageError``."""
    try:
        url = PackageURL.from_string(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no package URL: {error}", hint="as in pkg:npm/lodash@4.17.20") from error
    qualifiers = url.qualifiers if isinstance(url.qualifiers, dict) else {}
    space, name, number = url.namespace or "", url.name, url.version or ""
    if url.type in DISTRIBUTION_TYPES:
        distribution = _distribution(url.type, space)
        epoch = qualifiers.get("epoch", "")
        number = f"{epoch}:{number}" if epoch and number and ":" not in number else number
        releases = _releases(distribution, qualifiers.get("distro", ""), database)
        return Wanted(distribution.ecosystem, name, number, releases)
    ecosystem = BY_TYPE.get(url.type)
    if ecosystem is None:
        raise UsageError(f"{text!r}: no feed speaks for packages of type {url.type!r}")
    joined = f"{unquote(space)}{':' if url.type == 'maven' else '/'}{name}" if space else name
    number = number.removeprefix("v") if url.type == "golang" else number
    return Wanted(ecosystem.name, ecosystem.spell(joined), number)


def _program(text: str) -> Wanted:
    """The question that a CPE is. Raises ``UsageError``."""
    found = by_cpe.program(Package("generic", "", "", cpe=text))
    if found is None:
        raise UsageError(f"{text!r} is no CPE of an application", hint="as in cpe:2.3:a:f5:nginx:1.20.0:*:*:*:*:*:*:*")
    return Wanted(by_cpe.ECOSYSTEM, found.names[0], found.version)


def _distribution(kind: str, space: str) -> Distribution:
    known: list[Distribution] = list(plugins.load("pratique.vuln.distro", "DISTRO").values())
    found = next((each for each in known if each.type == kind and space in (each.namespace, *each.ids)), None)
    if found is None or not found.ecosystem:
        raise UsageError(f"no feed speaks for {kind} packages of {space!r}", hint="as in pkg:deb/debian/openssl")
    return found


def _releases(distribution: Distribution, distro: str, database: Database) -> tuple[str, ...]:
    """``distro=debian-12``, or a codename, as the feed names its releases, with the streams that are asked beside them;
    none where nothing is said. Raises ``NotFound`` for a release that the feed does not have."""
    id_, _, number = distro.rpartition("-")
    table = database.shard("eol", "eol") if number.isalpha() and distribution.table else None
    known = table.distro_release(distribution.table, codename=number.lower()) if table else None
    number = known.version if known else number
    shard = database.shard("osv", distribution.ecosystem) if number and not distribution.rolling else None
    if shard is None:
        return ()
    named = Distro(id_ if id_ in distribution.ids else distribution.ids[0], number)
    asked = flat(distribution.streams(named, ())) if distribution.streams else distribution.releases(number)
    spelt = (f"{number}-", f"{number}:")  # openEuler's service packs, which no VERSION_ID tells
    there = [each.name for each in shard.facts.releases]
    found = [name for name in there if name in asked] or [name for name in there if name.startswith(spelt)]
    if not found:
        what = f"the feed of {distribution.name} does not know its release {distro!r}"
        raise NotFound(what, hint=f"it has {', '.join(each for each in there[:_SHOWN] if each)}")
    return tuple(found)
