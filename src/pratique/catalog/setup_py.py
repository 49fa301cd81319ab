"""A Python project's ``setup.py`` in, the requirements that it pins out; the code in it is never executed.

https://setuptools.pypa.io/en/latest/userguide/dependency_management.html: requirements are strings by PEP 508, of which
those count that stand as literals and name one version by ``==`` or ``===``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Locked, declared
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_PIN = re.compile(
    rb"""(?P<quote>["'])[ \t]{0,9}(?P<name>[A-Za-z0-9][A-Za-z0-9._-]{0,200}+)[ \t]{0,9}"""
    rb"""(?:\[[A-Za-z0-9 ,._-]{0,200}+\])?[ \t]{0,9}={2,3}[ \t]{0,9}"""
    rb"""(?P<version>[A-Za-z0-9][A-Za-z0-9.!+_-]{0,200}+)[ \t]{0,9}(?:;[^\n]{0,500}?)?(?P=quote)"""
)
_COMMENT = re.compile(rb"^[ \t]*#[^\n]*", re.MULTILINE)


def parse(file: File) -> Iterator[Fact]:
    """The pinned packages. Raises ``LimitExceeded``."""
    if is_of_a_package(file.path):
        return
    data = file.read()
    if len(data) > DEFAULT.stanza:
        raise LimitExceeded(f"setup.py of {len(data)} bytes; limits.stanza is {DEFAULT.stanza}")
    found = _PIN.finditer(_COMMENT.sub(b"", data))
    pins = dict.fromkeys((one["name"].decode(), one["version"].decode()) for one in found)
    yield from declared(file.path, (Locked(name, version) for name, version in pins))


CATALOGUER = Cataloguer("setup-py", 1, Claim(names=("setup.py",)), parse)
