"""Licences of archives: manifests and files are quoted from archives of Maven Central."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.memory_file import memory_file
from pratique.catalog import _java_licences
from pratique.catalog._java_licences import of_pom, of_text
from pratique.catalog._java_manifest import Attributes
from pratique.catalog.java import CATALOGUER
from pratique.model import Package

APACHE = "                                 Apache License\n                           Version 2.0, January 2004\n"
CLASSPATH = "GPL-2.0-only WITH Classpath-exception-2.0"


def stated(bundle: str) -> tuple[str, ...]:
    return _java_licences.stated(Attributes(f"Bundle-License: {bundle}\n".encode()))


@pytest.mark.parametrize(
    ("bundle", "licences"),
    [
        ('"Apache-2.0";link="https://www.apache.org/licenses/LICENSE-2.0.txt"', ("Apache-2.0",)),
        ("https://www.apache.org/licenses/LICENSE-2.0.txt", ("Apache-2.0",)),
        ("http://www.apache.org/licenses/LICENSE-2.0", ("Apache-2.0",)),
        ("https://www.apache.org/licenses/LICENSE-2.0.html;description=Apache-2.0", ("Apache-2.0",)),
        ("http://www.eclipse.org/legal/epl-2.0, https://www.gnu.org/software/classpath/license.html",
         ("EPL-2.0", CLASSPATH)),
        ('"https://www.eclipse.org/legal/epl-2.0/, https://www.apache.org/licenses/LICENSE-2.0"',
         ("EPL-2.0", "Apache-2.0")),
        ("https://opensource.org/licenses/BSD-3-Clause", ("BSD-3-Clause",)),
        ("http://opensource.org/licenses/mit", ("MIT",)),
        ("http://www.opensource.org/licenses/mit-license.php", ("MIT",)),
        ("http://www.gnu.org/licenses/lgpl-2.1-standalone.html", ("LGPL-2.1",)),
        ("BSD License", ("BSD License",)),
        ("Apache License, Version 2.0", ("Apache License, Version 2.0",)),
        ("Version 2.0", ("Version 2.0",)),
        ("http://www.opensource.org/licenses/bsd-license.php", ()),  # it has shown several
        ("https://h2database.com/html/license.html", ()),
        ("ftp://apache.org/licenses/LICENSE-2.0", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_what_a_manifest_names(bundle: str, licences: tuple[str, ...]) -> None:
    assert stated(bundle) == licences


@pytest.mark.parametrize(
    ("text", "licence"),
    [
        (APACHE, "Apache-2.0"),
        ("/*\n *                                 Apache License\n *   Version 2.0, January 2004\n", "Apache-2.0"),
        ("Eclipse Public License - v 2.0\n==============================\n", "EPL-2.0"),
        (
            "                     Server Side Public License\n                     VERSION 1, OCTOBER 16, 2018\n",
            "SSPL-1.0",
        ),
        ("SPDX-License-Identifier: Apache-2.0 OR LGPL-2.1\n\nJava Native Access (JNA)\n", "Apache-2.0 OR LGPL-2.1"),
        ("MIT License\n\nCopyright (c) 2020\n", "MIT"),
        ("Copyright (c) 2020\n\nMIT License\n", ""),
        ("This program is under the Apache License Version 2.0, January 2004", ""),
        ("Your use of this Program is governed by the Oracle Free Distribution", ""),
        ("", ""),
    ],
)
def test_which_text_it_is(text: str, licence: str) -> None:
    assert of_text(text.encode()) == licence


@given(st.binary(max_size=200), st.text(max_size=100))
def test_any_bytes_are_no_harm(data: bytes, text: str) -> None:
    assert len(of_text(data)) < _java_licences.HEAD
    assert all(len(one) <= 256 for one in stated(text))


def licences(**members: str) -> list[tuple[str, tuple[str, ...]]]:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    found = CATALOGUER.parse(memory_file("lib/mast-1.0.jar", data.getvalue()))
    return [(fact.name, fact.licences) for fact in found if isinstance(fact, Package)]


def test_an_archive_has_the_licence_that_lies_in_it() -> None:
    own = {"META-INF/maven/g/mast/pom.properties": "groupId=g\nartifactId=mast\nversion=1.0\n"}
    manifest = {"META-INF/MANIFEST.MF": "Bundle-License: https://opensource.org/licenses/MIT\n"}
    for name in ("META-INF/LICENSE", "META-INF/LICENSE.txt", "META-INF/license.md", "LICENSE.txt"):
        assert licences(**own, **{name: APACHE}) == [("mast", ("Apache-2.0",))]
    assert licences(**own, **{"org/other/LICENSE": APACHE}) == [("mast", ())]
    assert licences(**own, **manifest, **{"LICENSE": APACHE}) == [("mast", ("MIT",))]


POM = b"""<project><licenses>
  <license><name>The Apache Software License,\n Version 2.0</name><url>https://example.org</url></license>
  <license><url>https://opensource.org/licenses/MIT</url></license>
  <license><name>A &amp; B</name></license><license/>
</licenses></project>"""


def test_the_licences_of_a_pom() -> None:
    told = ("The Apache Software License, Version 2.0", "MIT", "A & B")
    assert of_pom(POM) == told
    descriptor = {"META-INF/maven/g/mast/pom.properties": "groupId=g\nartifactId=mast\nversion=1.0\n"}
    own = {"META-INF/maven/g/mast/pom.xml": POM.decode()}
    assert licences(**descriptor, **own) == [("mast", told)]
    assert licences(**descriptor, **{"META-INF/maven/g/rope/pom.xml": POM.decode()}) == [("mast", ())]
    for text in (b"", b"<licenses>", b"<licenses><license><name>", POM[:-30].replace(b"name>", b"x>"), b"\xff" * 99):
        assert isinstance(of_pom(text), tuple)
    assert of_pom(b"<licenses>" + b"<license><name>a\x00b</name>" * 99 + b"</licenses>") == ()


def test_a_licence_beside_several_packages_may_be_of_any() -> None:
    poms = {
        f"META-INF/maven/g/{name}/pom.properties": f"groupId=g\nartifactId={name}\nversion=1.0\n"
        for name in ("mast", "rope", "keel")
    }
    assert {found for _, found in licences(**poms, LICENSE=APACHE)} == {()}
