"""The words of a command line in, the command found, run and its failures told; the exit code out."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from pratique import cli
from pratique.cli import _config, _messages, _output, _parser
from pratique.errors import PratiqueError, UsageError
from pratique.plugins import Command, modules

_GLOBAL = ("-q", "--quiet", "--no-progress", "--debug")


def run(arguments: Sequence[str]) -> int:
    """Runs the command that the words name, with this process's environment and streams."""
    out, err = _messages.made_safe(sys.stdout), _messages.made_safe(sys.stderr)
    debug = "--debug" in arguments or _config.says_yes(os.environ.get("PRATIQUE_DEBUG", ""))
    try:
        code = _run(list(arguments), os.environ, out, err)
        _output.say("", out)  # what is still held back goes out now
        return code
    except PratiqueError as error:
        return _failed(error, err, debug)
    except Exception as error:
        return _broken(error, err, debug)


def _failed(error: PratiqueError, err: IO[str], debug: bool) -> int:
    if debug:
        _messages.trace(err, error)
    _messages.tell(err, str(error), error.hint)
    return error.exit_code


def _broken(error: Exception, err: IO[str], debug: bool) -> int:
    """A fault of ours, or of the machine: nothing was decided."""
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename!r}: " if error.filename else ""
        _messages.tell(err, f"{where}{error.strerror}")
    else:
        hint = "this is a fault of Pratique; --debug shows where" if not debug else ""
        _messages.tell(err, f"internal error: {type(error).__name__}: {error}", hint)
    if debug:
        _messages.trace(err, error)
    return PratiqueError.exit_code


def _run(arguments: list[str], environment: Mapping[str, str], out: IO[str], err: IO[str]) -> int:
    if arguments in cli.VERSION:  # it could not be written, and is still held back
        return 0
    arguments = _globals_last(arguments)
    if not arguments:
        _output.say(overview(_messages.width(err)), err)
        return UsageError.exit_code
    if arguments[0] in ("-h", "--help", "help") and len(arguments) == 1:
        _output.say(overview(_messages.width(out)), out)
        return 0
    if arguments[0] == "help":
        arguments = [*arguments[1:], "--help"]
    words = _command_words(arguments)
    if not words:
        return _group(arguments, out, err)
    command = read(words)
    rest = arguments[len(words) :]
    parser = _parser.Parser(" ".join(words), command.help)
    command.configure(parser)
    _parser.add_general(parser)
    if "-h" in rest or "--help" in rest:
        _output.say(parser.render(_messages.width(out)), out)
        return 0
    return command.run(_config.resolve(parser, rest, environment, options_of_all, err), out, err)


def _globals_last(arguments: list[str]) -> list[str]:
    """``pratique --quiet scan x`` is ``pratique scan x --quiet``."""
    moved = []
    while arguments and arguments[0] in _GLOBAL:
        moved.append(arguments[0])
        arguments = arguments[1:]
    place = len(_command_words(arguments))
    return [*arguments[:place], *moved, *arguments[place:]]


def names() -> list[tuple[str, ...]]:
    """The words of all commands, those of one word first; found by the names of the files, without importing one."""
    return sorted((tuple(name.split("_")) for name in modules(cli)), key=lambda words: (len(words), words))


def names_below(words: Sequence[str]) -> list[tuple[str, ...]]:
    """The commands whose words begin so."""
    return [name for name in names() if name[: len(words)] == tuple(words)]


def read(words: Sequence[str]) -> Command:
    """The command of a module."""
    command: Command = importlib.import_module(f"pratique.cli.{'_'.join(words)}").COMMAND
    return command


def options_of_all() -> dict[str, frozenset[str]]:
    """The long options of each command, without the dashes, by its words."""
    found = {}
    for words in names():
        parser = _parser.Parser(" ".join(words), "")
        read(words).configure(parser)
        _parser.add_general(parser)
        found[" ".join(words)] = parser.options()
    return found


def overview(width: int) -> str:
    """What ``pratique --help`` shows."""
    commands = [(" ".join(words), read(words).help) for words in names()]
    return _parser.overview(commands, width)


def _command_words(arguments: Sequence[str]) -> tuple[str, ...]:
    """The words at the beginning that name a command, () where none do."""
    known = names()
    for length in (2, 1):
        words = tuple(arguments[:length])
        if words in known:
            return words
    return ()


def _group(arguments: Sequence[str], out: IO[str], err: IO[str]) -> int:
    """``pratique db`` shows its commands; what names nothing is wrong usage, with what may have been meant."""
    first = arguments[0]
    below = names_below([first])
    if not below:
        raise _unknown(first)
    commands = [(" ".join(words), read(words).help) for words in below]
    asked = any(word in ("-h", "--help") for word in arguments[1:])
    if len(arguments) == 1 or asked:
        stream = out if asked else err
        _output.say(_parser.group(first, commands, _messages.width(stream)), stream)
        return 0 if asked else UsageError.exit_code
    meant = _messages.nearest(arguments[1], [words[1] for words in below])
    hint = f"did you mean `pratique {first} {meant}`?" if meant else f"`pratique {first} --help` lists its commands"
    raise UsageError(f"no command {f'{first} {arguments[1]}'!r}", hint=hint)


def _unknown(word: str) -> UsageError:
    if word.startswith("-"):
        return UsageError(f"no option {word!r} before the command", hint="`pratique COMMAND --help` lists a command's")
    meant = _messages.nearest(word, sorted({words[0] for words in names()}))
    if meant:
        hint = f"did you mean `pratique {meant}`?"
    elif any(mark in word for mark in ":/.") or Path(word).exists():
        hint = f"to scan it: `pratique scan {word}`"
    else:
        hint = "`pratique scan IMAGE` scans one; `pratique --help` lists the commands"
    return UsageError(f"no command {word!r}", hint=hint)
