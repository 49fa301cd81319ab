"""What the SDK of .NET wrote of a project's packages, other forms by NuGet's documentation, and hostile ones."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, packages, problems, told
from catalog.hostile import survives
from catalog.lock_files import fixture
from catalog.mutated import mutated
from pratique.catalog.nuget import CATALOGUER
from pratique.errors import Unreadable

LOCK, ASSETS, CONFIG = "app/packages.lock.json", "app/obj/project.assets.json", "app/packages.config"
HASH = "HrC5BXdl00IP9zeV+0Z848QWPAoCr9P3bDEZguI+gkLcBKAOxix/tLEAAHC+UvDNPv4a2d18lOReHMOagPa+zQ=="
LOCKED = f"""{{"version": 1, "dependencies": {{
  "net8.0": {{
    "Newtonsoft.Json": {{"type": "Direct", "requested": "[13.0.3, )", "resolved": "13.0.3", "contentHash": "{HASH}"}},
    "Serilog.Sinks.File": {{"type": "Transitive", "resolved": "5.0.0", "dependencies": {{"Serilog": "2.10.0"}}}},
    "harbour.mast": {{"type": "Project"}}
  }},
  "net8.0/linux-x64": {{"Newtonsoft.Json": {{"type": "Direct", "resolved": "13.0.3"}}}}
}}}}""".encode()
RESTORED = f"""{{"version": 3,
  "targets": {{"net8.0": {{"Serilog.Sinks.File/5.0.0": {{"type": "package",
    "dependencies": {{"Serilog": "2.10.0"}}}}}}}},
  "libraries": {{
    "Serilog.Sinks.File/5.0.0": {{"sha512": "{HASH}", "type": "package", "path": "serilog.sinks.file/5.0.0"}},
    "mast/1.0.0": {{"type": "project", "path": "../mast/mast.csproj"}}}}
}}""".encode()
CONFIGURED = b"""\xef\xbb\xbf<?xml version="1.0" encoding="utf-8"?>
<packages>
  <package id="jQuery" version="3.1.1" targetFramework="net46" />
  <package id="StyleCop.Analyzers" version="1.1.118" developmentDependency="true" />
</packages>
"""


def test_what_the_sdk_wrote() -> None:
    assert told(CATALOGUER, fixture("packages.lock.json"), LOCK) == {
        "Quay.Rope": ("1.4.2", ""),
        "Quay.Mast": ("2.1.0-rc.1", ""),
    }
    locked = packages(CATALOGUER, fixture("packages.lock.json"), LOCK)
    restored = packages(CATALOGUER, fixture("project.assets.json"), ASSETS)
    assert {(one.name, one.version, one.depends, one.hashes) for one in locked} == {
        (one.name, one.version, one.depends, one.hashes) for one in restored
    }
    assert all(one.hashes for one in locked)


def test_a_lock_file() -> None:
    assert told(CATALOGUER, LOCKED, LOCK) == {"Newtonsoft.Json": ("13.0.3", ""), "Serilog.Sinks.File": ("5.0.0", "")}
    first, second = packages(CATALOGUER, LOCKED, LOCK)
    assert first.hashes[0].startswith("sha512:1eb0b9057765d3420ff73795fb467ce3")
    assert (second.depends, second.hashes) == (("Serilog",), ())


def test_what_a_restore_wrote() -> None:
    (one,) = packages(CATALOGUER, RESTORED, ASSETS)
    assert (one.name, one.version, one.depends, one.declared) == ("Serilog.Sinks.File", "5.0.0", ("Serilog",), True)
    assert len(one.hashes) == 1


def test_a_list_of_packages() -> None:
    found = told(CATALOGUER, CONFIGURED, CONFIG)
    assert found == {"jQuery": ("3.1.1", ""), "StyleCop.Analyzers": ("1.1.118", "dev")}


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, CONFIGURED, folder + "packages.config") == []


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"", LOCK),
        (b"[]", LOCK),
        (LOCKED[:-5], LOCK),
        (b'{"dependencies": {"net8.0": {"a": {"resolved": 1}}}}', LOCK),
        (b'{"libraries": []}', ASSETS),
        (b"<configuration/>", CONFIG),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><packages/>', CONFIG),
        (CONFIGURED[:-5], CONFIG),
    ],
)
def test_what_is_none_of_them_is_unreadable(data: bytes, path: str) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, data, path)


def test_nonsense() -> None:
    for path in (LOCK, ASSETS, CONFIG):
        is_refused(CATALOGUER, path)
    assert len(problems(CATALOGUER, b'<packages><package id="../a" version="1"/><package/></packages>', CONFIG)) == 2


@settings(max_examples=40, deadline=None)
@given(mutated(LOCKED), mutated(RESTORED), mutated(CONFIGURED))
def test_any_bytes(lock: bytes, assets: bytes, config: bytes) -> None:
    survives(CATALOGUER, LOCK, lock)
    survives(CATALOGUER, ASSETS, assets)
    survives(CATALOGUER, CONFIG, config)
