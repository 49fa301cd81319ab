"""Kegs of Homebrew, in the form that Library/Homebrew/tab.rb of https://github.com/Homebrew/brew writes."""

from __future__ import annotations

import pytest
from hypothesis import given

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.mutated import mutated
from pratique.catalog._index import Index
from pratique.catalog.homebrew import CATALOGUER, parse
from pratique.errors import Unreadable
from pratique.model import Licence, Package

KEG = "home/linuxbrew/.linuxbrew/Cellar/openssl@3/3.3.1_1"
RECEIPT = b"""{
  "homebrew_version": "4.3.9",
  "built_as_bottle": true,
  "poured_from_bottle": true,
  "runtime_dependencies": [
    {"full_name": "ca-certificates", "version": "2024-07-02", "revision": 0, "pkg_version": "2024-07-02"},
    {"full_name": "user/tap/pilot", "version": "2.0"},
    {"full_name": ""}
  ],
  "source": {"tap": "homebrew/core", "spec": "stable", "versions": {"stable": "3.3.1", "head": null}},
  "arch": "x86_64"
}"""
FORMULA = (
    b'class OpensslAT3 < Formula\n  desc "TLS"\n  license any_of: ["Apache-2.0", "MIT"] # both\n  revision 1\nend\n'
)


@pytest.mark.parametrize("ending", ["rb", "json"])
def test_a_cask(ending: str) -> None:
    path = f"home/linuxbrew/.linuxbrew/Caskroom/font-mast/.metadata/2.1,7/20260101120000.123/Casks/font-mast.{ending}"
    assert Index([CATALOGUER]).find(path)
    assert list(parse(memory_file(path, b"\xff"))) == [
        Package("brew", "font-mast", "2.1,7", namespace="homebrew/cask", path=path)
    ]
    assert list(parse(memory_file(path.replace("Casks/font-mast", "Casks/other"), b""))) == []


def test_receipt() -> None:
    path = f"{KEG}/INSTALL_RECEIPT.json"
    assert list(parse(memory_file(path, RECEIPT))) == [
        Package(
            type="brew",
            name="openssl@3",
            version="3.3.1_1",
            arch="x86_64",
            path=path,
            depends=("ca-certificates@2024-07-02", "user/tap/pilot@2.0"),
        )
    ]


def test_receipt_of_another_tap_and_of_an_old_version() -> None:
    path = "Cellar/a/1/INSTALL_RECEIPT.json"
    assert list(parse(memory_file(path, b'{"source":{"tap":"user/tap"}}'))) == [
        Package("brew", "a", "1", namespace="user/tap", path=path)
    ]
    (found,) = parse(memory_file(path, b'{"source":{"tap":null},"runtime_dependencies":null,"arch":null}'))
    assert found == Package("brew", "a", "1", path=path)


def test_licence() -> None:
    (licence,) = parse(memory_file(f"{KEG}/.brew/openssl@3.rb", FORMULA))
    assert licence == Licence("brew", "openssl@3", ("Apache-2.0", "MIT"))
    (licence,) = parse(memory_file("Cellar/a/1/.brew/a.rb", b'  license "MIT"\n'))
    assert licence == Licence("brew", "a", ("MIT",))
    assert list(parse(memory_file("Cellar/a/1/.brew/a.rb", b"  license :public_domain\n"))) == []


def test_what_lies_in_no_keg() -> None:
    assert list(parse(memory_file("srv/INSTALL_RECEIPT.json", RECEIPT))) == []
    assert list(parse(memory_file("Caskroom/a/1/INSTALL_RECEIPT.json", RECEIPT))) == []
    assert list(parse(memory_file(f"{KEG}/lib/a.rb", FORMULA))) == []


@pytest.mark.parametrize("data", [b"", b"[]", b'{"source":1}', b"[" * 100_000, b"\xff"])
def test_no_receipt(data: bytes) -> None:
    with pytest.raises(Unreadable):
        list(parse(memory_file(f"{KEG}/INSTALL_RECEIPT.json", data)))


def test_claims() -> None:
    index = Index([CATALOGUER])
    assert index.find(f"{KEG}/.brew/openssl@3.rb")
    assert not index.find("usr/lib/ruby/a.rb")


@given(mutated(RECEIPT) | mutated(FORMULA))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, f"{KEG}/INSTALL_RECEIPT.json", data)
    survives(CATALOGUER, f"{KEG}/.brew/openssl@3.rb", data)
