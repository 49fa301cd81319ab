"""What a cataloguer yields, and what becomes of it: facts of a layer, inventory of an image."""

from __future__ import annotations

import msgspec

from pratique.model._struct import Struct

DISTRIBUTION_TYPES = frozenset(("alpm", "apk", "deb", "rpm"))
"""The package URL types of distributions' own packages; all others are software that distributions may carry too."""
KEV_FEED = "feed kev"
"""Where problems stand that tell of the catalogue of what is exploited: no policy passes over one that blocks."""


class Package(Struct, frozen=True, tag_field="fact", tag="package"):
    """A piece of software with a name and a version.

    ``type``, ``namespace``, ``name``, ``version`` as the package URL specification names them (``deb``, ``apk``,
    ``rpm``, ``pypi``, ``npm``, ``golang``, ``maven``, ``gem``, ``cargo``, …); for distributions' packages the
    namespace is filled when the distribution is known. ``version`` is the full text in the scheme's own form (an rpm
    epoch is ``epoch:version-release``, left out when the package has none).
    ``source_name`` and ``source_version`` are filled where the package's database tells them; "" means "same".
    ``path`` is the file that proves it; for a nested archive the parts are joined by ``!/``.
    ``layer`` is the index of the layer it came with, -1 before the squash.
    ``owner`` names the distribution's package whose file ``path`` is.
    ``cpe`` is the CPE 2.3 name (NISTIR 7695) of software that no package manager owns.
    ``depends`` names the packages of the same type that it says it needs at run time, each as its ecosystem writes it
    (``@scope/name``, ``group:artifact``), with ``@version`` behind it where the file tells which.
    ``hashes`` are those of the package's archive as its lock file or metadata tells them (``sha512:<hex>``).
    ``declared`` says that only a lock file or manifest names it: nothing shows that it is installed.
    ``stated`` says that only a document within the image speaks of it (an SBOM, a note in a program).
    ``scope`` is what such a file says it is for where that is not running (``dev``, ``optional``, ``build``, ``test``).
    ``locations`` are the other files that prove the same package, sorted.
    ``uuid`` is the identity of a package of Julia's, whose names need not be one package's: a qualifier of its URL.
    """

    type: str
    name: str
    version: str
    namespace: str = ""
    arch: str = ""
    source_name: str = ""
    source_version: str = ""
    licences: tuple[str, ...] = ()
    vendor: str = ""
    module: str = ""
    path: str = ""
    layer: int = -1
    owner: str = ""
    cpe: str = ""
    depends: tuple[str, ...] = ()
    hashes: tuple[str, ...] = ()
    declared: bool = False
    stated: bool = False
    scope: str = ""
    locations: tuple[str, ...] = ()
    uuid: str = ""

    def is_called(self, name: str) -> bool:
        """Whether it, or the source that it was built from, has the name: with its namespace, as in a package URL or
        as Maven writes it (``group:artifact``), or without."""
        spaced = (f"{self.namespace}/{self.name}", f"{self.namespace}:{self.name}") if self.namespace else ()
        return bool(name) and name in (self.name, self.source_name, *spaced)


class Distro(Struct, frozen=True, tag_field="fact", tag="distro"):
    """What os-release says (freedesktop os-release(5)); ``version`` is VERSION_ID, "" where there is none."""

    id: str
    version: str = ""
    codename: str = ""
    like: tuple[str, ...] = ()
    name: str = ""
    path: str = ""


class Owns(Struct, frozen=True, tag_field="fact", tag="owns"):
    """The paths (no leading slash) that a package says it installed; ``type`` is "" for a distribution's."""

    package: str
    paths: tuple[str, ...]
    type: str = ""


class Copies(Struct, frozen=True, tag_field="fact", tag="copies"):
    """The paths at which a tool may have put copies of the program ``original`` (no leading slashes), as a virtual
    environment of Python's has them."""

    original: str
    paths: tuple[str, ...]


class Licence(Struct, frozen=True, tag_field="fact", tag="licence"):
    """What a file beside a distribution's package says of its licences (``usr/share/doc/NAME/copyright``): names or
    SPDX expressions, as they stand there. ``type`` is that of the package's purl."""

    type: str
    package: str
    licences: tuple[str, ...]


class Problem(Struct, frozen=True, tag_field="fact", tag="problem"):
    """What could not be read, matched or trusted.

    ``where`` is a path, digest, package or feed; ``what`` a sentence that names the value. A ``blocking`` one makes
    the verdict unknown; the others are noted. ``layer`` is -1 where it belongs to none. ``hides`` says that it stands
    for a package that is there and is not listed: the coverage counts it among those not assessed. ``ended`` is the
    last day (YYYY-MM-DD) of a distribution's support, where that is what it tells of.
    """

    where: str
    what: str
    blocking: bool = False
    layer: int = -1
    hint: str = ""
    hides: bool = False
    ended: str = ""


class Channel(Struct, frozen=True, tag_field="fact", tag="channel"):
    """A stream of packages that the image draws from, where that decides which advisories hold.

    ``kind`` is ``apk`` (a branch of ``/etc/apk/repositories``, ``v3.19``), ``rpm`` (a content set of Red Hat's
    ``content_manifests``) or ``ubuntu-pro`` (a service that is enabled, ``esm-infra``). ``releases`` are those of the
    distribution's feed that it serves, where the database tells; () before the match."""

    kind: str
    name: str
    path: str = ""
    releases: tuple[str, ...] = ()


class Functions(Struct, frozen=True, tag_field="fact", tag="functions"):
    """The functions that were linked into a Go program, so that an advisory that names some can ask for them: names
    with a zero byte around each, compressed by zlib, b"" where the program does not tell.

    ``main`` is the import path of its main package, whose functions are named ``main.…`` there; ``goos`` and ``goarch``
    are the system and the architecture that it was built for, as Go spells them. Each is "" where it is not told.
    ``replaced`` are modules that take the place of others, with those: in the names stand the others' paths."""

    path: str
    names: bytes
    main: str = ""
    goos: str = ""
    goarch: str = ""
    replaced: tuple[tuple[str, str], ...] = ()


Fact = Package | Distro | Owns | Copies | Licence | Channel | Functions | Problem


class LayerFacts(Struct, frozen=True):
    """The cached unit: all that one pass over one layer found out.

    ``digest``   "sha256:<hex>" over the bytes that we read (the blob's, or the plain tar's); never a claim.
    ``facts``    by path; a path that is claimed by its name but yields nothing stands with an empty tuple.
    ``links``    hard links from a claimed path to a path that this layer does not hold.
    ``removed``  whited-out paths; ``opaque`` folders whose lower content is hidden (image-spec, layer.md).
    ``plain``    8-byte BLAKE2s hashes of all paths that are not folders, as one string: a file over a folder
                 hides what is below it, and what a lower layer has at its own path.
    ``folders``  the same for all folders: one hides a file of a lower layer at its path.
    ``implied``  the folders that hold entries although no entry named them before: below a lower layer's link, engines
                 differ on where such entries go.
    ``executables`` paths of ELF, PE and Mach-O files, sorted: what the coverage is a part of.
    ``size``     bytes of the blob that was read.
    """

    digest: str
    facts: dict[str, tuple[Fact, ...]] = msgspec.field(default_factory=dict)
    links: dict[str, str] = msgspec.field(default_factory=dict)
    removed: tuple[str, ...] = ()
    opaque: tuple[str, ...] = ()
    plain: bytes = b""
    folders: bytes = b""
    implied: tuple[str, ...] = ()
    executables: tuple[str, ...] = ()
    entries: int = 0
    size: int = 0
    problems: tuple[Problem, ...] = ()


class Inventory(Struct, frozen=True):
    """What is in the image once its layers lie on one another. An SBOM is a rendering of it. ``strays`` are the
    executables, of all ``executables`` that there are, which belong to no package."""

    distro: Distro | None = None
    packages: tuple[Package, ...] = ()
    problems: tuple[Problem, ...] = ()
    layers_read: int = 0
    channels: tuple[Channel, ...] = ()
    functions: tuple[Functions, ...] = ()
    executables: int = 0
    strays: tuple[str, ...] = ()
