"""A version of an R package in, its key out: https://stat.ethz.ch/R-manual/R-devel/library/base/html/numeric_version.html."""

from __future__ import annotations

import re

from pratique import plugins

_VERSION = re.compile(r"\d+(?:[.-]\d+)*", re.ASCII)


def parse(text: str) -> plugins.Key:
    """Numbers in their order, whether a dot or a hyphen parts them; a version sorts before its extensions."""
    if _VERSION.fullmatch(text) is None:
        raise ValueError
    return tuple(int(number) for number in text.replace("-", ".").split("."))


SCHEME = plugins.Scheme(names=("cran", "CRAN", "Bioconductor"), parse=parse)
