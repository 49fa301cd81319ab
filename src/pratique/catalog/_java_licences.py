"""A Java archive's manifest, pom.xml, or the beginning of the licence file in it, in; names of licences out.

``Bundle-License`` is clauses between commas (OSGi Core 8, section 3.2.1.10, https://docs.osgi.org/specification/):
names, SPDX's identifiers, or addresses of pages, of which we know those that show one licence and no other
(https://spdx.org/licenses/, "Other web pages for this license"). A pom.xml's stand in ``licenses``, unless it has them
from its parent, which is not there (https://maven.apache.org/pom.html#Licenses).
"""

from __future__ import annotations

import re

from pratique.catalog._java_manifest import Attributes

HEAD = 1024  # bytes of a file that tell which text it is
_CLAUSE = re.compile(r'(?:^|,)\s*("[^"]*"|[^",;]+)')
_VERSION = re.compile(r"(?:version|v\.?) ?\d[\d.]*", re.IGNORECASE)
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
_MOST, _LONGEST = 32, 256
_ADDRESS = re.compile(r"https?://(?:www\.)?([^\s?#]+?)(?:\.(?:txt|html?|php|md))?/?", re.IGNORECASE)
_BY_IDENTIFIER = re.compile(r"(?:opensource|spdx)\.org/licenses?/([\w.+-]+)")
_CLASSPATH = "GPL-2.0-only WITH Classpath-exception-2.0"
_PAGES = {
    "apache.org/licenses/license-1.1": "Apache-1.1",
    "apache.org/licenses/license-2.0": "Apache-2.0",
    "creativecommons.org/publicdomain/zero/1.0": "CC0-1.0",
    "eclipse.org/legal/epl-2.0": "EPL-2.0",
    "eclipse.org/legal/epl-v10": "EPL-1.0",
    "eclipse.org/legal/epl-v20": "EPL-2.0",
    "eclipse.org/org/documents/edl-v10": "BSD-3-Clause",
    "eclipse.org/org/documents/epl-2.0/epl-2.0": "EPL-2.0",
    "eclipse.org/org/documents/epl-v10": "EPL-1.0",
    "fsf.org/licensing/licenses/agpl-3.0": "AGPL-3.0",
    "gnu.org/licenses/agpl-3.0": "AGPL-3.0",
    "gnu.org/licenses/gpl-2.0": "GPL-2.0",
    "gnu.org/licenses/gpl-3.0": "GPL-3.0",
    "gnu.org/licenses/lgpl-2.1": "LGPL-2.1",
    "gnu.org/licenses/lgpl-3.0": "LGPL-3.0",
    "gnu.org/licenses/old-licenses/gpl-2.0": "GPL-2.0",
    "gnu.org/licenses/old-licenses/lgpl-2.1": "LGPL-2.1",
    "gnu.org/software/classpath/license": _CLASSPATH,
    "mozilla.org/en-us/mpl/1.1": "MPL-1.1",
    "mozilla.org/en-us/mpl/2.0": "MPL-2.0",
    "mozilla.org/mpl/2.0": "MPL-2.0",
    "opensource.org/licenses/apache2.0": "Apache-2.0",
    "opensource.org/licenses/mit-license": "MIT",
    "projects.eclipse.org/license/epl-2.0": "EPL-2.0",
    "projects.eclipse.org/license/secondary-gpl-2.0-cp": _CLASSPATH,
    "repository.jboss.org/licenses/apache-2.0": "Apache-2.0",
}
_TEXTS = (
    (re.compile(r"apache license,?(?: version 2\.0)? version 2\.0, january 2004"), "Apache-2.0"),
    (re.compile(r"eclipse public license - v 1\.0\b"), "EPL-1.0"),
    (re.compile(r"eclipse public license - v 2\.0\b"), "EPL-2.0"),
    (re.compile(r"common development and distribution license \(cddl\) version 1\.0\b"), "CDDL-1.0"),
    (re.compile(r"(?:the )?mit license\b"), "MIT"),
    (re.compile(r"mozilla public license,? version 2\.0\b"), "MPL-2.0"),
    (re.compile(r"server side public license version 1,"), "SSPL-1.0"),
    (re.compile(r"gnu affero general public license version 3,"), "AGPL-3.0"),
    (re.compile(r"gnu general public license version 2,"), "GPL-2.0"),
    (re.compile(r"gnu general public license version 3,"), "GPL-3.0"),
    (re.compile(r"gnu lesser general public license version 2\.1,"), "LGPL-2.1"),
    (re.compile(r"gnu lesser general public license version 3,"), "LGPL-3.0"),
)
_STATED = re.compile(r"spdx-license-identifier: ([\w.+() -]{1,200}?)\s*(?:\n|$)", re.IGNORECASE)


def stated(manifest: Attributes) -> tuple[str, ...]:
    """The licences that the manifest names, each once."""
    clauses = (clause.strip(' "') for clause in _CLAUSE.findall(manifest["Bundle-License"])[:_MOST])
    parts = (part.strip() for clause in clauses for part in (clause.split(",") if "://" in clause else (clause,)))
    found = dict[str, None]()
    for part in parts:
        name = _shown(part) if "://" in part else part[:_LONGEST]
        if _VERSION.fullmatch(name) and found:  # "Apache License, Version 2.0" without the quotes that it should have
            name = f"{found.popitem()[0]}, {name}"
        if name:
            found[name] = None
    return tuple(found)


def of_pom(text: bytes) -> tuple[str, ...]:
    """The licences that a pom.xml names, each once: by its name, else by the page that it gives."""
    inside = text.partition(b"<licenses>")[2].partition(b"</licenses>")[0]
    found = dict[str, None]()
    for part in inside.split(b"<license>", _MOST + 1)[1 : _MOST + 1]:
        name, page = _element(part, b"name"), _element(part, b"url")
        found[name if name and "://" not in name else _shown(name or page)] = None
    return tuple(name for name in found if name)


def _element(text: bytes, name: bytes) -> str:
    value = text.partition(b"<%b>" % name)[2].partition(b"</%b>" % name)[0].decode("utf-8", "replace")
    for written, meant in _ENTITIES:
        value = value.replace(written, meant)
    shown = " ".join(value.split())
    return shown if shown.isprintable() and len(shown) <= _LONGEST else ""


def of_text(head: bytes) -> str:
    """The licence whose text begins so, or that a line names with SPDX's tag; "" where neither is known."""
    text = head[:HEAD].decode("utf-8", "replace")
    said = _STATED.search(text)
    if said:
        return said[1]
    begin = " ".join(text.replace("*", " ").replace("/", " ").split()).lower()
    return next((licence for pattern, licence in _TEXTS if pattern.match(begin)), "")


def _shown(address: str) -> str:
    """The licence that the page shows, "" where that is not known."""
    page = _ADDRESS.fullmatch(address)
    if page is None:
        return ""
    place = page[1].lower().removesuffix("-standalone")
    named = _BY_IDENTIFIER.fullmatch(place)
    return _PAGES.get(place) or (_IDENTIFIERS.get(named[1], "") if named else "")


_IDENTIFIERS = {
    one.lower(): one
    for one in (
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "CDDL-1.0",
        "EPL-1.0",
        "EPL-2.0",
        "ISC",
        "MIT",
        "MPL-2.0",
        "Zlib",
    )
}
