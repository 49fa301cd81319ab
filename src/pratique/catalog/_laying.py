"""A digest over the code that lays layers on one another out, so that what it has yielded is kept for no other.

A version of Pratique is installed from many commits, and nothing says which of them changed what layers yield together.
Importing that code would cost what keeping saves; reading it costs half a millisecond.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

FILES = (
    "catalog/_accounted.py",
    "catalog/_bare_distributions.py",
    "catalog/_file.py",
    "catalog/_hashes.py",
    "catalog/_index.py",
    "catalog/_join.py",
    "catalog/_links.py",
    "catalog/_owned.py",
    "catalog/_owns.py",
    "catalog/_places.py",
    "catalog/_squash.py",
    "catalog/_unsourced.py",
    "catalog/nested_roots.py",
    "catalog/os_release.py",
    "licences.py",
    "model/fact.py",
    "package_url.py",
    "spdx.txt",
)
"""What ``catalog/_squash.py`` imports, below the package's folder, but for errors, limits and shapes."""

_PACKAGE = Path(__file__).parent.parent


@cache
def code() -> str:
    """The digest (hexadecimal), "" where the files are not there to be read: then nothing is to be kept."""
    found = hashlib.sha256()
    try:
        for file in FILES:
            found.update(hashlib.sha256((_PACKAGE / file).read_bytes()).digest())
    except OSError:
        return ""
    return found.hexdigest()
