"""SBOMs that lie in an image yield what they state, and nothing of what they say of the system."""

from __future__ import annotations

import json

import pytest

from catalog.memory_file import memory_file
from pratique.catalog.sbom_file import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Distro, Package, Problem
from pratique.report._purl import purl
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


# As vcpkg's tool writes it into share/PORT (https://github.com/microsoft/vcpkg-tool, src/vcpkg/spdx.cpp).
VCPKG = {
    "spdxVersion": "SPDX-2.2",
    "creationInfo": {"creators": ["Tool: vcpkg-2025-06-20-ef7c0d541124bbdd334a03467e7edb6c3364d199"]},
    "relationships": [
        {"spdxElementId": "SPDXRef-port", "relationshipType": "GENERATES", "relatedSpdxElement": "SPDXRef-binary"}
    ],
    "packages": [
        {
            "name": "sdl2-mixer",
            "SPDXID": "SPDXRef-port",
            "versionInfo": "2.8.1#1",
            "licenseConcluded": "Zlib",
            "licenseDeclared": "NOASSERTION",
        },
        {"name": "sdl2-mixer:x64-linux", "SPDXID": "SPDXRef-binary", "versionInfo": "31448e5109e08bc6c7730f7cd7f96610"},
        {"name": "libsdl-org/SDL_mixer", "SPDXID": "SPDXRef-resource-1"},
    ],
}

# As the template of Docker's official images has it, which they write beside the software that they compile
# (https://github.com/docker-library/bashbrew/blob/master/scripts/template-helper-functions.jq).
RABBITMQ = {
    "spdxVersion": "SPDX-2.3",
    "SPDXID": "SPDXRef-DOCUMENT",
    "name": "rabbitmq-sbom",
    "packages": [
        {
            "name": "rabbitmq",
            "versionInfo": "3.13.1",
            "SPDXID": "SPDXRef-Package--rabbitmq",
            "externalRefs": [
                {
                    "referenceCategory": "PACKAGE-MANAGER",
                    "referenceType": "purl",
                    "referenceLocator": "pkg:generic/rabbitmq@3.13.1?os_name=ubuntu&os_version=22.04",
                }
            ],
            "licenseDeclared": "MPL-2.0 AND Apache-2.0",
        }
    ],
}


def parsed(data: str | bytes, path: str = "var/lib/db/sbom/curl-8.5.0-r0.spdx.json") -> list[object]:
    return list(CATALOGUER.parse(memory_file(path, data.encode() if isinstance(data, str) else data)))


def test_a_package_of_wolfi() -> None:
    (curl,) = parsed(json.dumps(WOLFI))
    path = "var/lib/db/sbom/curl-8.5.0-r0.spdx.json"
    assert curl == Package(
        "apk", "curl", "8.5.0-r0", namespace="wolfi", arch="x86_64", licences=("MIT",), path=path, stated=True
    )


def test_a_package_of_bitnami() -> None:
    path = "opt/bitnami/redis/.spdx-redis.spdx"
    (redis,) = parsed(json.dumps(BITNAMI), path)
    licences = ("BSD-3-Clause",)
    assert redis == Package("bitnami", "redis", "7.2.4-1", arch="amd64", licences=licences, path=path, stated=True)


def test_a_package_of_an_official_image() -> None:
    path = "opt/rabbitmq/rabbitmq.spdx.json"
    (rabbitmq,) = parsed(json.dumps(RABBITMQ), path)
    licences = ("MPL-2.0 AND Apache-2.0",)
    assert rabbitmq == Package("generic", "rabbitmq", "3.13.1", licences=licences, path=path, stated=True)


def test_libraries_that_a_wheel_brings_are_of_the_system_that_they_were_copied_from() -> None:
    """As auditwheel 6.7 writes it (https://peps.python.org/pep-0770/)."""
    wheel = "pkg:pypi/Quay_Mast@2.9?file_name=mast-2.9-cp311-cp311-manylinux2014_x86_64.whl"
    library = "pkg:rpm/centos/krb5-libs@1.15.1-55.el7_9"
    component = {"type": "library", "bom-ref": wheel, "name": "Quay_Mast", "version": "2.9", "purl": wheel}
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.4",
        "version": 1,
        "metadata": {"component": component, "tools": [{"name": "auditwheel", "version": "6.7.0"}]},
        "components": [
            component,
            {
                "type": "library",
                "bom-ref": f"{library}#e140566d",
                "name": "krb5-libs",
                "version": "1.15.1-55.el7_9",
                "purl": library,
            },
        ],
    }
    path = "usr/lib/python3/site-packages/mast-2.9.dist-info/sboms/auditwheel.cdx.json"
    found = set(parsed(json.dumps(document), path))
    libraries = Package("rpm", "krb5-libs", "1.15.1-55.el7_9", namespace="centos", path=path, stated=True)
    assert found == {Package("pypi", "quay-mast", "2.9", path=path, stated=True), libraries}
    assert purl(libraries, Distro("debian", "12")) == library


def test_a_port_of_vcpkg_and_neither_its_archive_nor_its_sources() -> None:
    path = "opt/vcpkg_installed/x64-linux/share/sdl2-mixer/vcpkg.spdx.json"
    (port,) = parsed(json.dumps(VCPKG), path)
    assert port == Package("vcpkg", "sdl2-mixer", "2.8.1", licences=("Zlib",), path=path, stated=True)


def test_archives_of_sources_are_no_packages_of_wolfi() -> None:
    source = {"name": "c", "externalRefs": [{"referenceType": "purl", "referenceLocator": "pkg:generic/curl@8.5.0"}]}
    assert len(parsed(json.dumps(WOLFI | {"packages": [*WOLFI["packages"], source]}))) == 1


def test_a_component_without_a_package_url_is_told_by_its_cpe_or_its_name() -> None:
    cpe = "cpe:2.3:a:harbour:crane:1.2:*:*:*:*:*:*:*"
    components = [
        {"type": "library", "name": "crane", "version": "1.2", "cpe": cpe},
        {"type": "library", "name": "rope", "version": "3"},
        {"type": "library", "name": "of no version"},
        {"type": "file", "name": "etc/passwd", "version": "1"},
    ]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}
    assert parsed(json.dumps(document), "app/app.cdx.json") == [
        Package("generic", "crane", "1.2", path="app/app.cdx.json", cpe=cpe, stated=True),
        Package("generic", "rope", "3", path="app/app.cdx.json", stated=True),
    ]


def test_a_component_that_cannot_be_read_is_told() -> None:
    components = [{"type": "library", "name": 1}, {"type": "library", "purl": "pkg:npm/a@1", "name": "a"}]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "components": components}
    problem, package = parsed(json.dumps(document), "app/app.cdx.json")
    assert isinstance(problem, Problem)
    assert (problem.where, problem.hides, problem.blocking) == ("app/app.cdx.json", True, False)
    assert package == Package("npm", "a", "1", path="app/app.cdx.json", stated=True)


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
