from __future__ import annotations

import contextlib
import email
import importlib.metadata
import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.memory_file import memory_file
from pratique.catalog._join import joined
from pratique.catalog.python import CATALOGUER, normalise, parse
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem

SITE = "usr/lib/python3/site-packages/"
PATH = SITE + "Jinja2-2.10.dist-info/METADATA"

JINJA = """\
Metadata-Version: 2.0
Name: Jinja2
Version: 2.10
Summary: A small but fast and easy to use stand-alone template engine written in pure python.
License: BSD
Platform: UNKNOWN
Classifier: Development Status :: 5 - Production/Stable
Classifier: License :: OSI Approved :: BSD License
Requires-Dist: MarkupSafe (>=0.23)

Name: nothing below the empty line counts
Version: 0
"""


def facts(text: str | bytes, path: str = PATH) -> list[Fact]:
    return list(parse(memory_file(path, text if isinstance(text, bytes) else text.encode())))


def package(text: str | bytes, path: str = PATH) -> Package:
    (found,) = facts(text, path)
    assert isinstance(found, Package)
    return found


def egg(metadata: bytes, member: str = "EGG-INFO/PKG-INFO", method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr("pkg/__init__.py", "")
        archive.writestr(member, metadata)
    return target.getvalue()


def test_a_distribution() -> None:
    assert facts(JINJA) == [
        Package("pypi", "jinja2", "2.10", licences=("BSD License",), path=PATH, depends=("markupsafe",))
    ]


def test_what_it_needs() -> None:
    lines = [
        "Zope.Interface>=5 ; python_version < '4'",
        "zope-interface",
        "a[b] (>=1)",
        "pytest ; extra == 'test'",
        "; x",
        "",
    ]
    text = "Name: a\nVersion: 1\n" + "".join(f"Requires-Dist: {line}\n" for line in lines)
    assert package(text).depends == ("zope-interface", "a")


@pytest.mark.parametrize(
    "path",
    [
        SITE + "Jinja2-2.10.dist-info/METADATA",
        SITE + "bleach/_vendor/Jinja2-2.10.dist-info/METADATA",
        SITE + "Jinja2-2.10.egg-info/PKG-INFO",
        SITE + "Jinja2.egg-info/PKG-INFO",
        SITE + "Jinja2-2.10-py3.6.egg-info",
        SITE + "Jinja2-2.10-py3.6.egg/EGG-INFO/PKG-INFO",
        "app/src/Jinja2.egg-info/PKG-INFO",
        "Jinja2-2.10.dist-info/METADATA",
        "Jinja2.egg-info",
        SITE + "Jinja2-2.10.DIST-INFO/METADATA",
    ],
)
def test_where_a_distribution_lies(path: str) -> None:
    assert (package(JINJA, path).name, package(JINJA, path).path) == ("jinja2", path)


@pytest.mark.parametrize(
    "path", ["METADATA", "app/METADATA", "app/dist-info/METADATA", "PKG-INFO", "sdist-1.0/PKG-INFO"]
)
def test_metadata_elsewhere_are_no_distribution(path: str) -> None:
    assert facts(JINJA, path) == []


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_an_egg_that_is_an_archive(method: int) -> None:
    assert package(egg(JINJA.encode(), method=method), SITE + "Jinja2-2.10-py3.6.egg").version == "2.10"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"x" * 100,
        egg(b"", "EGG-INFO/other"),
        egg(JINJA.encode())[:-30],
        egg(JINJA.encode(), "a/EGG-INFO/PKG-INFO"),
    ],
)
def test_an_egg_that_is_none(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(data, SITE + "x.egg")


@pytest.mark.parametrize(
    ("name", "normal"),
    [
        ("Jinja2", "jinja2"),
        ("zope.interface", "zope-interface"),
        ("ruamel.yaml_.-clib", "ruamel-yaml-clib"),
        ("a", "a"),
    ],
)
def test_names_are_normalised(name: str, normal: str) -> None:
    assert normalise(name) == normal
    assert package(f"Name: {name}\nVersion: 1\n").name == normal


@pytest.mark.parametrize(
    ("headers", "licences"),
    [
        ("License-Expression: MIT OR Apache-2.0\nLicense: x\nClassifier: License :: OSI Approved :: MIT License\n",
         ("MIT OR Apache-2.0",)),
        ("License: BSD\nClassifier: License :: OSI Approved :: MIT License\n", ("MIT License",)),
        ("Classifier: License :: OSI Approved :: A\nClassifier: License :: OSI Approved :: B\n", ("A", "B")),
        ("Classifier: License :: OSI Approved\nLicense: BSD 3-Clause\n", ("BSD 3-Clause",)),
        ("License: Copyright (c) 2010\n        All rights reserved.\n", ()),
        ("License: " + "x" * 1000 + "\n", ()),
        ("License: UNKNOWN\n", ()),
        ("License:\n", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_licences(headers: str, licences: tuple[str, ...]) -> None:
    assert package("Name: a\nVersion: 1\n" + headers).licences == licences


@pytest.mark.parametrize(
    "text",
    [
        b"Name: a\r\nVersion: 1\r\n\r\nbody",
        b"name:a\nVERSION:   1  \n",
        b"\xef\xbb\xbfName: a\nVersion: 1\n",
        b"\n\nName: a\nVersion: 1\n",
        b"Author: J\xf6rg\nName: a\nVersion: 1\n",
        "Author: Jörg\nName: a\nVersion: 1\n".encode(),
        b"Summary: x\n y\n\tz\nName: a\nVersion: 1\n",
        b"Name: a\nName: b\nVersion: 1\nVersion: 2\n",
        b"Name: a\nVersion: 1",
    ],
)
def test_headers_as_they_come(text: bytes) -> None:
    assert (package(text).name, package(text).version) == ("a", "1")


def test_a_broken_header_is_mended_from_the_folder() -> None:
    assert package("", SITE + "a_b-1.0.dist-info/METADATA").name == "a-b"
    assert package("Name: x\n", SITE + "a_b-1.0.dist-info/METADATA").version == "1.0"
    assert package("", SITE + "a_b-1.0-py2.7-linux-x86_64.egg/EGG-INFO/PKG-INFO").version == "1.0"
    assert package("", SITE + "a_b-1.0-py3.8.egg-info").name == "a-b"


@pytest.mark.parametrize(
    "text",
    [b"", b"\x00" * 50, b"Name: a\n", b"Version: 1\n", b"Name: a b\nVersion: 1\n", b"Name: a\nVersion: \x1b[2J\n"],
)
def test_what_names_no_distribution_is_unreadable(text: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(text, SITE + "a.egg-info/PKG-INFO")


def test_importlib_reads_the_same_of_what_is_installed_here() -> None:
    compared = 0
    for distribution in importlib.metadata.distributions():
        text = distribution.read_text("METADATA")
        if text is None:
            continue
        found = package(text)
        assert (found.name, found.version) == (normalise(distribution.metadata["Name"]), distribution.version)
        compared += 1
    assert compared > 20


_lines = st.lists(
    st.sampled_from(
        [
            "Name: a",
            "name : b",
            "Version: 1",
            "VERSION:2",
            " folded",
            "\tfolded",
            "Summary: x",
            "",
            "no header",
            ": x",
            "X:",
        ]
    ),
    max_size=7,
)


@settings(max_examples=300, deadline=None)
@given(_lines, st.sampled_from(["\n", "\r\n", "\r"]))
def test_headers_are_read_as_the_email_package_reads_them(lines: list[str], end: str) -> None:
    text = end.join(["Metadata-Version: 2.1", *lines, ""])
    message = email.message_from_string(text)
    name, version = (message["Name"] or "").strip(), " ".join((message["Version"] or "").split())
    try:
        found = package(text, SITE + "x.egg-info/PKG-INFO")
    except Unreadable:
        assert not name.isalnum() or not version
    else:
        assert (found.name, found.version) == (name, version)


@settings(max_examples=200, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([PATH, SITE + "a.egg-info", SITE + "a.egg", SITE + "a-1.egg-info/PKG-INFO"]),
)
def test_any_bytes_are_facts_or_unreadable(data: bytes, path: str) -> None:
    with contextlib.suppress(Unreadable):
        assert len(facts(data, path)) == 1


def test_many_headers_are_bounded() -> None:
    text = "Name: a\nVersion: 1\n" + "".join(f"Classifier: License :: L{n}\n" for n in range(100_000))
    assert len(package(text).licences) == 32


def test_the_claim() -> None:
    claim = CATALOGUER.claim
    assert claim.names == ("METADATA", "PKG-INFO", "direct_url.json")
    assert {Path(name).suffix for name in ("a.egg", "a.egg-info")} == set(claim.suffixes)


DIRECT = SITE + "Jinja2-2.10.dist-info/direct_url.json"
SHA256 = "2da6ec1e2d9d5d1d4d5b3b3d0b0e2bd1b0f0a0f7bb61a2b9c4c0d4c9e9d2a111"


@pytest.mark.parametrize(
    "archive",
    [f'{{"hash": "sha256={SHA256}"}}', f'{{"hash": "md5=x", "hashes": {{"sha256": "{SHA256}", "own": "1"}}}}'],
)
def test_the_hashes_of_an_archive_that_came_from_no_index(archive: str) -> None:
    text = '{"url": "https://example.org/jinja2.zip", "archive_info": ' + archive + "}"
    assert facts(text, DIRECT) == [
        Package("pypi", "jinja2", "2.10", hashes=(f"sha256:{SHA256}",), path=DIRECT, stated=True)
    ]
    (found,) = joined((*facts(text, DIRECT), *facts(JINJA)))  # type: ignore[arg-type]
    assert (found.path, found.hashes, found.stated) == (PATH, (f"sha256:{SHA256}",), False)


def test_a_commit_of_a_repository_is_told() -> None:
    text = '{"url": "https://example.org/jinja", "vcs_info": {"vcs": "git", "commit_id": "1a2b"}}'
    (found,) = facts(text, DIRECT)
    assert isinstance(found, Problem)
    assert "commit '1a2b' of 'https://example.org/jinja'" in found.what
    assert (found.blocking, found.hides) == (False, False)


@pytest.mark.parametrize(
    "text", ["{}", '{"url": "file:///app", "dir_info": {"editable": true}}', '{"archive_info": {}}']
)
def test_a_folder_says_no_more(text: str) -> None:
    assert facts(text, DIRECT) == []
    assert facts(text, "srv/direct_url.json") == []


@pytest.mark.parametrize("data", [b"", b"[]", b'{"archive_info": 1}', b"\xff"])
def test_an_origin_that_cannot_be_read(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(data, DIRECT)
