"""What a scan needs beside its targets, and where it keeps things on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pratique.errors import UsageError
from pratique.folders import user_folder
from pratique.limits import DEFAULT, Limits
from pratique.oci.options import Options
from pratique.vuln import used
from pratique.workers import Progress


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a scan needs beside its targets.

    ``now``       the moment that ages and expiries are measured from; aware of its time zone.
    ``cache``     folder of the layers' facts; None reads every layer anew and keeps nothing.
    ``database``  folder of the vulnerability database; None asks the one that ``database_folder`` finds.
    ``origin``    where a database is carried to (``oci://REFERENCE``, ``oci-archive:FILE``): what an image needs of it
                  is fetched, and kept in ``database``, else below the cache, else for this scan only.
    ``learnt``    file in which is noted which ecosystems were asked for (``vuln.used``); None notes nothing.
    ``as_of``     what was known at that moment is asked for, by the records' dates; None for all that is known.
    ``vex``       VEX documents, whose word on findings the policy hears.
    ``policy``    a policy file; None asks for the working directory's, else the built-in policy.
    ``preset``    the name of a preset that takes the policy file's place.
    ``env``       the environment that the targets are meant for, which the policy may ask for (``target.env``).
    ``namespace`` the namespace that they are meant for (``target.namespace``).
    ``baseline``  a baseline: findings that are let be for a time; None for none.
    ``names``     targets, and what somebody calls the image in each: the name that an archive, a folder or a document
                  gives itself lets nothing be (docs/policy.md).
    ``base``      the image that the targets are built on; "": what each of them tells of it.
    ``candidates`` images that the targets might be built on instead, to be weighed against their base.
    ``known_bases`` a file of base images (``known_bases``), by whose layers a target's is recognised; None for none.
    ``declared``  whether packages count that only lock files and manifests name; None: in a folder (``dir:``) they do,
                  in an image, where nothing shows that they are installed, they do not.
    ``workers``   layers read side by side; 0 for as many as there are processors.
    """

    now: datetime
    cache: Path | None = None
    database: Path | None = None
    origin: str = ""
    learnt: Path | None = None
    as_of: datetime | None = None
    vex: tuple[Path, ...] = ()
    policy: Path | None = None
    preset: str = ""
    env: str = ""
    namespace: str = ""
    baseline: Path | None = None
    names: tuple[tuple[str, str], ...] = ()
    base: str = ""
    known_bases: Path | None = None
    candidates: tuple[str, ...] = ()
    declared: bool | None = None
    options: Options = Options()
    workers: int = 0
    limits: Limits = DEFAULT
    progress: Progress | None = None


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where facts are cached: ``$XDG_CACHE_HOME/pratique`` (XDG base directory specification)."""
    return user_folder(environment, "XDG_CACHE_HOME", ".cache") / "pratique"


def database_folder(environment: Mapping[str, str]) -> Path:
    """The database that ``pratique db update`` or ``db build`` left, else the starter that the package carries."""
    own = own_database(environment)
    return own if (own / "manifest.json").exists() else Path(__file__).parent / "starter"


def learnt_file(environment: Mapping[str, str]) -> Path:
    """Where is noted which ecosystems this machine's scans ask for: beside the user's database."""
    return own_database(environment).parent / used.FILE


def own_database(environment: Mapping[str, str]) -> Path:
    """Where ``pratique db`` keeps the user's database: ``$XDG_DATA_HOME/pratique/db``."""
    return user_folder(environment, "XDG_DATA_HOME", ".local/share") / "pratique" / "db"


def check_zone(settings: Settings) -> None:
    """Raises ``UsageError`` for a time without a zone, or beyond the calendar in UTC."""
    for moment in (settings.now, settings.as_of):
        if moment is None:
            continue
        if moment.utcoffset() is None:
            raise UsageError(f"the time {moment.isoformat()!r} has no zone", hint="use datetime.now(UTC)")
        try:
            rfc3339(moment)
        except OverflowError as error:
            raise UsageError(f"the time {moment.isoformat()!r} is not within the years 1 to 9999 of UTC") from error


def rfc3339(moment: datetime) -> str:
    """The moment in UTC to the second (RFC 3339)."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
