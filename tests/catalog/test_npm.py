from __future__ import annotations

import json
import shutil
import subprocess

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.memory_file import memory_file
from pratique.catalog.npm import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.model import Fact, Package, Problem

INSTALLED = "app/node_modules/left-pad/package.json"


def facts(text: str | bytes, path: str = INSTALLED) -> list[Fact]:
    return list(parse(memory_file(path, text if isinstance(text, bytes) else text.encode())))


def package(text: str | bytes, path: str = INSTALLED) -> Package:
    (found,) = facts(text, path)
    assert isinstance(found, Package)
    return found


@pytest.mark.parametrize(
    "path",
    [
        "app/node_modules/left-pad/package.json",
        "app/node_modules/a/node_modules/left-pad/package.json",
        "usr/local/lib/node_modules/npm/node_modules/left-pad/package.json",
        "opt/yarn-v1.22.19/package.json",
        "root/.cache/node/corepack/v1/pnpm/8.6.0/package.json",
        "usr/share/nodejs/left-pad/package.json",
        "package.json",
    ],
)
def test_a_name_and_a_version_are_a_package_wherever_they_lie(path: str) -> None:
    assert facts('{"name": "left-pad", "version": "1.3.0", "license": "WTFPL"}', path) == [
        Package("npm", "left-pad", "1.3.0", licences=("WTFPL",), path=path)
    ]


def test_a_scope_is_the_namespace() -> None:
    found = package('{"name": "@babel/core", "version": "7.0.0-beta.1"}', "app/node_modules/@babel/core/package.json")
    assert (found.namespace, found.name, found.version) == ("@babel", "core", "7.0.0-beta.1")


@pytest.mark.parametrize(
    ("members", "licences"),
    [
        ('"license": "MIT"', ("MIT",)),
        ('"license": "(MIT OR Apache-2.0)"', ("(MIT OR Apache-2.0)",)),
        ('"license": {"type": "MIT", "url": "https://example.org"}', ("MIT",)),
        ('"license": ["MIT", {"type": "ISC"}]', ("MIT", "ISC")),
        ('"licenses": [{"type": "MIT"}, {"type": "MIT"}]', ("MIT",)),
        ('"license": null, "licenses": ["BSD"]', ("BSD",)),
        ('"license": 5, "licenses": ["BSD"]', ("BSD",)),
        ('"license": {"type": 5}', ()),
        ('"license": [[[]]]', ()),
        ('"license": ""', ()),
    ],
)
def test_licences_come_in_many_shapes(members: str, licences: tuple[str, ...]) -> None:
    assert package('{"name": "a", "version": "1.0.0", ' + members + "}").licences == licences


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        '{"type": "module"}',
        '{"name": null, "version": null}',
    ],
)
def test_a_marker_is_no_package(text: str) -> None:
    assert facts(text) == []


@pytest.mark.parametrize("version", ["", ', "version": ""', ', "version": 1', ', "version": {"a": 1}'])
def test_an_installed_package_without_a_version_is_told(version: str) -> None:
    text = '{"name": "left-pad"' + version + "}"
    (found,) = facts(text)
    assert found == Problem(INSTALLED, "package.json of the installed package 'left-pad' has no version", hides=True)
    assert facts(text, "app/package.json") == []
    assert facts(text, "app/node_modules/resolve/test/baz/package.json") == []


@pytest.mark.parametrize("name", ["", '"name": "", ', '"name": 1, ', '"private": true, '])
def test_an_installed_package_without_a_name_is_told(name: str) -> None:
    text = "{" + name + '"version": "1.0.0"}'
    (found,) = facts(text)
    assert found == Problem(
        INSTALLED, "package.json of the installed package of version '1.0.0' has no name", hides=True
    )
    assert facts(text, "app/package.json") == []


@pytest.mark.parametrize("name", ["{{name}}", "../x", "a b", ".hidden", "@a/b/c", "@/x", "x" * 215, "é"])
def test_a_name_that_npm_refuses_is_told(name: str) -> None:
    (found,) = facts(json.dumps({"name": name, "version": "1.0.0"}))
    assert isinstance(found, Problem)


@pytest.mark.parametrize("version", ["1.0.0\x1b[2J", "1\n2", "1" * 257])
def test_a_version_that_cannot_be_shown_is_told(version: str) -> None:
    (found,) = facts(json.dumps({"name": "a", "version": version}))
    assert isinstance(found, Problem)


def test_the_last_of_two_equal_members_holds_as_in_node() -> None:
    assert package('{"name": "a", "version": "1.0.0", "version": "2.0.0"}').version == "2.0.0"


def test_a_version_that_is_no_semver_is_kept_as_it_stands() -> None:
    assert package('{"name": "a", "version": " v1 "}').version == "v1"


def test_a_byte_order_mark_and_wrong_bytes_are_read_as_node_reads_them() -> None:
    assert package(b'\xef\xbb\xbf{"name": "a", "version": "1.0.0"}').name == "a"
    assert package(b'{"name": "a", "version": "1.0.0", "author": "J\xf6rg", "license": "M\xffT"}').licences == ("M�T",)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b'"a"',
        b"nul",
        b"\x00" * 64,
        b'{"name": "a", "version": "1.0.0"',
        b'{"name": "a", "version": "1.0.0"} {}',
        b'{"name": "a", "version": "1.0.0",}',
        b"// comment\n{}",
        b'{"a":' + b"[" * 100_000,
        b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b'{"license":' * 100_000 + b'""' + b"}" * 100_000,
    ],
)
def test_what_is_no_object_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(data)


@pytest.mark.parametrize(
    "path",
    [
        "app/package.json",
        "node_modules/resolve/test/resolver/malformed_package_json/package.json",
        "node_modules/.cache/package.json",
    ],
)
def test_what_is_no_object_where_nothing_is_installed_is_no_package(path: str) -> None:
    (found,) = facts(b'{"name": "malformed",', path)
    assert isinstance(found, Problem)
    assert (found.blocking, found.hides) == (False, False)


@pytest.mark.parametrize("path", [INSTALLED, "app/package.json"])
def test_what_node_reads_and_we_do_not_is_past_a_bound(path: str) -> None:
    with pytest.raises(LimitExceeded):
        facts(b'{"license":' * 100_000 + b'""' + b"}" * 100_000, path)


def test_many_megabytes_are_one_package() -> None:
    data = b'{"name": "a", "version": "1.0.0", "x": [' + (b'{"y": "' + b"z" * 100 + b'"},') * 80_000 + b"1]}"
    assert package(data).name == "a"


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.binary(max_size=300), st.binary(max_size=40).map(lambda data: b'{"name":"a","version":' + data)))
def test_any_bytes_are_facts_or_unreadable(data: bytes) -> None:
    try:
        found = facts(data)
    except Unreadable:
        return
    assert len(found) <= 1


_json = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({}, optional=dict.fromkeys(("name", "version", "license", "licenses", "x"), _json)))
def test_members_of_any_type_are_read(members: dict[str, object]) -> None:
    found = facts(json.dumps(members))
    name, version = members.get("name"), members.get("version")
    if any(isinstance(fact, Package) for fact in found):
        assert isinstance(name, str)
        assert isinstance(version, str)
        assert found == [package(json.dumps(members))]


@pytest.mark.native
def test_node_reads_the_same_names_and_versions() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("no node on this machine")
    texts = [
        '{"name":"a","version":"1.0.0","name":"b"}',
        '{"name":"\\u0061\\/b","version":"1\\t"}',
        '\t{"name":"a" , "version":"1.0.0-\\u0030"}\r\n',
        '{"version":"1.0.0","name":"@s/n","dependencies":{"name":"z"}}',
    ]
    script = (
        "console.log(JSON.stringify(JSON.parse(process.argv[1]).map(t=>{t=JSON.parse(t);return[t.name,t.version]})))"
    )
    done = subprocess.run([node, "-e", script, json.dumps(texts)], capture_output=True, check=True)
    for text, (name, version) in zip(texts, json.loads(done.stdout), strict=True):
        (fact,) = facts(text)
        if isinstance(fact, Package):
            assert f"{fact.namespace}/{fact.name}".lstrip("/") == name
            assert fact.version == version.strip()
        else:  # "a/b" is no name
            assert name == "a/b"


def test_the_claim() -> None:
    assert CATALOGUER.claim.names == ("package.json",)
    assert not CATALOGUER.blocking
