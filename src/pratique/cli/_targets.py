"""The words of a command line, and the lists that they name, in; the targets out."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from pratique.errors import UsageError

_LINE = 4096  # characters of a line of a list of targets
_NO_LIST = "one target a line is read here; an image is read from a file (docker save NAME > image.tar)"
_LARGEST = 16 << 20  # bytes of a list of targets


def targets_of(args: argparse.Namespace) -> tuple[str, ...]:
    """All targets in the order given. Raises ``UsageError`` where there is none."""
    found: list[str] = []
    for target in args.targets:
        found += _listed("-") if target == "-" else [target]
    if args.targets_file:
        found += _listed(args.targets_file)
    if not found:
        raise UsageError("no target is named", hint="for example debian:12, ./image.tar or docker:app:1.4")
    return tuple(found)


def _listed(file: str) -> list[str]:
    """The targets of a list: one a line; empty lines and what follows a # at the beginning of a word is left out."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(_LARGEST + 1)
        else:
            with Path(file).open("rb") as stream:
                data = stream.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(f"cannot read the targets in {file!r}: {error.strerror}") from error
    if len(data) > _LARGEST:
        raise UsageError(f"the list of targets {file!r} is larger than {_LARGEST} bytes", hint=_NO_LIST)
    try:
        lines = data.decode("utf-8-sig").splitlines()  # editors on Windows begin a file with a mark
    except UnicodeDecodeError as error:
        raise UsageError(f"the list of targets {file!r} is not UTF-8: byte {error.start}", hint=_NO_LIST) from error
    for number, line in enumerate(lines, 1):
        if "\0" in line or len(line) > _LINE:
            raise UsageError(f"the list of targets {file!r}: line {number} is no target", hint=_NO_LIST)
    return [target for line in lines if (target := f" {line}".split(" #", 1)[0].strip())]
