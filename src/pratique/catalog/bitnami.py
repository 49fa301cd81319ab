"""The list of what Bitnami put into an image (``/opt/bitnami/.bitnami_components.json``) in, its components out.

https://github.com/bitnami/containers: an object whose keys are the components, each with ``version`` (with Bitnami's
revision behind a dash), ``arch``, ``distro`` and ``type``. Newer images tell the same by an SBOM a component as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.catalog._documents import from_json
from pratique.catalog._lock import Left
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_PATH = "opt/bitnami/.bitnami_components.json"


class _Component(msgspec.Struct, frozen=True):
    version: str = ""
    arch: str = ""


def parse(file: File) -> Iterator[Fact]:
    """A stated package each, and one problem for those without a version. Raises ``Unreadable``."""
    left = Left()
    for name, one in from_json(file.read(), dict[str, _Component], "list of Bitnami's components").items():
        if not left.out(name, one.version):
            yield Package("bitnami", name, one.version, arch=one.arch, path=file.path, stated=True)
    yield from left.told(file.path)


CATALOGUER = Cataloguer("bitnami", 1, Claim(paths=(_PATH,)), parse)
