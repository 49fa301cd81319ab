"""An npm version in, its key out: semantic versions as node-semver reads them loosely,
https://github.com/npm/node-semver#functions: a pre-release may lack its hyphen (``1.2.3beta``).
"""

from __future__ import annotations

import re

from pratique import plugins
from pratique.version._semver import order, split

_NO_HYPHEN = re.compile(r"[v=\s]*\d+\.\d+\.\d+(?=[A-Za-z])", re.ASCII)


def parse(text: str) -> plugins.Key:
    """The order of ``semver.compare(a, b, {loose: true})``."""
    numbers = _NO_HYPHEN.match(text)
    if numbers:
        text = f"{numbers[0]}-{text[numbers.end() :]}"
    return order(*split(text))


SCHEME = plugins.Scheme(names=("npm",), parse=parse)
