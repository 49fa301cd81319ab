"""A semantic version in, its key out: https://semver.org/spec/v2.0.0.html. ``_semver`` says what else is accepted."""

from __future__ import annotations

from pratique import plugins
from pratique.version._semver import order, split


def parse(text: str) -> plugins.Key:
    """Precedence by section 11; build metadata has no say."""
    return order(*split(text))


SCHEME = plugins.Scheme(names=("semver",), parse=parse)
