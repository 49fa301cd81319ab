"""``pratique policy schema``: the JSON Schema of ``pratique.yaml`` out, for editors."""

from __future__ import annotations

import argparse
from typing import IO

from pratique.cli import _output
from pratique.plugins import Command


def configure(parser: argparse.ArgumentParser) -> None:
    """Nothing to say."""


def run(args: argparse.Namespace, out: IO[str], err: IO[str]) -> int:
    """0."""
    from pratique.policy.json_schema import json_schema

    _output.say(json_schema().decode(), out)
    return 0


COMMAND = Command(
    name="policy schema", help="the JSON Schema of pratique.yaml, for editors", configure=configure, run=run
)
