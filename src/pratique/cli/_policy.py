"""A policy file's name in, its text and what is asked of its suppressions out: what the commands on policies share."""

from __future__ import annotations

import argparse
import os
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli import _options
from pratique.errors import UsageError
from pratique.given import read_given
from pratique.limits import DEFAULT as LIMITS

if TYPE_CHECKING:
    from pratique.model import Report
    from pratique.policies import Parents
    from pratique.policy.schema import Policy, Suppression


def add_file(group: argparse._ArgumentGroup, about: str = "the policy file") -> None:
    """--policy: a file that is written; ``file_of`` tells which one where none is named."""
    group.add_argument(
        "--policy",
        metavar="FILE",
        type=_options.named,
        help=f"{about} (default: pratique.yaml, or the pratique.yml that is here)",
    )


def file_of(named: str | None) -> str:
    """The policy file that was named, else the working directory's. Raises ``UsageError`` where that has two."""
    from pratique import policies  # not for --help

    return named or policies.found() or policies.POLICY_FILE


def add_fetching(parser: argparse.ArgumentParser) -> None:
    """How the policies are reached that a policy extends."""
    group = parser.add_argument_group("Policies from a network")
    _options.add_cache_folder(group)
    _options.add_registries(group)


def parents_of(args: argparse.Namespace) -> Parents:
    """What reads them."""
    from pratique import api  # it imports the stages: not for --help
    from pratique.policies import Parents

    cache = Path(args.cache_dir) if args.cache_dir else api.cache_folder(os.environ)
    return Parents(_options.options_of(args, os.environ), cache)


def add_end(group: argparse._ArgumentGroup) -> None:
    """--expires and --days."""
    group.add_argument("--expires", metavar="DATE", type=_day, help="the last day on which it holds")
    group.add_argument(
        "--days", metavar="N", type=_days, help="or so many days from now (default: as many as the policy allows)"
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no day: write it as 2026-12-31") from None


def _days(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) <= 365:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to 365")
    return int(text)


def end_of(args: argparse.Namespace, today: date, most: int) -> date:
    """The day asked for, the last that is allowed where none was. Raises ``UsageError`` for one that is past or too
    far."""
    if args.expires is not None and args.days is not None:
        raise UsageError("--expires and --days say the same in two ways", hint="give one of them")
    wanted: date | None = args.expires if args.days is None else today + timedelta(days=args.days)
    if wanted is None:
        return today + timedelta(days=most)
    left = (wanted - today).days
    if left < 0:
        raise UsageError(f"--expires {wanted} is past")
    if left > most:
        last = today + timedelta(days=most)
        raise UsageError(f"{wanted} is {left} days ahead; {most} are the most", hint=f"until {last} at the latest")
    return wanted


def text_of(name: str) -> str:
    """The file's text. Raises ``PolicyError`` where it cannot be read or is not UTF-8."""
    from pratique import policies  # not for --help

    return policies.text_of(Path(name))


def named(policy: Policy, identifier: str, package: str) -> list[int]:
    """The places of the suppressions of that identifier (and package). Raises ``UsageError`` for none, and for those
    of several packages where none is named."""
    found = [
        index
        for index, entry in enumerate(policy.suppress)
        if entry.id == identifier and package in ("", entry.package or entry.image)
    ]
    if not found:
        where = f" in {package}" if package else ""
        raise UsageError(f"no suppression of {identifier!r}{where}", hint="pratique suppress list shows them")
    packages = sorted({policy.suppress[index].package or policy.suppress[index].image for index in found})
    if len(packages) > 1:
        raise UsageError(f"{identifier} is suppressed in {', '.join(packages)}", hint="name the package too")
    return found


def whole(args: argparse.Namespace, text: str, name: str) -> Policy:
    """The policy in the file of that name, of that text, with what it extends: that bounds its suppressions too."""
    from pratique.policy import schema

    return schema.load(text, name, parents=parents_of(args))


def state(entry: Suppression, policy: Policy, today: date) -> str:
    """``in force``, ``ends soon``, ``over``, ``too long``, or ``not let`` where a policy that it extends lets none."""
    from pratique.policy.inherit import shutting
    from pratique.policy.suppress import SOON_DAYS, most_days

    left = (entry.expires - today).days
    most = most_days(policy.max_suppression_days, accept_kev=entry.accept_kev)
    if left < 0:
        return "over"
    if shutting(policy) is not None:
        return "not let"
    return "too long" if left > most else "ends soon" if left <= SOON_DAYS else "in force"


def saved(name: str) -> tuple[Report, ...]:
    """The reports of a file that ``pratique scan --format json`` wrote. Raises ``UsageError`` for any other."""
    from pratique.report._restore import restore

    found = restore(read_given(name, LIMITS.sbom, "the report"), name)
    if not found:
        raise UsageError(f"{name!r} holds no report", hint="write one: pratique scan TARGET --format json=FILE")
    return found


def unused(policy: Policy, reports: list[str], today: date) -> set[int]:
    """The places of those that silence no finding of any of the saved reports. Raises ``UsageError`` for a file that is
    none."""
    from pratique.policy.suppress import Suppressions

    left = set(range(len(policy.suppress)))
    for name in reports:
        for report in saved(name):
            asked = Suppressions(policy, report, today)
            for finding in report.findings:
                asked.silencing(finding, finding.is_exploited)
            left -= asked.used
    return left
