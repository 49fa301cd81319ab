"""A field that lists the packages which another one needs, as dpkg, opkg and apk-tools write it, in; their names out:
https://www.debian.org/doc/debian-policy/ch-relationships.html#syntax-of-relationship-fields."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT

_NAME = re.compile(r"(?:^|[,|])\s*([^\s,|(:\[<>=~]+)")


def names(field: str) -> tuple[str, ...]:
    """The names without versions and architectures, each once, in the order in which they stand: of alternatives
    (``a | b``) all, for which of them is there only the whole inventory tells. Raises ``LimitExceeded``."""
    return bounded(_NAME.findall(field)) if field else ()


def bounded(found: Iterable[str]) -> tuple[str, ...]:
    """Each once. Raises ``LimitExceeded`` at more than ``limits.relations``."""
    each = tuple(dict.fromkeys(found))
    if len(each) > DEFAULT.relations:
        raise LimitExceeded(f"a package needs {len(each)} others; limits.relations is {DEFAULT.relations}")
    return each
