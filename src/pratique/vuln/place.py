"""A package in, the question to a feed out, or why none can be put.

Names by type: https://github.com/package-url/purl-spec (types) and https://ossf.github.io/osv-schema/#affectedpackage-field
"""

from __future__ import annotations

import msgspec

from pratique import version
from pratique.model import DISTRIBUTION_TYPES, Package
from pratique.vuln.database import Database
from pratique.vuln.ecosystem import BY_NAME, BY_TYPE
from pratique.vuln.ground import Ground
from pratique.vuln.manifest import ReleaseFacts


class Question(msgspec.Struct, frozen=True):
    """What a feed is asked: the ecosystem, its release ("" for none), the name as stored there, the version's text and
    key."""

    ecosystem: str
    release: str
    name: str
    version: str
    scheme: str
    key: bytes


class Refusal(msgspec.Struct, frozen=True):
    """Why a package is not assessed: ``reason`` is the same for all such packages, ``what`` tells of this one."""

    reason: str
    what: str = ""
    ecosystem: str = ""


def place(package: Package, ground: Ground, database: Database) -> Question | Refusal:
    """Where the package is looked up."""
    if package.type in DISTRIBUTION_TYPES:
        return _distribution(package, ground)
    ecosystem = BY_TYPE.get(package.type)
    if ecosystem is None:
        return Refusal(f"no feed speaks for packages of type {quote(package.type)}")
    shard = database.shard("osv", ecosystem.name)
    if shard is None or not shard.facts.releases:
        return Refusal(f"the database has no feed of {ecosystem.name}", ecosystem=ecosystem.name)
    name = _name(package)
    if not name:
        return Refusal("its group is not known", f"{quote(package.name)} has no group, as the feed's names have")
    return _question(ecosystem.name, "", ecosystem.spell(name), _version(package), ecosystem.scheme)


def covers(facts: ReleaseFacts, name: str, holds: bool) -> bool:
    """Whether silence of the feed means that nothing is known against the package; ``holds``: it has records of it."""
    return facts.complete or (holds if facts.covered is None else holds or name in facts.covered)


def fill_namespace(package: Package, ground: Ground, distro_id: str) -> Package:
    """The package with the purl namespace of its distribution."""
    if package.namespace or package.type not in DISTRIBUTION_TYPES:
        return package
    known = ground.distribution
    namespace = known.namespace if known and known.type == package.type else distro_id
    return msgspec.structs.replace(package, namespace=namespace) if namespace else package


def quote(text: str) -> str:
    """The value as a message shows it: an image may hold longer ones than anyone wants to read."""
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")


_SHOWN = 100  # characters


def _distribution(package: Package, ground: Ground) -> Question | Refusal:
    distribution, release = ground.distribution, ground.release
    if distribution is None or release is None:
        return Refusal(ground.reason or "the distribution is not known")
    if package.type != distribution.type:
        return Refusal(f"{distribution.name} has no packages of type {quote(package.type)}")
    name, text = package.name, package.version
    if distribution.by_source:
        name = package.source_name or name
        text = package.source_version or text
    scheme = BY_NAME[distribution.ecosystem].scheme
    return _question(distribution.ecosystem, release.name, name, text, scheme)


def _question(ecosystem: str, release: str, name: str, text: str, scheme: str) -> Question | Refusal:
    if not text:
        return Refusal("its version is not known", f"{quote(name)} has no version")
    try:
        return Question(ecosystem, release, name, text, scheme, version.key(scheme, text))
    except ValueError:
        return Refusal("its version cannot be read", f"{quote(text)} of {quote(name)} is no {scheme} version")


def _name(package: Package) -> str:
    """The name as the feed has it, "" where a part of it is missing."""
    space, name = package.namespace, package.name
    if package.type == "maven":
        return f"{space}:{name}" if space else name if ":" in name else ""
    if package.type == "npm" and space:
        return f"@{space.removeprefix('%40').removeprefix('@')}/{name}"
    if package.type in ("golang", "composer") and space:
        return f"{space}/{name}"
    return name


def _version(package: Package) -> str:
    """A Go main module built from a work tree has the version "(devel)", which says nothing; a toolchain's is
    "go1.22.1" and may name experiments (https://go.dev/doc/toolchain#version)."""
    if package.type != "golang":
        return package.version
    text = package.version.removeprefix("go").partition(" ")[0]
    return "" if text == "(devel)" else text
