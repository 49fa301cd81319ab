"""``pratique db search``: an id, a package, a package URL or a CPE in, what the database says of it out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import msgspec

from pratique.cli import _clock, _codes, _database, _messages, _options, _output, _progress
from pratique.errors import DatabaseError, NotFound
from pratique.model import FixState, Level
from pratique.plugins import Command
from pratique.report._text import columns, count, cut, pad, paint, visible, wrap

if TYPE_CHECKING:
    from pratique.vuln.search import Found, Stated

_TITLES = ("PACKAGE", "AFFECTED", "STATE", "FIX DATE")
_SHOWN = 50  # lines of a record in the table


def configure(parser: argparse.ArgumentParser) -> None:
    """What is asked, and of which database."""
    group = parser.add_argument_group("Database")
    group.add_argument(
        "query",
        metavar="ID|PACKAGE|PURL|CPE",
        help="a record or an alias of it (CVE-2021-44228, GHSA-…), a package's name (in all ecosystems), a package "
        "URL (pkg:pypi/django@3.2.1: the records that hold this version), or a program's CPE 2.3 name",
    )
    _database.add_place(group)
    _database.add_ecosystem(group)
    group.add_argument(
        "--format", metavar="F", choices=("table", "json"), default="table", help="table or json (default: table)"
    )
    group.add_argument("--all", action="store_true", help="show all packages of a record in the table")
    _options.add_color(group)
    _clock.add_now(group)
    _options.add_registries(parser.add_argument_group("Registry"))


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for what the database knows, 3 where a part of it could not be asked. Raises ``NotFound`` (2) for what it does
    not know."""
    from pratique import api  # it imports the stages: not for --help
    from pratique.vuln import search

    with (
        _progress.bars(args, err) as bars,
        api.open_database(_database.settings_of(args, os.environ, bars)) as database,
    ):
        found = search.search(database, args.query, args.ecosystem or ())
        speaking = search.speaking(database, args.query, args.ecosystem or ()) if not found else 0
        missed = database.missed
    for problem in missed:
        _messages.tell(err, problem.what, problem.hint)
    if not found and not missed and not speaking:
        raise NotFound(f"the database knows nothing of {args.query!r}", hint=search.advice(args.query))
    if args.format == "json":
        _output.say(msgspec.json.format(msgspec.json.encode(found), indent=2).decode() + "\n", out)
    elif found:
        coloured, width = _messages.colour(args.color, out, os.environ), _messages.width(out)
        lines = _lines(found, width, None if args.all else _SHOWN, coloured=coloured)
        _output.say("\n".join(lines) + "\n", out)
    elif speaking:
        _output.say(f"no record holds that version, of {count(speaking, 'record')} of the package\n", out)
    return _codes.combined((0, DatabaseError.exit_code if missed else 0))


def _lines(found: tuple[Found, ...], width: int, most: int | None, *, coloured: bool) -> Iterator[str]:
    """A record and below it what it says of packages; then how many records there are."""
    for record in found:
        yield from (paint(line, "strong", coloured) for line in wrap(_title(record), width, "  "))
        if record.summary:
            yield cut(f"  {visible(record.summary)}", width)
        yield from _table([_row(each) for each in record.stated[:most]], width, coloured=coloured)
        if most is not None and len(record.stated) > most:
            yield f"  … {len(record.stated) - most:,} more (--all)"
        yield ""
    yield count(len(found), "record")


def _table(rows: list[tuple[str, str, str, str]], width: int, *, coloured: bool) -> Iterator[str]:
    """The rows under their titles; a column in which nothing stands is left out."""
    places = [place for place in range(len(_TITLES)) if any(row[place] for row in rows)]
    widths = {place: max(columns(row[place]) for row in (_TITLES, *rows)) for place in places}
    for number, row in enumerate((_TITLES, *rows) if rows else ()):
        line = "  ".join(pad(row[place], widths[place]) for place in places).rstrip()
        yield paint(cut(f"  {line}", width), "dim", coloured and number == 0)


def _title(record: Found) -> str:
    """``GHSA-…  CRITICAL 10.0  KEV 2021-12-10  EPSS 0.94  CVE-2021-44228  Maven, published 2021-12-10``."""
    severity, parts = record.severity, [visible(record.id)]
    if severity.level is not Level.UNKNOWN:
        score = "" if severity.score is None else f" {severity.score:.1f}"
        parts.append(f"{severity.level.value.upper()}{score}")
    if record.kev is not None:
        parts.append(f"KEV {record.kev.added}{', ransomware' if record.kev.ransomware else ''}")
    if record.epss is not None:
        parts.append(f"EPSS {record.epss.score:.2f}")
    parts += [visible(" ".join(names)) for names in (record.aliases, record.upstream) if names]
    dates = ((record.published, "published"), (record.modified, "modified"), (record.withdrawn, "WITHDRAWN"))
    told = [f"{word} {visible(date[:10])}" for date, word in dates if date]
    return "  ".join([*parts, ", ".join([record.ecosystem, *told])])


def _row(stated: Stated) -> tuple[str, str, str, str]:
    where = f"{stated.ecosystem}:{stated.release}" if stated.release else stated.ecosystem
    scope = [text for text in (stated.module, "/".join(stated.arches)) if text]
    name = visible(f"{where} {stated.package}" + (f" ({', '.join(scope)})" if scope else ""))
    if stated.why:
        return name, visible(f"cannot be compared: {stated.why}"), "", ""
    state = "" if stated.state in (FixState.FIXED, FixState.AFFECTED) else stated.state.value.replace("_", " ")
    return name, visible(_range(stated)), state, stated.date


def _range(stated: Stated) -> str:
    """``>= 2.0, < 2.15.0``."""
    low = f">= {stated.introduced}" if stated.introduced and stated.introduced != "0" else ""
    low = f"> {stated.after}" if stated.after else low
    top = stated.fixed or stated.limit
    high = f"< {top}" if top else f"<= {stated.last}" if stated.last else ""
    return ", ".join(filter(None, (low, high))) or "all versions"


COMMAND = Command(
    name="db search",
    help="what the vulnerability database says of an id, a package or a package URL",
    configure=configure,
    run=run,
)
