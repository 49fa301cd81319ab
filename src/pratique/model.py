"""The nouns that every stage shares: frozen values in, frozen values out, no I/O.

A stage never hands another one a dict. Unknown is a value (``""``, ``None`` or ``Level.UNKNOWN``);
what was not read is a ``Problem``.
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from typing import BinaryIO, ClassVar, Literal

import msgspec


class Struct(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What all nouns are: immutable, typed on decoding, unknown fields refused."""


# --- what an image is ------------------------------------------------------------------------


class Platform(Struct, frozen=True):
    """``os/architecture[/variant]`` as in the OCI image index (image-spec, image-index.md)."""

    os: str = "linux"
    architecture: str = "amd64"
    variant: str = ""

    def __str__(self) -> str:
        return "/".join(part for part in (self.os, self.architecture, self.variant) if part)


class Layer(Struct, frozen=True):
    """One layer of an image, bottom first.

    ``digest``    of the blob as the verified manifest names it ("sha256:<hex>"); "" where only a claim exists
                  (a docker-archive); never trusted before the bytes have been hashed.
    ``diff_id``   what the image config claims of the uncompressed tar; a claim, no cache key, unless
                  ``computed_by_daemon``.
    ``size``      bytes of the blob, -1 if unknown.
    ``created_by`` the instruction of the config's history, "" if none.
    ``open``      gives the blob's bytes as a binary stream, from the start, each time it is called; it can be
                  pickled (a ``functools.partial`` of a module's function), so that a worker process may call it.
    ``folder``    set instead of a blob for a plain root file system: the directory to walk.
    """

    index: int
    digest: str
    diff_id: str = ""
    media_type: str = ""
    size: int = -1
    created_by: str = ""
    computed_by_daemon: bool = False
    open: Callable[[], BinaryIO] | None = None
    folder: str = ""


class Step(Struct, frozen=True):
    """A step of an image's history: its instruction, whether it made no layer, and when it was done (RFC 3339)."""

    created_by: str = ""
    empty: bool = False
    created: str = ""


class Base(Struct, frozen=True):
    """The image that another was built on: its lowest ``layers``.

    ``how`` tells who says so: ``option`` (somebody named it, and its layers were compared), ``known`` (its layers are
    those of one in a file of known bases), ``annotation`` (the image names it; how many layers are its own its history
    tells, 0 where it does not) or ``history`` (guessed: where its instructions end). ``created`` is when it was built
    (RFC 3339), "" where nothing tells; ``contradicts`` the base that the image names, where its layers are another's.
    """

    name: str
    digest: str
    layers: int
    how: Literal["option", "known", "annotation", "history"]
    created: str = ""
    contradicts: str = ""

    def origin(self, layer: int) -> Literal["", "base", "own"]:
        """Whose the layer of that index is; "" for none, and where nobody tells how many are the base's."""
        if not self.layers or layer < 0:
            return ""
        return "base" if layer < self.layers else "own"


class ImageConfig(Struct, frozen=True):
    """The parts of the image config (image-spec, config.md) that a stage reads."""

    user: str = ""
    env: tuple[str, ...] = ()
    entrypoint: tuple[str, ...] = ()
    cmd: tuple[str, ...] = ()
    working_dir: str = ""
    exposed_ports: tuple[str, ...] = ()
    volumes: tuple[str, ...] = ()
    labels: dict[str, str] = {}
    created: str = ""
    author: str = ""
    history: tuple[Step, ...] = ()


class Image(Struct, frozen=True):
    """One image of one platform: what a target resolves to.

    ``target`` is what the user wrote, ``name`` the reference without transport and digest (or the file's name),
    ``digest`` that of the manifest, "" where there is none; ``config_digest`` is the image id.
    """

    target: str
    name: str
    digest: str = ""
    config_digest: str = ""
    platform: Platform = Platform()
    config: ImageConfig = ImageConfig()
    layers: tuple[Layer, ...] = ()
    annotations: dict[str, str] = {}
    problems: tuple[Problem, ...] = ()


class Kind(enum.Enum):
    """What a tar header or a directory entry is."""

    FILE = "file"
    FOLDER = "folder"
    SYMLINK = "symlink"
    HARDLINK = "hardlink"
    OTHER = "other"


# --- facts: what a cataloguer yields ---------------------------------------------------------


DISTRIBUTION_TYPES = frozenset(("alpm", "apk", "deb", "rpm"))
"""The package URL types of distributions' own packages; all others are software that distributions may carry too."""


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
    facts: dict[str, tuple[Fact, ...]] = {}
    links: dict[str, str] = {}
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


# --- what is known ---------------------------------------------------------------------------


class Level(enum.Enum):
    """Qualitative severity (CVSS v3.1 specification, section 5)."""

    UNKNOWN = "unknown"
    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 for unknown up to 5 for critical."""
        return _LEVELS.index(self)


_LEVELS = list(Level)


class Severity(Struct, frozen=True):
    """How bad, by whom: ``score`` is the CVSS base score of ``vector`` or None, ``source`` the feed that says so."""

    level: Level = Level.UNKNOWN
    score: float | None = None
    vector: str = ""
    source: str = ""


class Kev(Struct, frozen=True):
    """An entry in CISA's Known Exploited Vulnerabilities catalogue; dates are YYYY-MM-DD."""

    added: str
    due: str = ""
    ransomware: bool = False


class Epss(Struct, frozen=True):
    """FIRST's exploit prediction: probability and percentile in 0…1, and the day of the model's run."""

    score: float
    percentile: float
    date: str = ""


class FixState(enum.Enum):
    """What the feed says of a fix."""

    FIXED = "fixed"
    AFFECTED = "affected"
    WILL_NOT_FIX = "will_not_fix"
    DEFERRED = "deferred"
    UNDER_INVESTIGATION = "under_investigation"
    END_OF_LIFE = "end_of_life"
    NOT_AFFECTED = "not_affected"
    UNKNOWN = "unknown"


class Fix(Struct, frozen=True):
    """``versions``: the lowest versions that are no longer affected, as the records spell them. ``date`` is when the
    fix was published (YYYY-MM-DD), "" where the feed does not tell."""

    state: FixState = FixState.UNKNOWN
    versions: tuple[str, ...] = ()
    date: str = ""


class VexStatus(enum.Enum):
    """How a vulnerability touches a product (CISA, Minimum Requirements for VEX, April 2023)."""

    NOT_AFFECTED = "not_affected"
    AFFECTED = "affected"
    FIXED = "fixed"
    UNDER_INVESTIGATION = "under_investigation"


JUSTIFICATIONS = frozenset(
    {
        "component_not_present",
        "vulnerable_code_not_present",
        "vulnerable_code_not_in_execute_path",
        "vulnerable_code_cannot_be_controlled_by_adversary",
        "inline_mitigations_already_exist",
    }
)
"""OpenVEX's and CSAF's labels of why a product is not affected (CISA, VEX Status Justifications, June 2022)."""
CYCLONEDX_JUSTIFICATIONS = frozenset(
    {
        "code_not_present",
        "code_not_reachable",
        "requires_configuration",
        "requires_dependency",
        "requires_environment",
        "protected_by_compiler",
        "protected_at_runtime",
        "protected_at_perimeter",
        "protected_by_mitigating_control",
    }
)
"""CycloneDX's own (https://cyclonedx.org/docs/1.6/json/#vulnerabilities_items_analysis_justification)."""


class Vex(Struct, frozen=True):
    """What a VEX document says of a finding: its ``status``, why (a ``justification`` is one of the labels, ``impact``
    free text), what to do, who says so, in which document, and when (RFC 3339)."""

    status: VexStatus
    justification: str = ""
    impact: str = ""
    action: str = ""
    author: str = ""
    document: str = ""
    timestamp: str = ""


class Evidence(Struct, frozen=True):
    """Why a record matched: the record, the name and version compared, and the range they fell into.

    ``introduced`` "" means from the beginning, ``fixed`` and ``last_affected`` "" mean open at the top. ``symbols`` are
    those of the record's functions that the program holds, where it tells."""

    record: str
    ecosystem: str
    package: str
    version: str
    scheme: str
    introduced: str = ""
    fixed: str = ""
    last_affected: str = ""
    symbols: tuple[str, ...] = ()


class Action(enum.Enum):
    """What a rule of the policy says of a finding; ``NONE`` where no rule spoke."""

    FAIL = "fail"
    WARN = "warn"
    ALLOW = "allow"
    NONE = "none"


class Decision(Struct, frozen=True):
    """What the policy said and why. ``suppressed_until`` (YYYY-MM-DD), ``reason`` and ``owner`` are set when a
    suppression holds, and ``baseline`` too, its day, when it is a baseline's; ``grace_until`` when a grace period
    turned a failure into a warning; ``vex`` when a VEX document (then ``owner`` is its author) said so, as the status
    that it gives."""

    action: Action = Action.NONE
    rule: str = ""
    suppressed_until: str = ""
    reason: str = ""
    owner: str = ""
    grace_until: str = ""
    note: str = ""
    vex: str = ""
    baseline: str = ""


class Finding(Struct, frozen=True, tag_field="kind"):
    """What all findings have; ``layer`` is -1 where it belongs to none. Subclasses bind the kind."""

    id: str
    severity: Severity = Severity()
    title: str = ""
    path: str = ""
    layer: int = -1
    decision: Decision = Decision()
    aliases: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    published: str = ""
    modified: str = ""

    @property
    def file(self) -> str:
        """The path that proves it, "" for none."""
        return self.path

    @property
    def from_layer(self) -> int:
        """The index of the layer that it came with, -1 for none."""
        return self.layer


class PackageFinding(Finding, frozen=True, kw_only=True):
    """A finding of one package."""

    package: Package

    @property
    def file(self) -> str:
        """The path that proves it, else the package."""
        return self.path or self.package.path

    @property
    def from_layer(self) -> int:
        """The index of the layer that it, else the package, came with."""
        return self.layer if self.layer >= 0 else self.package.layer


class Vulnerability(PackageFinding, frozen=True, tag="vulnerability", kw_only=True):
    """One vulnerability of one package, all records of it merged. ``id`` is the CVE where there is one."""

    fix: Fix = Fix()
    kev: Kev | None = None
    epss: Epss | None = None
    vex: Vex | None = None


class Malware(PackageFinding, frozen=True, tag="malware"):
    """A package that is itself the attack (OSV ``MAL-`` records)."""


class LicenceBreach(PackageFinding, frozen=True, tag="licence"):
    """A package under a licence that the policy refuses: ``id`` is its SPDX identifier, ``title`` all that the package
    says of its licences. Where they are not known, ``id`` is ``licence-unknown``."""


class ImageFinding(Finding, frozen=True, kw_only=True):
    """A finding of the image itself, of no package: ``title`` says what is amiss, ``hint`` what to do."""

    package: ClassVar[None] = None
    hint: str = ""


class BaseImageFinding(ImageFinding, frozen=True, tag="base-image"):
    """What is amiss with the image that this one was built on: ``base-unknown``, ``base-unpinned``, …"""


class CoverageFinding(ImageFinding, frozen=True, tag="coverage"):
    """A part of the image that nothing speaks for: ``executables-unaccounted``, ``packages-not-assessed``."""


AnyPackageFinding = Vulnerability | Malware | LicenceBreach
AnyImageFinding = BaseImageFinding | CoverageFinding
AnyFinding = AnyPackageFinding | AnyImageFinding


class FeedStatus(Struct, frozen=True):
    """One feed in the database. ``date`` is the feed's own (KEV's dateReleased, EPSS's score_date, else the newest
    ``modified``), RFC 3339. ``complete`` is False where it covers its ecosystem only in part; ``note`` says which."""

    name: str
    date: str = ""
    records: int = 0
    ranges: int = 0
    complete: bool = True
    note: str = ""
    digest: str = ""


class DatabaseStatus(Struct, frozen=True):
    """Which database was asked. ``digest`` is over all shards' sorted rows; ``as_of`` (RFC 3339) is the moment whose
    knowledge it was asked for, "" for all that it knows."""

    name: str = ""
    path: str = ""
    digest: str = ""
    starter: bool = False
    feeds: tuple[FeedStatus, ...] = ()
    as_of: str = ""


class NotAssessed(Struct, frozen=True):
    """Packages that no feed speaks for, and why; ``examples`` holds at most five names."""

    reason: str
    count: int
    examples: tuple[str, ...] = ()


class Coverage(Struct, frozen=True):
    """How much was looked at: packages assessed of those found, layers read of those there, checks not run,
    executables (ELF, PE, Mach-O files) that belong to a package of all, with at most a hundred of the others, and
    packages that were left out because only lock files name them."""

    packages: int = 0
    assessed: int = 0
    not_assessed: tuple[NotAssessed, ...] = ()
    layers: int = 0
    layers_read: int = 0
    not_run: tuple[str, ...] = ()
    executables: int = 0
    accounted: int = 0
    strays: tuple[str, ...] = ()
    declared: int = 0


class BaselineStatus(Struct, frozen=True):
    """Which baseline was asked (days are YYYY-MM-DD), why it is not in force ("" where it is), how many findings it let
    be, and how many of its entries for this image silence nothing."""

    path: str
    digest: str
    created: str
    owner: str
    expires: str
    refusal: str = ""
    silenced: int = 0
    unused: int = 0


class PolicyStatus(Struct, frozen=True):
    """Which policy decided: its file ("" for a built-in one), its name, the digest of its bytes, and the baseline.
    ``parents`` are those that it extends, the nearest first; ``digest`` is then over all of theirs. ``env`` and
    ``namespace`` are what it was asked for."""

    name: str = "default"
    path: str = ""
    digest: str = ""
    baseline: BaselineStatus | None = None
    parents: tuple[PolicyStatus, ...] = ()
    env: str = ""
    namespace: str = ""


class Result(enum.Enum):
    """The verdict's one word."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    UNKNOWN = "unknown"


class Reason(Struct, frozen=True):
    """Why: the rule (or ``problem``), how many findings or problems it caught, and one sentence."""

    rule: str
    count: int
    text: str


class Verdict(Struct, frozen=True):
    """The decision on one image; ``advice`` says what to do next, most useful first."""

    result: Result
    reasons: tuple[Reason, ...] = ()
    advice: tuple[str, ...] = ()


class Upgrade(Struct, frozen=True):
    """A step of a plan: ``name`` (of a distribution's package its source's, as its ecosystem writes it) from
    the ``installed`` ones at least to ``version``, which clears ``count`` findings, of the identifiers ``clears``.

    ``packages`` are the names of the installed packages that are raised by it, ``origin`` whose layers they are all in,
    ``brought_by`` the direct dependencies that need it, where it is none itself."""

    type: str
    name: str
    installed: tuple[str, ...]
    version: str
    count: int
    clears: tuple[str, ...]
    packages: tuple[str, ...] = ()
    origin: Literal["", "base", "own"] = ""
    brought_by: tuple[str, ...] = ()


class Plan(Struct, frozen=True):
    """The smallest set of upgrades that clears what fails (``about``), or what warns where nothing fails, the one first
    that clears the most.

    ``dockerfile`` is the instruction that raises the distribution's packages in one's own layer; ``left`` are the
    identifiers that no upgrade clears which the feeds tell of."""

    about: Literal["", "fail", "warn"] = ""
    upgrades: tuple[Upgrade, ...] = ()
    dockerfile: str = ""
    left: tuple[str, ...] = ()


class Tally(Struct, frozen=True):
    """How many findings: known to be exploited, failing, warning, and all; one of several packages of a source counts
    once."""

    exploited: int = 0
    failing: int = 0
    warning: int = 0
    total: int = 0


class Candidate(Struct, frozen=True):
    """An image that this one might be built on instead of its base: what that would remove and add, and what would be
    left of the base's findings; how many packages and bytes (-1: not told) it has where the base ``now`` has others.

    ``result`` is the verdict that there would be, ``blocking`` how many problems would block one; ``problem`` is why it
    could not be weighed."""

    name: str
    digest: str = ""
    removes: Tally = Tally()
    adds: Tally = Tally()
    leaves: Tally = Tally()
    packages: int = 0
    packages_now: int = 0
    size: int = -1
    size_now: int = -1
    result: Result = Result.UNKNOWN
    blocking: int = 0
    problem: str = ""


class Tool(Struct, frozen=True):
    """Who wrote the report."""

    name: str = "pratique"
    version: str = ""


class Report(Struct, frozen=True):
    """All that one target gave. It is never filtered by the gate. ``now`` is the time that it was decided at.
    ``channels`` and ``functions`` are the inventory's: an SBOM tells them too. ``document`` is the format of the
    document that it was read from (``CycloneDX 1.6``), "" for an image's own layers."""

    target: str
    now: str
    tool: Tool = Tool()
    image: Image | None = None
    distro: Distro | None = None
    packages: tuple[Package, ...] = ()
    findings: tuple[AnyFinding, ...] = ()
    problems: tuple[Problem, ...] = ()
    coverage: Coverage = Coverage()
    database: DatabaseStatus = DatabaseStatus()
    policy: PolicyStatus = PolicyStatus()
    verdict: Verdict = Verdict(Result.UNKNOWN)
    notes: tuple[str, ...] = ()
    base: Base | None = None
    channels: tuple[Channel, ...] = ()
    functions: tuple[Functions, ...] = ()
    document: str = ""
    plan: Plan = Plan()
    candidates: tuple[Candidate, ...] = ()
