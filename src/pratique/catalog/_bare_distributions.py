"""The paths of an image that were looked at in; a problem for each Python distribution that lacks METADATA out.

https://packaging.python.org/en/latest/specifications/recording-installed-packages/: the file must be there. Without it
neither pip nor we list the distribution, but what its RECORD names can still be imported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pratique.model import Problem

_RECORD, _METADATA = ".dist-info/RECORD", "METADATA"


def bare(layers: Mapping[str, int]) -> Iterator[Problem]:
    """``layers`` are the layers of the paths."""
    for path, layer in layers.items():
        if path.endswith(_RECORD):
            folder = path.rpartition("/")[0]
            if f"{folder}/{_METADATA}" not in layers:
                label = folder.rpartition("/")[2]
                what = f"{label!r} is an installed Python distribution without METADATA, so it is not listed"
                yield Problem(folder, what, layer=layer, hides=True)
