"""docs/cli.md is what ``--help`` says; ``python tests/cli/test_docs.py`` writes it anew."""

from __future__ import annotations

from pathlib import Path

from pratique.cli import _config, _dispatch, _parser

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "cli.md"
WIDTH = 100
BEGINNING = """\
# The command line

This page is made from the help texts (`python tests/cli/test_docs.py`); a test compares them.

## What every command keeps to

- **stdout** is the report and nothing else. Progress and messages go to stderr, bars only to a terminal.
- **Exit codes**: 0 the verdict is pass or warn · 1 the policy says no · 2 wrong usage, a wrong policy or
  configuration, or an argument that names nothing · 3 undecided: it could not be read or assessed, and the policy
  does not allow that. Of several targets 1 outranks 3, 3 outranks 2, 2 outranks 0. Ctrl-C is 130.
- **Formats**: `--format F` writes to stdout, `--format F=FILE` into a file; it may be given several times, so that
  one scan gives the table to the log and JSON to the next step. A file is replaced when the new one is whole (one that
  cannot be, as a mounted file, is written over); devices and pipes are written as they are (`--format json=>(cmd)`),
  a pipe without a reader is waited for half a minute. A report that does not arrive (a full disk, a closed stdout, a
  reader that closed the pipe before it had all) is told on stderr, keeps back no other and counts as undecided: a
  verdict of pass becomes 3, one of fail stays 1. [report.md](report.md) describes them.
- **Files that options name** are regular ones, /dev/null, or what the caller has opened already:
  `--targets <(command)`, `--vex /dev/stdin`. A pipe by its name, a socket or another device is refused: it may never
  end.
- **Where an option comes from**: the command line, else the environment, else the configuration file, else the
  default. A list of the one replaces a list of the other.
  - *Environment*: `PRATIQUE_` and the option in capitals, `--cache-dir` as `PRATIQUE_CACHE_DIR`. What may be given
    several times is divided at commas; a switch is `1`, `yes`, `true`, `on` or `0`, `no`, `false`, `off`. An empty
    variable says nothing.
  - *File*: `$XDG_CONFIG_HOME/pratique/config.toml` (`~/.config/pratique/config.toml`), or what `--config` or
    `PRATIQUE_CONFIG` names. A key is an option without its dashes. Keys above all tables hold for each command that has
    the option, those of a table for its command. A key that names no option is an error.

    ```toml
    cache-dir = "/var/cache/pratique"
    insecure-registry = ["registry.test:5000"]

    [scan]
    format = ["table", "json=report.json"]

    [db.update]
    mirror = "https://feeds.example.org/osv"
    ```
- **Time**: `--now` says what ages and expiries are counted to; without it `SOURCE_DATE_EPOCH` does, else the clock. Two
  runs on the same inputs at the same time write the same bytes.
- **Colour**: on a terminal, unless `NO_COLOR` is set or `TERM` is `dumb`; `--color` overrules both.

## `pratique`

"""


def document() -> str:
    """The whole page."""
    parts = [BEGINNING + _fenced(_dispatch.overview(WIDTH))]
    for words in _dispatch.names():
        command = _dispatch.read(words)
        parser = _parser.Parser(" ".join(words), command.help)
        command.configure(parser)
        _parser.add_general(parser)
        parts.append(f"## `pratique {' '.join(words)}`\n\n{_fenced(parser.render(WIDTH))}")
    return "\n".join(parts)


def _fenced(text: str) -> str:
    return f"```text\n{text}```\n"


def test_the_page_is_what_the_help_says() -> None:
    assert DOCUMENT.read_text() == document(), "if it is meant: python tests/cli/test_docs.py"


def test_the_page_tells_the_words_for_yes_and_no() -> None:
    assert all(f"`{word}`" in BEGINNING for word in (*_config._YES, *_config._NO))


if __name__ == "__main__":
    DOCUMENT.write_text(document())
