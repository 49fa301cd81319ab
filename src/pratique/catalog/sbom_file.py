"""An SBOM that lies in an image in, the packages that it states out: read as ``sbom.read`` reads any.

Where they lie: Wolfi's and Chainguard's ``var/lib/db/sbom`` (https://edu.chainguard.dev/chainguard/chainguard-images/),
Bitnami's ``opt/bitnami/*/.spdx-*.spdx``, what official images write of the software that they compile
(https://github.com/docker-library/bashbrew/blob/master/scripts/template-helper-functions.jq), vcpkg's ``share/PORT``,
``usr/share/sbom``, and any file with the formats' own endings
(https://cyclonedx.org/specification/overview/#recognized-file-patterns). What it says of its subject's distribution,
layers and files is not taken over: the image shows these itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Problem
from pratique.plugins import Cataloguer, Claim, File

# What SBOMs name as the origin of software, and images of software: none of it is in the image as a package.
_ORIGINS = frozenset(("bitbucket", "docker", "github", "gitlab", "oci", "swid"))
_MELANGE = "melange"  # builds Wolfi's packages: what is generic in its documents are archives of sources
# names that other files have too: such a one is an SBOM if it says so
_OPEN_NAMES = ("bom.json", "bom.xml", "sbom", "sbom.xml")
_OPEN_SUFFIXES = (".bom", ".bom.json", ".bom.xml", ".cdx", ".sbom", ".sbom.json", ".sbom.xml")
_MARKS = re.compile(rb"(?i)cyclonedx|spdx|anchore/syft|urn:pratique:")


def parse(file: File) -> Iterator[Fact]:
    """A package each, known from the document alone (``stated``), and a problem for each part that cannot be read.
    Raises ``Unreadable`` for what is no SBOM; one whose name other files have too, and that names no format, is none of
    ours."""
    data = file.read()
    name = file.path.rpartition("/")[2].lower()
    if (name in _OPEN_NAMES or name.endswith(_OPEN_SUFFIXES)) and not _MARKS.search(data):
        return
    from pratique.catalog.python import normalise
    from pratique.catalog.sbom.inventory import packages
    from pratique.catalog.sbom.read import read

    documents = read(data, file.path, DEFAULT)
    if not documents:
        raise Unreadable("SBOM that is an empty list")
    for document in documents:
        origins = _ORIGINS | {"generic"} if any(tool.startswith(_MELANGE) for tool in document.tools) else _ORIGINS
        yield from (Problem(file.path, what, hides=True) for what in document.unread)
        for package in packages(document):
            if package.type not in origins or package.cpe:
                called = normalise(package.name) if package.type == "pypi" else package.name  # as where it is installed
                yield msgspec.structs.replace(
                    package, name=called, path=file.path, layer=-1, locations=(), scope="", stated=True, owner=""
                )


CATALOGUER = Cataloguer(
    "sbom-file",
    8,
    Claim(
        names=("sbom.json", *_OPEN_NAMES),
        suffixes=(".cdx.json", ".cdx.xml", ".spdx.json", ".spdx", ".syft.json", *_OPEN_SUFFIXES),
        folders=(("usr/share/sbom", ""), ("var/lib/db/sbom", ""), ("usr/local/share/sbom", "")),
    ),
    parse,
)
