"""A command's arguments in, a namespace or the help text out: argparse, with help that reads the same under every
Python and errors of our own kind."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from pratique.cli import _messages
from pratique.errors import UsageError
from pratique.report._text import columns, pad, wrap

_INDENT = "  "
_TERMS = 30  # columns that an option and its value get before its help begins on a line of its own
_WIDEST = 100
_NARROWEST = 50

_ENDING = (
    "Every option may also come from the environment (--cache-dir as PRATIQUE_CACHE_DIR) or from the configuration "
    "file; an option of the command line comes first, then the environment, then the file."
)
_FORMAT = ("format", "--format F writes to stdout, --format F=FILE into a file")
_POLICY = (
    "policy",
    "the policy says what fails, and nothing is left out of the report: docs/policy.md, or --preset NAME",
)
# What other scanners call such options, each with the option of ours that the answer speaks of.
_ELSEWHERE = {
    **dict.fromkeys(("f", "o", "output", "file"), _FORMAT),
    **dict.fromkeys(("severity", "s", "fail-on", "exit-code", "ignore-unfixed", "only-fixed", "ignorefile"), _POLICY),
    **dict.fromkeys(("input", "image"), ("targets", "a file, a folder or an image is given by its name alone")),
}
_CODES = "exit codes: 0 pass or warn, 1 the policy says no, 2 wrong usage, 3 undecided"


class Parser(argparse.ArgumentParser):
    """A parser that raises ``UsageError``, takes options by their full names only, and writes its own help."""

    def __init__(self, words: str, description: str) -> None:
        super().__init__(
            prog=f"pratique {words}",
            description=description,
            add_help=False,
            allow_abbrev=False,
            usage=argparse.SUPPRESS,
        )
        self.words = words

    def error(self, message: str) -> NoReturn:
        """Wrong usage, with argparse's sentence."""
        hint = f"`{self.prog} --help` shows what there is"
        strange = message.partition("unrecognized arguments: ")[2].split(" ")[0].partition("=")[0]
        name, own = strange.lstrip("-"), self.options()
        if strange.startswith("-") and name in _ELSEWHERE and _ELSEWHERE[name][0] in own:
            hint = _ELSEWHERE[name][1]
        elif strange.startswith("-") and (meant := _messages.nearest(name, sorted(own))):
            hint = f"did you mean --{meant}?"
        raise UsageError(message.removeprefix("argument "), hint=hint)

    def arguments(self) -> list[argparse.Action]:
        """All arguments, as they were added."""
        return list(self._actions)

    def options(self) -> frozenset[str]:
        """The long options without their dashes."""
        return frozenset(name[2:] for action in self._actions for name in action.option_strings if name[:2] == "--")

    def render(self, width: int) -> str:
        """The help: usage, what the command does, the arguments by their groups."""
        width = _bounded(width)
        lines = [f"usage: {self.prog} {self._usage()}".rstrip(), "", *wrap(_sentence(self.description or ""), width)]
        for group in self._action_groups:
            actions = [action for action in group._group_actions if action.help != argparse.SUPPRESS]
            if actions:
                lines += ["", group.title or ""]
            if actions and group.description:
                lines += [_INDENT + line for line in wrap(group.description, width - 2)]
            for action in actions:
                lines += _entry(_term(action), action.help or "", width)
        return "\n".join([*lines, "", *wrap(_ENDING, width), *wrap(_CODES, width)]) + "\n"

    def _usage(self) -> str:
        required = [_term(action) for action in self._actions if action.option_strings and action.required]
        places = [_place(action) for action in self._actions if not action.option_strings]
        return " ".join([*required, "[OPTION…]", *places])


def add_general(parser: argparse.ArgumentParser) -> None:
    """The options that every command has."""
    group = parser.add_argument_group("General")
    group.add_argument(
        "--config",
        metavar="FILE",
        help="the configuration file (default: pratique/config.toml in $XDG_CONFIG_HOME, ~/.config)",
    )
    group.add_argument("-q", "--quiet", action="store_true", help="no progress and no notes; errors still show")
    group.add_argument("--no-progress", action="store_true", help="no progress bars, as when stderr is no terminal")
    group.add_argument("--debug", action="store_true", help="show the traceback of what failed")
    group.add_argument("-h", "--help", action="store_true", help="show this help")


def overview(commands: Sequence[tuple[str, str]], width: int) -> str:
    """The help of ``pratique`` itself."""
    width = _bounded(width)
    lines = [
        "usage: pratique COMMAND [OPTION…] [ARGUMENT…]",
        "",
        *wrap("Reads what is in a container image, says what is exploited there, and decides by one policy.", width),
        "",
        "Commands",
    ]
    for words, told in commands:
        lines += _entry(words, told, width)
    lines += [
        "",
        "Options",
        *_entry("-h, --help", "show this help; `pratique COMMAND --help` that of a command", width),
    ]
    lines += _entry("-V, --version", "show the version", width)
    lines += ["", "Examples"]
    for example, told in _EXAMPLES:
        lines += _entry(example, told, width, 44)
    return "\n".join([*lines, "", *wrap(_CODES, width)]) + "\n"


_EXAMPLES = (
    ("pratique scan debian:12", "an image of a registry"),
    ("pratique scan ./image.tar", "what `docker save` wrote, or an OCI layout"),
    ("pratique scan --format json=out.json IMAGE", "JSON for machines"),
    ("pratique sbom --format json IMAGE", "only what is in it"),
)


def group(word: str, commands: Sequence[tuple[str, str]], width: int) -> str:
    """The help of a word that several commands share, such as ``pratique db``."""
    lines = [f"usage: pratique {word} COMMAND [OPTION…]", "", "Commands"]
    for words, told in commands:
        lines += _entry(words, told, _bounded(width))
    return "\n".join([*lines, "", f"`pratique {commands[0][0]} --help` shows a command's options"]) + "\n"


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}." if text else ""


def _bounded(width: int) -> int:
    return max(min(width, _WIDEST), _NARROWEST)


def _place(action: argparse.Action) -> str:
    """``FILE``, or ``[FILE]`` where it may be left out."""
    name = str(action.metavar or action.dest)
    return f"[{name}]" if action.nargs == "?" else name


def _term(action: argparse.Action) -> str:
    """``-q, --quiet`` or ``--format F[=FILE]``."""
    value = str(action.metavar or action.dest.upper()) if action.nargs != 0 else ""
    if not action.option_strings:
        return value
    return f"{', '.join(action.option_strings)} {value}".rstrip()


def _entry(term: str, told: str, width: int, terms: int = _TERMS) -> list[str]:
    """A term and beside it what it does, or below it where the term is long."""
    body = wrap(told, width - terms - 2)
    first = _INDENT + term
    if columns(first) + 2 > terms:
        return [first, *(" " * terms + line for line in body)]
    return [pad(first, terms) + body[0], *(" " * terms + line for line in body[1:])]
