"""A Haskell version in, its key out: https://pvp.haskell.org/, "Version numbers"; Cabal's ``Ord Version``."""

from __future__ import annotations

import re

from pratique import plugins

_VERSION = re.compile(r"\d+(?:\.\d+)*", re.ASCII)


def parse(text: str) -> plugins.Key:
    """Numbers in their order; a version sorts before its extensions, ``1.0`` before ``1.0.0``."""
    if _VERSION.fullmatch(text) is None:
        raise ValueError
    return tuple(int(number) for number in text.split("."))


SCHEME = plugins.Scheme(names=("hackage", "Hackage", "GHC"), parse=parse)
