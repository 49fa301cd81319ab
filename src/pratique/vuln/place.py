"""A package in, the question to a feed out, or why none can be put.

Names by type: https://github.com/package-url/purl-spec (types) and https://ossf.github.io/osv-schema/#affectedpackage-field
"""

from __future__ import annotations

import msgspec

from pratique import version
from pratique.model import DISTRIBUTION_TYPES, Package
from pratique.vuln import by_cpe
from pratique.vuln.database import Database
from pratique.vuln.distro._shape import Distribution, Named
from pratique.vuln.ecosystem import BY_NAME, BY_TYPE
from pratique.vuln.ground import Ground
from pratique.vuln.manifest import ReleaseFacts
from pratique.vuln.streams import Stream


class Name(msgspec.Struct, frozen=True):
    """What a feed calls the package, and its version under that name: a source package has one of its own."""

    text: str
    version: str
    key: bytes


class Build(msgspec.Struct, frozen=True):
    """What tells builds of one package apart (``bulletin.Scope``); ``modular`` says that the feed names the module of
    every statement on a modular package, ``path`` which program is asked for its functions; with ``plain`` what is said
    of builds of no flavour is of this one too, and its names are of one program: none goes before another."""

    arch: str = ""
    module: str = ""
    flavour: str = ""
    modular: bool = False
    path: str = ""
    plain: bool = False


class Question(msgspec.Struct, frozen=True):
    """What a feed is asked: the ecosystem, the streams of its releases, the package's names as stored there, the first
    before the others, and which build it is."""

    ecosystem: str
    streams: tuple[Stream, ...]
    names: tuple[Name, ...]
    scheme: str
    build: Build = Build()

    @property
    def release(self) -> str:
        """The release that the feed is known by: the last rank's first, "" for none."""
        return self.streams[0].ranks[-1][0] if self.streams else ""

    @property
    def name(self) -> str:
        """The first name."""
        return self.names[0].text

    @property
    def version(self) -> str:
        """The version under the first name."""
        return self.names[0].version


class Refusal(msgspec.Struct, frozen=True):
    """Why a package is not assessed: ``reason`` is the same for all such packages, ``what`` tells of this one.
    ``ecosystem`` is the feed that the database has not, ``blocking`` whether that leaves the verdict open; ``owned``
    says that it is assessed where the distribution's package is that owns it, ``foreign`` that it is a package of
    another publisher than the distribution, ``copied`` that its files were taken from another system."""

    reason: str
    what: str = ""
    ecosystem: str = ""
    blocking: bool = True
    owned: bool = False
    foreign: bool = False
    copied: bool = False


def place(package: Package, ground: Ground, database: Database) -> Question | Refusal:
    """Where the package is looked up."""
    if package.type in DISTRIBUTION_TYPES:
        return _distribution(package, ground)
    ecosystem = BY_TYPE.get(package.type)
    if ecosystem is None:
        if package.owner and by_cpe.program(package) is not None:
            return Refusal("they are files of packages that are not assessed", owned=True)
        return place_program(package, database)
    shard = database.shard("osv", ecosystem.name)
    if shard is None or not shard.facts.releases:
        return Refusal(f"the database has no feed of {ecosystem.name}", ecosystem=ecosystem.name)
    name = _name(package)
    if not name:
        return Refusal("its group is not known", f"{quote(package.name)} has no group, as the feed's names have")
    path = package.path if package.type == "golang" else ""
    named = ((ecosystem.spell(name), _version(package)),)
    return _question(Question(ecosystem.name, _ANYWHERE, (), ecosystem.scheme, Build(path=path)), named)


def place_program(package: Package, database: Database) -> Question | Refusal:
    """Where a program is looked up that no package of the distribution's own holds: NVD is asked, under the names that
    it knows, for its silence on another says nothing."""
    program = by_cpe.program(package)
    if program is None:
        return Refusal(f"no feed speaks for packages of type {quote(package.type)}")
    shard = database.shard("osv", by_cpe.ECOSYSTEM)
    if shard is None or not shard.facts.releases:
        return Refusal("the database has no feed of NVD", ecosystem=by_cpe.ECOSYSTEM, blocking=False)
    known = tuple((name, program.version) for name in program.names if shard.holds("", name))
    if not known:
        return Refusal("NVD names no product by their CPE")
    build = Build(flavour=program.software, plain=True)
    return _question(Question(by_cpe.ECOSYSTEM, _ANYWHERE, (), BY_NAME[by_cpe.ECOSYSTEM].scheme, build), known)


def feed_of(package: Package, ground: Ground) -> str:
    """The ecosystem whose feed speaks of such packages, whether or not it can be asked; "" for none."""
    if package.type in DISTRIBUTION_TYPES:
        known = ground.distribution
        return known.ecosystem if known is not None and known.type == package.type else ""
    ecosystem = BY_TYPE.get(package.type)
    return ecosystem.name if ecosystem is not None else ""


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

_SPACED = frozenset(("composer", "githubactions", "golang", "swift"))
"""The types whose names in a feed have the namespace before them."""

_ANYWHERE = (Stream((("",),)),)


def _distribution(package: Package, ground: Ground) -> Question | Refusal:
    distribution, release = ground.distribution, ground.release
    if distribution is None or release is None:
        return Refusal(ground.reason or "the distribution is not known")
    if _is_copied(package, distribution):
        return Refusal("files were copied from them, as a document in the image says", copied=True)
    if package.type != distribution.type:
        return Refusal(f"{distribution.name} has no packages of type {quote(package.type)}")
    build = Build(package.arch, package.module, distribution.flavour(package.version), distribution.modular)
    scheme = BY_NAME[distribution.ecosystem].scheme
    if not distribution.is_own(package, ground.names_itself):
        return Refusal(f"they are not {distribution.name}'s own", foreign=True)
    streams = ground.streams_of(package.version)
    return _question(Question(distribution.ecosystem, streams, (), scheme, build), _named(package, distribution))


def _is_copied(package: Package, distribution: Distribution) -> bool:
    """Whether a document within the image, or a note in a program, states a package of another system: as wheels of
    Python tell whose libraries are in them (https://peps.python.org/pep-0770/)."""
    own = ("", distribution.namespace, *distribution.ids)
    return package.stated and (package.type != distribution.type or package.namespace not in own)


def _named(package: Package, distribution: Distribution) -> tuple[tuple[str, str], ...]:
    """The names and versions that the distribution's feed may know the package by, the first before the others."""
    name, version_ = distribution.source(package)
    source = (name, distribution.spell(version_))
    if distribution.named is Named.SOURCE:
        return (source,)
    binary = (package.name, distribution.spell(package.version))
    return (binary, source) if distribution.named is Named.BOTH and source[0] != binary[0] else (binary,)


def _question(question: Question, named: tuple[tuple[str, str], ...]) -> Question | Refusal:
    """The question under these names."""
    names = []
    for name, text in named:
        if not text:
            return Refusal("its version is not known", f"{quote(name)} has no version")
        try:
            names.append(Name(name, text, version.key(question.scheme, text)))
        except ValueError:
            what = f"{quote(text)} of {quote(name)} is no {question.scheme} version"
            return Refusal("its version cannot be read", what)
    return Question(question.ecosystem, question.streams, tuple(names), question.scheme, question.build)


def _name(package: Package) -> str:
    """The name as the feed has it, "" where a part of it is missing."""
    space, name = package.namespace, package.name
    if package.type == "maven":
        return f"{space}:{name}" if space else name if ":" in name else ""
    if package.type == "npm" and space:
        return f"@{space.removeprefix('%40').removeprefix('@')}/{name}"
    return f"{space}/{name}" if space and package.type in _SPACED else name


def _version(package: Package) -> str:
    """A Go main module built from a work tree has the version "(devel)", which says nothing; a toolchain's is
    "go1.22.1" and may name experiments (https://go.dev/doc/toolchain#version)."""
    if package.type != "golang":
        return package.version
    text = package.version.removeprefix("go").partition(" ")[0]
    return "" if text == "(devel)" else text
