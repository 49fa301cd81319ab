"""The words of a command line, and the lists that they name, in; the targets out."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

import msgspec

from pratique.errors import UsageError
from pratique.given import read_given

_LINE = 4096  # characters of a line of a list of targets
_NO_LIST = "one target a line is read here; an image is read from a file (docker save NAME > image.tar)"
_LARGEST = 16 << 20  # bytes of a list of targets


class Targets(msgspec.Struct, frozen=True):
    """The targets in the order given, and the names that the caller gives the images in some of them."""

    all: tuple[str, ...]
    names: tuple[tuple[str, str], ...] = ()


def targets_of(args: argparse.Namespace) -> Targets:
    """All targets. Raises ``UsageError`` where there is none, and for names that are not one a target."""
    names = dict(named(args.targets, args.name or ()))
    found = list[str]()
    for target in args.targets:
        found += _listed("-", names) if target == "-" else [target]
    if args.targets_file:
        found += _listed(args.targets_file, names)
    if not found:
        raise UsageError("no target is named", hint="for example debian:12, ./image.tar or docker:app:1.4")
    return Targets(tuple(found), tuple(names.items()))


def named(targets: Sequence[str], names: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """The targets with the names that are given, each in its place. Raises ``UsageError`` for more or fewer names than
    targets, and for a list among them."""
    if names and (len(names) != len(targets) or "-" in targets):
        what = f"--name is given {len(names)} times, for {len(targets)} targets"
        raise UsageError(what, hint="name each, in their order; in a list a line is TARGET --name IMAGE")
    found = dict[str, str]()
    for target, name in zip(targets, names, strict=False):
        _name(found, target, name)
    return tuple(found.items())


def _name(names: dict[str, str], target: str, name: str) -> None:
    """Raises ``UsageError`` for a second name of one target."""
    if names.setdefault(target, name) != name:
        raise UsageError(f"{target!r} is given two names, {names[target]!r} and {name!r}")


def _listed(file: str, names: dict[str, str]) -> list[str]:
    """The targets of a list, one a line (``TARGET``, or ``TARGET --name IMAGE``, which is added to ``names``); empty
    lines and what follows a # at the beginning of a word is left out."""
    data = read_given(file, _LARGEST, "the list of targets", hint=_NO_LIST, stdin=True)
    try:
        lines = data.decode("utf-8-sig").splitlines()  # editors on Windows begin a file with a mark
    except UnicodeDecodeError as error:
        raise UsageError(f"the list of targets {file!r} is not UTF-8: byte {error.start}", hint=_NO_LIST) from error
    for number, line in enumerate(lines, 1):
        if "\0" in line or len(line) > _LINE:
            raise UsageError(f"the list of targets {file!r}: line {number} is no target", hint=_NO_LIST)
    found = list[str]()
    for line in (f" {line}".split(" #", 1)[0].strip() for line in lines):
        target, option, name = line.partition(" --name ")
        if os.path.lexists(line):  # whoever names a file names no image by that
            target, option = line, ""
        if target.strip():
            found.append(target.strip())
            if option:
                _name(names, target.strip(), name.strip())
    return found
