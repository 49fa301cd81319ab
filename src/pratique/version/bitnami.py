"""A Bitnami version in, its key out: https://github.com/bitnami/go-version, "Version revision".

A semantic version, but ``-1`` is the first rebuild of the package and sorts after the version itself. The revision 0
is the version itself: records use ``1.22.0-0`` for where 1.22.0 begins. A part that begins with a letter is a
pre-release, as records mean it (``2.6.0-rc3``) and as Semantic Versioning has it.
"""

from __future__ import annotations

from pratique import plugins
from pratique.version._semver import RELEASE, identifiers, order, split

_REVISION = RELEASE + 1


def parse(text: str) -> plugins.Key:
    """Pre-releases, the version, its revisions."""
    major, minor, patch, suffix = split(text)
    if suffix is None or not suffix[0].isdigit():
        return order(major, minor, patch, suffix)
    if suffix == "0":
        return order(major, minor, patch, None)
    return (major, minor, patch, _REVISION, *identifiers(suffix))


def after(text: str) -> plugins.Key:
    """Above the version and all its rebuilds, which hold what it holds; above that rebuild alone where one is named."""
    major, minor, patch, suffix = split(text)
    return (major, minor, patch, _REVISION + 1) if suffix is None else (*parse(text), 0)


SCHEME = plugins.Scheme(names=("bitnami", "Bitnami"), parse=parse, after=after)
