"""An SBOM that lies in an image in, the packages that it states out: read as ``sbom.read`` reads any.

Where they lie: Wolfi's and Chainguard's ``var/lib/db/sbom`` (https://edu.chainguard.dev/chainguard/chainguard-images/),
Bitnami's ``opt/bitnami/*/.spdx-*.spdx``, ``usr/share/sbom``, and any file with the formats' own endings
(https://cyclonedx.org/specification/overview/#recognized-file-patterns). What it says of its subject's distribution,
layers and files is not taken over: the image shows these itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.limits import DEFAULT
from pratique.model import Fact
from pratique.plugins import Cataloguer, Claim, File

# What SBOMs name as the origin of software, and images of software: none of it is in the image as a package.
_ORIGINS = frozenset(("bitbucket", "docker", "github", "gitlab", "oci", "swid"))


def parse(file: File) -> Iterator[Fact]:
    """A package each, known from the document alone (``stated``). Raises ``Unreadable`` for what is no SBOM."""
    from pratique.catalog.sbom.inventory import packages
    from pratique.catalog.sbom.read import read

    for document in read(file.read(), file.path, DEFAULT):
        for package in packages(document):
            if package.type not in _ORIGINS and (package.type != "generic" or package.cpe):
                yield msgspec.structs.replace(
                    package, path=file.path, layer=-1, locations=(), scope="", stated=True, owner=""
                )


CATALOGUER = Cataloguer(
    "sbom-file",
    2,
    Claim(
        names=("sbom.json",),
        suffixes=(".cdx.json", ".cdx.xml", ".spdx.json", ".spdx", ".syft.json"),
        folders=(("usr/share/sbom", ""), ("var/lib/db/sbom", ""), ("usr/local/share/sbom", "")),
    ),
    parse,
)
