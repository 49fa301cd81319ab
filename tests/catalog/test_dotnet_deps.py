"""NAME.deps.json: one that the SDK wrote, other forms by https://github.com/dotnet/sdk, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import facts, is_refused, packages, problems
from catalog.hostile import survives
from catalog.lock_files import fixture
from catalog.mutated import mutated
from pratique.catalog.dotnet_deps import CATALOGUER
from pratique.errors import Unreadable

PATH = "app/Harbour.deps.json"
TEXT = b"""{
  "runtimeTarget": {"name": ".NETCoreApp,Version=v8.0/linux-x64", "signature": ""},
  "targets": {
    ".NETCoreApp,Version=v8.0": {},
    ".NETCoreApp,Version=v8.0/linux-x64": {
      "Harbour/1.0.0": {"dependencies": {"Serilog": "2.10.0", "Only.Built": "1.0.0"}, "runtime": {"Harbour.dll": {}}},
      "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {"runtime": {"System.Text.Json.dll": {}}},
      "Serilog/2.10.0": {"runtime": {"lib/netstandard2.1/Serilog.dll": {"fileVersion": "2.10.0.0"}}},
      "SQLite.Native/1.0.0": {"native": {"runtimes/linux-x64/native/libe_sqlite3.so": {}}},
      "Only.Built/1.0.0": {"compile": {"ref/a.dll": {}}}
    }
  },
  "libraries": {
    "Harbour/1.0.0": {"type": "project", "serviceable": false, "sha512": ""},
    "runtimepack.Microsoft.NETCore.App.Runtime.linux-x64/8.0.1": {"type": "runtimepack", "sha512": ""},
    "Serilog/2.10.0": {"type": "package", "sha512":
      "sha512-HrC5BXdl00IP9zeV+0Z848QWPAoCr9P3bDEZguI+gkLcBKAOxix/tLEAAHC+UvDNPv4a2d18lOReHMOagPa+zQ=="},
    "SQLite.Native/1.0.0": {"type": "package", "sha512": "sha512-nonsense"},
    "Only.Built/1.0.0": {"type": "package", "sha512": ""},
    "Some.Reference/4.0.0.0": {"type": "reference", "sha512": ""}
  }
}"""


def test_what_the_sdk_wrote() -> None:
    found = packages(CATALOGUER, fixture("Harbour.deps.json"), PATH)
    assert [(one.name, one.version, one.depends, len(one.hashes)) for one in found] == [
        ("Harbour", "3.0.0", ("Quay.Rope@1.4.2",), 0),
        ("Quay.Mast", "2.1.0-rc.1", (), 1),
        ("Quay.Rope", "1.4.2", ("Quay.Mast@2.1.0-rc.1",), 1),
    ]
    assert not any(one.declared for one in found)


def test_what_brings_a_file_is_installed() -> None:
    found = packages(CATALOGUER, TEXT, PATH)
    assert [(one.name, one.version, one.declared) for one in found] == [
        ("Harbour", "1.0.0", False),
        ("Microsoft.NETCore.App.Runtime.linux-x64", "8.0.1", False),
        ("Serilog", "2.10.0", False),
        ("SQLite.Native", "1.0.0", False),
        ("Only.Built", "1.0.0", True),
    ]
    assert found[0].depends == ("Serilog@2.10.0", "Only.Built@1.0.0")
    assert [len(one.hashes) for one in found] == [0, 0, 1, 0, 0]
    assert all(one.type == "nuget" for one in found)


@pytest.mark.parametrize("data", [b"", b"[]", b'{"libraries": {"a/1": 1}}', TEXT[:-3], b'{"targets": {"a": []}}'])
def test_what_is_no_such_file_is_unreadable(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, PATH)


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH)
    data = b'{"libraries": {"a": {"type": "package"}, "/1": {"type": "project"}}}'
    assert len(problems(CATALOGUER, data, PATH)) == 2


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
