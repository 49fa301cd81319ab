"""All that one target gave: what was asked, how much was looked at, what was found and decided."""

from __future__ import annotations

from pratique.model._struct import Struct
from pratique.model.fact import Channel, Distro, Functions, Package, Problem
from pratique.model.finding import AnyFinding
from pratique.model.image import Base, Image
from pratique.model.verdict import Candidate, Plan, Result, Verdict


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
