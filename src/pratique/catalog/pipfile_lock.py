"""A Pipfile.lock in, the packages that Pipenv locked out.

https://pipenv.pypa.io/en/latest/pipfile.html (Pipfile.lock); a member for each category of packages, ``default`` and
``develop`` those that are always there.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Locked, declared, few_hashes
from pratique.errors import Unreadable
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

_WHAT, _META = "Pipfile.lock", "_meta"
_SCOPES = {"default": "", "develop": "dev"}  # any other category is installed only where it is asked for


class _Entry(msgspec.Struct, frozen=True, gc=False):
    version: str = ""
    hashes: tuple[str, ...] = ()


def parse(file: File) -> Iterator[Fact]:
    """The packages of all categories. Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    yield from declared(file.path, _locked(from_json(file.read(), dict[str, msgspec.Raw], _WHAT)))


def _locked(categories: dict[str, msgspec.Raw]) -> Iterator[Locked]:
    if _META not in categories:
        raise Unreadable(f"no {_WHAT}: it has no {_META}")
    for category, members in categories.items():
        if category == _META:
            continue
        for name, entry in from_json(bytes(members), dict[str, _Entry], _WHAT).items():
            yield Locked(
                name,
                entry.version.removeprefix("==="[: 3 if entry.version.startswith("===") else 2]),
                _SCOPES.get(category, "optional"),
                (),
                few_hashes(entry.hashes),
            )


CATALOGUER = Cataloguer("pipfile-lock", 2, Claim(names=("Pipfile.lock",)), parse)
