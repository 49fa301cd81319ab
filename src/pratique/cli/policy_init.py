"""``pratique policy init``: a few answers in, a first policy and, where wanted, a first baseline out."""

from __future__ import annotations

import argparse
import os
from contextlib import ExitStack
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from pratique.cli import _asking, _clock, _database, _messages, _options, _output, _policy, _progress, _targets
from pratique.errors import UsageError
from pratique.plugins import Command
from pratique.report._text import count, visible

if TYPE_CHECKING:
    from pratique.model import Report
    from pratique.policy.schema import Policy

_REASON = "there before the policy was"
_PRESETS = (
    ("default", "what is known to be exploited, malware, and what is likely to be exploited"),
    ("guideline", "each MUST of container image security; warns of each SHOULD"),
    ("strict", "also what is grave and can be mended, and an unknown base"),
    ("advisory-only", "nothing but what is known to be exploited; warns of the rest"),
)
_FILE = ("file", "what a policy of your organisation fails")


class _Wish(msgspec.Struct, frozen=True):
    """What is wanted: the parent, who answers, and what a baseline is made of: saved reports, or an image to scan."""

    extends: str
    owner: str
    reports: tuple[str, ...] = ()
    target: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """What is asked at a terminal, as options; where it goes; how an image is scanned for a baseline."""
    group = parser.add_argument_group("Policy")
    names = ", ".join(name for name, _ in _PRESETS)
    group.add_argument("--preset", metavar="NAME", default="", help=f"whose rules hold: {names} (default: default)")
    group.add_argument(
        "--extends",
        metavar="PLACE",
        default="",
        help="instead: a policy of your organisation, as a path, URL#sha256:DIGEST or oci://REFERENCE",
    )
    group.add_argument("--owner", metavar="WHO", default="", help="who answers for suppressions and the baseline")
    group.add_argument(
        "--baseline-from",
        metavar="REPORT",
        action="append",
        help="let be for a time what fails or warns in this report (pratique scan --format json), or in several",
    )
    group.add_argument("--target", metavar="TARGET", default="", help="or what fails or warns in this image")
    _policy.add_end(group)
    _policy.add_file(group, "write here")
    group.add_argument(
        "--baseline-file", metavar="FILE", default="", help="and here (default: baseline.yaml beside it)"
    )
    group.add_argument("--force", action="store_true", help="in the place of files that are there")
    _options.add_name(group, "once, for --target")
    _options.add_platform(group)
    _database.add_place(group)
    _options.add_reading(parser)
    _options.add_registry(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 for files that were written; 2 where one is there already, or what is wanted cannot be had."""
    file = Path(_policy.file_of(args.policy))
    second = Path(args.baseline_file) if args.baseline_file else file.with_name("baseline.yaml")
    _check(args, file)
    wish = _asked(args, file, err) if _asking.is_asked(err) else _given(args)
    from_what_is_there = bool(wish.reports or wish.target)
    if from_what_is_there:
        _free(second, force=args.force)
    text, policy = _made(wish, args, file)
    texts = {file: text}
    if from_what_is_there:
        texts[second] = _baseline(wish, policy, args, err)
    _write(texts, force=args.force)
    _output.say(_next(texts, file, second), out)
    return 0


def _check(args: argparse.Namespace, file: Path) -> None:
    _free(file, force=args.force)
    if args.preset and args.extends:
        raise UsageError(f"--preset {args.preset!r} and --extends {args.extends!r} are two", hint="give one of them")
    if args.preset and args.preset not in (known := [name for name, _ in _PRESETS]):
        raise UsageError(f"no preset {args.preset!r}; there are: {', '.join(known)}")
    if args.baseline_from and args.target:
        raise UsageError("--baseline-from and --target are two ways to one baseline", hint="give one of them")
    if args.name and not args.target:
        raise UsageError("--name says which image --target is", hint="a report is named when it is saved: scan --name")


def _free(file: Path, *, force: bool) -> None:
    """Raises for a place where nothing can be written."""
    if not file.parent.is_dir():
        raise UsageError(f"there is no folder {str(file.parent)!r}")
    if file.is_dir():
        raise UsageError(f"{str(file)!r} is a folder")
    if os.path.lexists(file) and not force:
        raise UsageError(f"{str(file)!r} is there already", hint="change it by hand, or --force writes a new one")


def _given(args: argparse.Namespace) -> _Wish:
    """What the options say, without anybody to ask."""
    reports = tuple(args.baseline_from or ())
    if (reports or args.target) and not args.owner:
        raise UsageError("--owner is missing: a baseline has somebody who answers for it")
    return _Wish(args.extends or args.preset or _PRESETS[0][0], args.owner, reports, args.target)


def _asked(args: argparse.Namespace, file: Path, err: IO[str]) -> _Wish:
    """What the options do not say is asked for."""
    asking = _asking.Asking(err)
    extends = args.extends or args.preset
    if not extends:
        extends = asking.choice("What fails?", (*_PRESETS, _FILE))
        if extends == _FILE[0]:
            question = "Which policy (a path, URL#sha256:DIGEST or oci://REFERENCE; Enter: none)"
            place = asking.text(question, lambda answer: _try(answer, args, file))
            extends = place or _PRESETS[0][0]
    owner = args.owner or asking.text("Who answers for suppressions, as ann@example.org or a team (Enter: nobody yet)")
    reports, target = tuple(args.baseline_from or ()), args.target
    if not reports and not target:
        question = "Let be for a time what is there today? A saved report, or an image to scan (Enter: no)"
        answer = asking.text(question, _check_report)
        answer = "" if answer.lower() in ("n", "no") else answer
        reports, target = ((answer,), "") if answer.endswith(".json") else ((), answer)
    while (reports or target) and not owner:
        owner = asking.text("A baseline has somebody who answers for it: who")
    return _Wish(extends, owner, reports, target)


def _try(place: str, args: argparse.Namespace, file: Path) -> None:
    """Raises ``UsageError`` for a place that cannot be extended."""
    _made(_Wish(place, ""), args, file)


def _check_report(answer: str) -> None:
    """Raises ``UsageError`` for a saved report that is none."""
    if answer.endswith(".json"):
        _policy.saved(answer)


def _made(wish: _Wish, args: argparse.Namespace, file: Path) -> tuple[str, Policy]:
    """The text, read as a scan reads it, and its policy. Raises ``PolicyError`` for what cannot be extended."""
    from pratique.limits import DEFAULT
    from pratique.policy import begin, schema

    for what in (wish.owner, wish.extends):
        if not what.isprintable():
            raise UsageError(f"{what!r} is no plain text")
    text = begin.begun(wish.extends, wish.owner, _clock.today_of(args, os.environ))
    source = schema.Source(text, str(file), identity=os.path.realpath(file))
    return text, schema.load_source(source, DEFAULT, _policy.parents_of(args))


def _baseline(wish: _Wish, policy: Policy, args: argparse.Namespace, err: IO[str]) -> str:
    """What fails or warns by the new policy, as a baseline; what is never in one is told."""
    from pratique.policy import anew, baseline_file, inherit

    if not inherit.lets_silence(policy, ()):
        raise UsageError(
            f"{wish.extends!r} lets nothing be suppressed, so no baseline counts", hint="begin without one"
        )
    now, today = _clock.now_of(args, os.environ), _clock.today_of(args, os.environ)
    expires = _policy.end_of(args, today, policy.max_suppression_days)
    reports = [anew.decided_anew(report, policy, now) for report in _reports(wish, args, err)]
    taken = baseline_file.taken(reports, wish.owner, _REASON, today, expires)
    for sentence in taken.left:
        _messages.tell(err, sentence)
    _messages.tell(err, f"{count(taken.count, 'finding')} until {expires}")
    return taken.text


def _reports(wish: _Wish, args: argparse.Namespace, err: IO[str]) -> list[Report]:
    if wish.reports:
        return [report for name in wish.reports for report in _policy.saved(name)]
    from pratique import api

    with _progress.bars(args, err) as bars:
        names = _targets.named((wish.target,), args.name or ())
        settings = _options.settings_of(args, os.environ, bars, names)
        settings = msgspec.structs.replace(settings, policy=None, preset="default")
        return api.reports_of(api.scan((wish.target,), settings))


def _write(texts: dict[Path, str], *, force: bool) -> None:
    """Writes all or, where one cannot be written or somebody interrupts, none that was not there."""
    new = [file for file in texts if not os.path.lexists(file)]
    with ExitStack() as undo:
        for file in new:
            undo.callback(file.unlink, missing_ok=True)
        for file, text in texts.items():
            _free(file, force=force)
            _output.save(text, file)
        undo.pop_all()


def _next(texts: dict[Path, str], file: Path, second: Path) -> str:
    """What was written, and what to do with it."""
    name, held = visible(str(file)), visible(str(second))
    option = "" if file == Path("pratique.yaml") else f" --policy {name}"
    more = f" --baseline {held}" if second in texts else ""
    lines = [f"{visible(str(written))}: written" for written in texts]
    lines += [
        "next:",
        f"  pratique scan IMAGE{option}{more}",
        f"  pratique policy check {name}",
        f"  pratique policy explain ID --target IMAGE{option}{more}",
        f"  pratique suppress add ID PACKAGE --reason … --owner …{option}",
        "  keep both files" if second in texts else "  keep the file",
    ]
    lines[-1] += " in the repository of what is built; docs/adopting.md tells how to go on"
    return "".join(f"{line}\n" for line in lines)


COMMAND = Command(
    name="policy init", help="write a first policy, and take what is there today", configure=configure, run=run
)
