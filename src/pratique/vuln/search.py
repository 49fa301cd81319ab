"""An identifier, a package's name or a package URL in, what the database says of it out.

Identifiers are those of the records, their aliases, and what errata mend; package URLs are read as
https://github.com/package-url/purl-spec says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

import msgspec

from pratique import plugins, version
from pratique.errors import NotFound, UsageError
from pratique.model import DISTRIBUTION_TYPES, Distro, Epss, FixState, Kev, Level, Package, Severity, Struct
from pratique.package_url import PackageUrl, package_of, parse
from pratique.vuln import by_cpe
from pratique.vuln.answer import Advisory, Affects
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution, Named
from pratique.vuln.ecosystem import BY_NAME, BY_TYPE
from pratique.vuln.ground import UPDATE
from pratique.vuln.identity import as_spelt
from pratique.vuln.shard import Shard
from pratique.vuln.streams import flat

_SHOWN = 12  # releases in a hint
_URLS = ("pkg:", "cpe:")
_SOURCE_RPM = re.compile(r"(.+)-([^-]+-[^-]+)\.src\.rpm")
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
    """What a package URL asks: the names in an ecosystem, each with its version ("" for all), the releases (none for
    all)."""

    ecosystem: str
    names: tuple[tuple[str, str], ...]
    releases: tuple[str, ...] = ()


def search(database: Database, text: str, ecosystems: Collection[str] = ()) -> tuple[Found, ...]:
    """The records, by ecosystem and id; of the ``ecosystems`` only, where some are named. Raises ``UsageError`` for
    what cannot be looked for, ``NotFound`` for an ecosystem that the database has not, ``DatabaseError``."""
    if not text.strip():
        raise UsageError("nothing is asked for", hint="an id, a package's name, or a package URL")
    names = _ecosystems(database, ecosystems)
    if text.startswith(_URLS):
        return _of_url(database, _asked(text, database), names)
    found: list[Found] = []
    identifier = as_spelt(text)
    for name in names if _IDENTIFIER.fullmatch(identifier) else ():
        if (shard := database.shard("osv", name)) is not None:
            found += _of_id(database, shard, identifier)
    for name in names if not found else ():
        if (shard := database.shard("osv", name)) is not None:
            for spelt in _spelt(shard, text):
                found += _of_package(database, shard, Wanted(name, ((spelt, ""),)))
    return tuple(found)


def speaking(database: Database, text: str, ecosystems: Collection[str] = ()) -> int:
    """How many records speak of the package of a package URL or a CPE, whatever the version that this names: what is
    silent on one version may know the package well. 0 for any other text. Raises as ``search`` does."""
    if not text.startswith(_URLS):
        return 0
    wanted = _asked(text, database)
    wanted = msgspec.structs.replace(wanted, names=tuple((name, "") for name, _ in wanted.names))
    return len(_of_url(database, wanted, _ecosystems(database, ecosystems)))


def advice(text: str) -> str:
    """What may be wrong with a question that nothing was found for."""
    if text.startswith("pkg:"):
        url = _url(text)
        known = _distribution(url.type, url.namespace) if url.type in DISTRIBUTION_TYPES else None
        if known is not None and known.named is not Named.BINARY and "upstream" not in url.qualifiers:
            return (
                f"the feed of {known.name} names source packages: say of which this is built, as in ?upstream=openssl"
            )
    return "a name is spelt as its ecosystem spells it"


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


def _of_url(database: Database, wanted: Wanted, ecosystems: Collection[str]) -> tuple[Found, ...]:
    shard = database.shard("osv", wanted.ecosystem) if wanted.ecosystem in ecosystems else None
    return tuple(_of_package(database, shard, wanted)) if shard else ()


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
        for name, number in wanted.names:
            for id_, each in _stated(shard, release, name, number):
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
        raise UsageError(str(error)) from error


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


def _asked(text: str, database: Database) -> Wanted:
    """The question that a package URL or a CPE is. Raises ``UsageError``, ``NotFound`` where nobody can be asked."""
    wanted = _wanted(text, database) if text.startswith("pkg:") else _program(text)
    if database.manifest.shard("osv", wanted.ecosystem) is None:
        raise NotFound(f"the database has no feed of {wanted.ecosystem!r}", hint=UPDATE)
    return wanted


def _wanted(text: str, database: Database) -> Wanted:
    url = _url(text)
    number = package_of(url).version
    if url.type in DISTRIBUTION_TYPES:
        distribution = _distribution(url.type, url.namespace)
        epoch = url.qualifiers.get("epoch", "") if url.type == "deb" else ""
        number = f"{epoch}:{number}" if epoch and number and ":" not in number else number
        releases = _releases(distribution, url.qualifiers.get("distro", ""), database)
        return Wanted(distribution.ecosystem, tuple(_names(url, number, distribution)), releases)
    ecosystem = BY_TYPE.get(url.type)
    if ecosystem is None:
        raise UsageError(f"{text!r}: no feed speaks for packages of type {url.type!r}")
    joined = f"{url.namespace}{':' if url.type == 'maven' else '/'}{url.name}" if url.namespace else url.name
    number = number.removeprefix("v") if url.type == "golang" else number
    return Wanted(ecosystem.name, ((ecosystem.spell(joined), number),))


def _names(url: PackageUrl, number: str, distribution: Distribution) -> Iterator[tuple[str, str]]:
    """The names that the distribution's feed may know the package by: its own, maybe a source, and that
    of the source that the URL tells (``openssl``, ``openssl@3.0.9-1``, ``openssl-3.0.7-2.el9.src.rpm``)."""
    yield url.name, number
    upstream = url.qualifiers.get("upstream", "")
    name, _, version_ = upstream.partition("@")
    if file := _SOURCE_RPM.fullmatch(upstream):
        name, version_ = file[1], file[2]
    if name and name != url.name and distribution.named is not Named.BINARY:
        yield (
            name,
            distribution.source(Package(url.type, url.name, number, source_name=name, source_version=version_))[1],
        )


def _url(text: str) -> PackageUrl:
    try:
        return parse(text)
    except ValueError as error:
        raise UsageError(str(error), hint="as in pkg:npm/lodash@4.17.20") from error


def _program(text: str) -> Wanted:
    found = by_cpe.program(Package("generic", "", "", cpe=text))
    if found is None:
        raise UsageError(f"{text!r} is no CPE of an application", hint="as in cpe:2.3:a:f5:nginx:1.20.0:*:*:*:*:*:*:*")
    return Wanted(by_cpe.ECOSYSTEM, tuple((name, found.version) for name in found.names))


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
