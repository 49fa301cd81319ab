"""Records of conda environments: one that rattler wrote, and hostile ones."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._index import Index
from pratique.catalog.conda import CATALOGUER, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Owns, Package

PATH = "opt/conda/envs/port/conda-meta/harbour-2.4.1-h0_0.json"
RECORD = (Path(__file__).parent / "conda" / "harbour-2.4.1-h0_0.json").read_bytes()


def test_what_rattler_wrote() -> None:
    package, owns = parse(memory_file(PATH, RECORD))
    assert isinstance(package, Package)
    (digest,) = package.hashes
    assert digest.startswith("sha256:")
    assert digest.encode()[7:] in RECORD
    assert package == Package(
        type="conda",
        name="harbour",
        version="2.4.1",
        arch="noarch",
        licences=("MIT",),
        path=PATH,
        depends=("pilot",),
        hashes=(digest,),
    )
    assert owns == Owns(
        "harbour", ("opt/conda/envs/port/bin/harbour", "opt/conda/envs/port/share/harbour/berths"), "conda"
    )


def test_environment_in_the_root_and_what_stands_for_the_system() -> None:
    needs = b'["__glibc >=2.17","conda-forge::b >=1,<2","c"]'
    data = b'{"name":"a","version":"1","depends":' + needs + b',"files":["bin/a"],"md5":"0"}'
    package, owns = parse(memory_file("conda-meta/a-1-0.json", data))
    assert package == Package("conda", "a", "1", path="conda-meta/a-1-0.json", depends=("b", "c"), hashes=("md5:0",))
    assert owns == Owns("a", ("bin/a",), "conda")


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b'{"name":"a"}', b'{"name":"","version":"1"}', b'{"name":"a","version":1}', b"[" * 100_000, b"\xff"],
)
def test_no_record(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(PATH, data)))


def test_a_key_twice_is_as_json_has_it() -> None:
    (found,) = parse(memory_file(PATH, b'{"name":"a","version":"1","version":"2"}'))
    assert isinstance(found, Package)
    assert found.version == "2"


def test_paths_that_would_fill_the_memory() -> None:
    data = b'{"name":"a","version":"1","files":[' + b",".join([b'"x"'] * (DEFAULT.owned_path // 4000)) + b"]}"
    package, *_ = parse(memory_file("conda-meta/a.json", data))
    assert isinstance(package, Package)
    with pytest.raises(LimitExceeded, match="owned_path"):
        list(parse(memory_file(f"{'d' * 4050}/conda-meta/a.json", data)))


def test_claims() -> None:
    index = Index([CATALOGUER])
    assert index.find(PATH)
    assert not index.find("opt/conda/pkgs/a/info/index.json")
    assert not index.find("opt/conda/conda-meta/history")


@given(mutated(RECORD))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
