"""What any feed says, in one form: a reader of a feed's own format yields bulletins, the database stores them.

OSV records, CSAF and VEX documents, OVAL definitions, updateinfo and trackers all come down to this: a record with an
id, and what it states of packages in releases. https://ossf.github.io/osv-schema/ gave the names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import msgspec

from pratique.limits import Limits
from pratique.model import FixState, Level, Severity


class Symbols(msgspec.Struct, frozen=True, array_like=True):
    """The vulnerable functions and methods of one import path, as the feed spells them (``Type.Method``); the entire
    package where there are none. ``goos`` and ``goarch`` are the systems and architectures that it is vulnerable on,
    as Go spells them; empty for all."""

    path: str
    names: tuple[str, ...] = ()
    goos: tuple[str, ...] = ()
    goarch: tuple[str, ...] = ()


class Scope(msgspec.Struct, frozen=True, array_like=True):
    """Which builds of a package a statement is about; an empty part limits nothing.

    ``arches``  as the package's database spells them. ``src`` alone is a source package: all that was built from it is
                meant, by the source's name and version, unless a statement of the binary package itself says more.
    ``module``  ``name:stream`` of a modular rpm (``nodejs:12``); a package of another stream, or of none, is not meant.
    ``symbols`` a binary that can tell, and holds none of them or is of other systems, is not affected.
    ``flavour`` a vendor's other build of the same package beside the plain one (Oracle's ``ksplice``), as
                ``Distribution.flavour`` reads it from the version; builds of another flavour are not meant, and ""
                means the plain ones.
    ``cves``    those of the record's vulnerabilities that the statement is about; all where empty.
    """

    arches: tuple[str, ...] = ()
    module: str = ""
    symbols: tuple[Symbols, ...] = ()
    flavour: str = ""
    cves: tuple[str, ...] = ()


class Statement(msgspec.Struct, frozen=True):
    """What a record says of one package in one release.

    ``release`` is the text after the ecosystem's colon as ``vuln/distro`` asks for it, "" for none; ``name`` the
    package's (source or binary, as the distribution's feed has it). The versions from ``introduced`` ("" from the
    beginning), or above ``after`` and without it, to below ``fixed``, or to ``last`` and with it, are meant ("" both:
    all above); the texts are versions of the ecosystem's scheme, an rpm's with its epoch as the feed gives it.
    ``state`` of those versions: ``FIXED`` where a fix is there, ``NOT_AFFECTED`` where the vendor says that these
    versions are none of it. ``date`` (YYYY-MM-DD) is the day of the fix, ``level`` the vendor's word for this package
    and release.
    """

    release: str
    name: str
    introduced: str = ""
    fixed: str = ""
    last: str = ""
    state: FixState = FixState.AFFECTED
    scope: Scope = Scope()
    date: str = ""
    level: Level = Level.UNKNOWN
    after: str = ""


class Bulletin(msgspec.Struct, frozen=True):
    """One record: an advisory, an erratum or a vulnerability's page. Times are RFC 3339, "" where not told.

    ``aliases`` name the same vulnerability, ``upstream`` those that an erratum mends. A ``withdrawn`` one never
    matches.
    """

    id: str
    aliases: tuple[str, ...] = ()
    upstream: tuple[str, ...] = ()
    published: str = ""
    modified: str = ""
    withdrawn: str = ""
    severity: Severity = Severity()
    summary: str = ""
    statements: tuple[Statement, ...] = ()


class Unread(msgspec.Struct, frozen=True):
    """A document or a part of one that could not be read: it is counted, and the feed's status shows examples."""

    where: str
    why: str


class Remote(msgspec.Struct, frozen=True):
    """A file that a vendor publishes: its ``path`` in a source folder, and below a mirror's address, and its own
    ``url``. Where a list of the vendor's tells its ``version`` (a time, say), a file is not asked for twice in one."""

    path: str
    url: str
    version: str = ""


Getter = Callable[[Remote], bytes]
"""Gets a small file of a vendor's. Raises ``NotFound``."""


def nothing_published(get: Getter, today: date) -> tuple[Remote, ...]:
    """No file is known to be had."""
    return ()


class Vendor(msgspec.Struct, frozen=True):
    """A vendor's own feed: bound as ``VENDOR`` by one module of ``vuln/vendor``.

    ``ecosystem`` is the shard that it fills, beside OSV's records of the same name where there are any; of two records
    with one id the vendor's own holds. ``present`` says whether a source folder holds it; ``read`` yields its records,
    in any order, within the limits, and raises ``Unreadable`` only where nothing at all could be read. ``remotes``
    names the files that an update fetches, on that day; what it looks up it gets once. ``alone``: it says all that
    OSV's records say, and more exactly, so that these are left out where it is there.
    """

    ecosystem: str
    present: Callable[[Path], bool]
    read: Callable[[Path, Limits], Iterator[Bulletin | Unread]]
    remotes: Callable[[Getter, date], tuple[Remote, ...]] = nothing_published
    alone: bool = False
