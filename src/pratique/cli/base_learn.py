"""``pratique base learn``: images in, the file of known bases with them out."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import IO

import msgspec

from pratique.cli import _codes, _messages, _options, _output, _progress, _targets
from pratique.errors import UsageError
from pratique.known_bases import known_base, written
from pratique.plugins import Command
from pratique.report._text import count, visible


def configure(parser: argparse.ArgumentParser) -> None:
    """Images, reading, registries."""
    _options.add_targets(parser)
    _options.add_layers(parser)
    _options.add_registry(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0; else the exit code of what keeps an image from being read: the others are learnt all the same. Raises
    ``UsageError`` without a file to add them to."""
    from pratique import api  # it imports the stages: not for --help
    from pratique.reading import read_known_bases

    path: str = args.known_bases or ""
    if not path:
        raise UsageError("--known-bases is missing: the file to add the images to", hint="- for stdout")
    known = list(read_known_bases(Path(path))) if path != "-" and os.path.lexists(path) else []
    codes, learnt = [0], 0
    with _progress.bars(args, err) as bars:
        asked = _targets.targets_of(args)
        settings = _options.settings_of(args, os.environ, bars, asked.names)
        settings = msgspec.structs.replace(settings, known_bases=None)
        for outcome in api.inventory(asked.all, settings):
            report = outcome.report
            if outcome.error is not None:
                _messages.tell(err, str(outcome.error), outcome.error.hint)
                codes.append(outcome.error.exit_code)
            elif (base := known_base(report)) is None:
                _messages.tell(err, f"{visible(report.target)} has no layers to be known by")
                codes.append(2)
            else:
                known.append(base)
                learnt += 1
    text = written(known).decode()
    if path == "-":
        _output.say(text, out)
    elif learnt:
        _output.save(text, Path(path))
        _output.say(f"{visible(path)}: {count(learnt, 'image')} learnt, {text.count(chr(10)):,} known\n", out)
    return _codes.combined(codes)


COMMAND = Command(
    name="base learn",
    help="note the layers of base images, so that scans know them",
    configure=configure,
    run=run,
)
