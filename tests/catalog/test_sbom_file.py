"""SBOMs that lie in an image yield what they state, and nothing of what they say of the system."""

from __future__ import annotations

import json

import pytest

from catalog.memory_file import memory_file
from pratique.catalog.sbom_file import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package
from sboms import REPORT, text

# As melange writes it (https://github.com/chainguard-dev/melange/blob/main/docs/SBOM.md): the package, and its origin.
WOLFI = {
    "spdxVersion": "SPDX-2.3",
    "creationInfo": {"creators": ["Tool: melange (v0.11.2)", "Organization: Chainguard, Inc"]},
    "packages": [
        {
            "SPDXID": "SPDXRef-Package-curl-8.5.0-r0",
            "name": "curl",
            "versionInfo": "8.5.0-r0",
            "licenseDeclared": "MIT",
            "externalRefs": [
                {"referenceType": "purl", "referenceLocator": "pkg:apk/wolfi/curl@8.5.0-r0?arch=x86_64&distro=wolfi"}
            ],
        },
        {
            "name": "github.com/curl/curl",
            "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:github/curl/curl@curl-8_5_0"}],
        },
        {"name": "without a URL"},
    ],
}


# As Bitnami's images have it in opt/bitnami/redis/.spdx-redis.spdx: the package is what the document describes.
BITNAMI = {
    "spdxVersion": "SPDX-2.3",
    "documentDescribes": ["SPDXRef-redis"],
    "packages": [
        {
            "SPDXID": "SPDXRef-redis",
            "name": "redis",
            "versionInfo": "7.2.4-1",
            "licenseDeclared": "BSD-3-Clause",
            "externalRefs": [
                {"referenceType": "cpe23Type", "referenceLocator": "cpe:2.3:*:redis:redis:7.2.4:*:*:*:*:*:*:*"},
                {"referenceType": "purl", "referenceLocator": "pkg:bitnami/redis@7.2.4-1?arch=amd64&distro=debian-11"},
            ],
        }
    ],
}


def parsed(data: str | bytes, path: str = "var/lib/db/sbom/curl-8.5.0-r0.spdx.json") -> list[object]:
    return list(CATALOGUER.parse(memory_file(path, data.encode() if isinstance(data, str) else data)))


def test_a_package_of_wolfi() -> None:
    (curl,) = parsed(json.dumps(WOLFI))
    path = "var/lib/db/sbom/curl-8.5.0-r0.spdx.json"
    assert curl == Package("apk", "curl", "8.5.0-r0", arch="x86_64", licences=("MIT",), path=path, stated=True)


def test_a_package_of_bitnami() -> None:
    path = "opt/bitnami/redis/.spdx-redis.spdx"
    (redis,) = parsed(json.dumps(BITNAMI), path)
    licences = ("BSD-3-Clause",)
    assert redis == Package("bitnami", "redis", "7.2.4-1", arch="amd64", licences=licences, path=path, stated=True)


def test_layers_and_files_of_another_image_are_not_taken_over() -> None:
    found = parsed(text(REPORT, "cyclonedx", "1.6"), "app/app.cdx.json")
    assert {package.path for package in found if isinstance(package, Package)} == {"app/app.cdx.json"}
    assert all(package.stated and package.layer == -1 and not package.locations for package in found)
    assert {package.type for package in found} >= {"deb", "npm", "maven", "generic"}


def test_what_is_none() -> None:
    with pytest.raises(Unreadable):
        parsed(b"\x00", "x.spdx")


@pytest.mark.parametrize("path", ["app/bom.json", "app/harbour.bom.json", "app/harbour.sbom", "app/x.cdx"])
def test_names_that_other_files_have_too(path: str) -> None:
    assert [type(one) for one in parsed(json.dumps(WOLFI), path)] == [Package]
    for data in (b"", b"{}", b"\x7fELF", b"<project/>"):
        assert parsed(data, path) == []
    with pytest.raises(Unreadable):
        parsed(b'{"bomFormat": "CycloneDX", "components": 1}', path)
