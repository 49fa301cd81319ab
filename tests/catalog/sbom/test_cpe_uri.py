"""CPE names in the form of version 2.2: the examples of https://csrc.nist.gov/pubs/ir/7695/final, 6.1 and 6.2."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.catalog.sbom._cpe_uri import formatted
from pratique.catalog.sbom.inventory import packages
from pratique.catalog.sbom.read import read
from pratique.limits import DEFAULT
from pratique.vuln.vendor import _cpe


@pytest.mark.parametrize(
    ("uri", "name"),
    [
        ("cpe:/a:apache:log4j:1.2.17", "cpe:2.3:a:apache:log4j:1.2.17:*:*:*:*:*:*:*"),
        ("cpe:/a:microsoft:internet_explorer:8.%02:sp%01", "cpe:2.3:a:microsoft:internet_explorer:8.*:sp?:*:*:*:*:*:*"),
        (
            "cpe:/a:hp:insight_diagnostics:7.4.0.1570::~~online~win2003~x64~",
            "cpe:2.3:a:hp:insight_diagnostics:7.4.0.1570:*:*:*:online:win2003:x64:*",
        ),
        (
            "cpe:/a:foo%5cbar:big%24money_manager_2010:::~~special~ipod_touch~80gb~",
            r"cpe:2.3:a:foo\\bar:big\$money_manager_2010:*:*:*:*:special:ipod_touch:80gb:*",
        ),
        ("cpe:/a:x:y:-:::en-us", "cpe:2.3:a:x:y:-:*:*:en-us:*:*:*:*"),
        ("cpe:2.3:a:x:y:1:*:*:*:*:*:*:*", "cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"),
        ("cpe:/a:b:c:d:e:f:g:h:i", "cpe:/a:b:c:d:e:f:g:h:i"),
        ("", ""),
    ],
)
def test_a_uri_as_a_formatted_string(uri: str, name: str) -> None:
    assert formatted(uri) == name


@given(st.text(max_size=60))
def test_what_any_uri_becomes_can_be_read(text: str) -> None:
    name = formatted("cpe:/a:x:" + text)
    if name.startswith("cpe:2.3:"):
        assert _cpe.parse(name).vendor == "x"


@pytest.mark.parametrize(
    "document",
    [
        {
            "bomFormat": "CycloneDX",
            "specVersion": "1.4",
            "components": [{"type": "library", "name": "l", "version": "1", "cpe": "cpe:/a:x:y:1"}],
        },
        {
            "spdxVersion": "SPDX-2.3",
            "packages": [
                {
                    "name": "l",
                    "SPDXID": "SPDXRef-l",
                    "versionInfo": "1",
                    "externalRefs": [{"referenceType": "cpe22Type", "referenceLocator": "cpe:/a:x:y:1"}],
                }
            ],
        },
        {
            "@context": "https://spdx.org/rdf/3.0.1/spdx-context.jsonld",
            "@graph": [
                {
                    "type": "software_Package",
                    "spdxId": "urn:l",
                    "name": "l",
                    "software_packageVersion": "1",
                    "externalIdentifier": [{"externalIdentifierType": "cpe22", "identifier": "cpe:/a:x:y:1"}],
                }
            ],
        },
    ],
)
def test_documents_that_have_one(document: dict[str, object]) -> None:
    (found,) = read(json.dumps(document).encode(), "x", DEFAULT)
    assert [one.cpe for one in packages(found)] == ["cpe:2.3:a:x:y:1:*:*:*:*:*:*:*"]
