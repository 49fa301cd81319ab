"""``pratique sbom``: targets in, what is in them out; no vulnerability is sought and nothing is decided."""

from __future__ import annotations

import argparse
from typing import IO

from pratique.cli import _codes, _options, _output, _run
from pratique.errors import UsageError
from pratique.plugins import Command


def configure(parser: argparse.ArgumentParser) -> None:
    """Targets, output, reading, registries."""
    _options.add_targets(parser)
    _options.add_output(parser, gate=False)
    _options.add_reading(parser)
    _options.add_registry(parser)


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0 when all was read, 2 where nothing has that name, 3 where a part could not be read."""
    asked = _run.request(args)
    for name in (one.format for one in asked.formats if one.template is None):
        if name not in _output.INVENTORIES:
            known = ", ".join(_output.INVENTORIES)
            raise UsageError(f"--format: {name!r} tells of findings, and sbom seeks none", hint=f"there are: {known}")
    from pratique import api  # it imports the stages: not for --help, nor for what names nothing

    return _run.answer(asked, args, out, err, api.inventory, _codes.of_inventory, inventory=True)


COMMAND = Command(
    name="sbom", help="what is in an image: its packages and where they lie", configure=configure, run=run
)
