from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.npm_lock import CATALOGUER
from pratique.errors import LimitExceeded
from pratique.model import Package

PATH = "app/package-lock.json"
CRANE = "npm/@port/crane@3.0.0-rc.1"
SHA512 = (
    "sha512:1084e8edf6c67eeb178424dbc2f9e05fd66bcb70cd5c52af65d19dd61225ae361aaa85f9c"
    "29ee1dac977264fc1f44da983f434407d825a1d1df48066d4fea342"
)


def lock(version: int = 3, **members: object) -> bytes:
    return json.dumps({"name": "quay", "lockfileVersion": version, **members}).encode()


@pytest.mark.parametrize("version", [1, 2, 3])
def test_what_npm_writes(version: int) -> None:
    found = packages(CATALOGUER, PATH, fixture(f"package-lock.v{version}.json"))
    own = {"npm/quay@1.0.0"} if version > 1 else set()
    assert set(found) == own | {
        CRANE,
        "npm/buoy@0.1.0",
        "npm/harbour@1.2.0",
        "npm/knot@1.0.0",
        "npm/pilot@1.0.1",
        "npm/pilot@2.0.0",
        "npm/tide@1.0.0",
    }
    licences = ("MIT",) if version > 1 else ()
    assert found[CRANE] == Package(
        "npm",
        "crane",
        "3.0.0-rc.1",
        "@port",
        licences=licences,
        path=PATH,
        depends=("pilot@2.0.0",),
        hashes=(SHA512,),
        declared=True,
    )
    assert found["npm/harbour@1.2.0"].depends == ("pilot@1.0.1", "tide@1.0.0")
    scopes = {name: package.scope for name, package in found.items() if package.scope}
    assert scopes == {"npm/buoy@0.1.0": "dev", "npm/knot@1.0.0": "dev", "npm/tide@1.0.0": "optional"}


def test_a_damaged_lock_file_is_a_problem() -> None:
    assert problem(CATALOGUER, PATH, b"{").startswith("no lock file of npm: ")


def test_deep_nesting_is_past_a_bound() -> None:
    with pytest.raises(LimitExceeded):
        facts(
            CATALOGUER, PATH, b'{"dependencies": ' + b'{"a": {"dependencies": ' * 50_000 + b"{}" + b"}}" * 50_000 + b"}"
        )


def test_links_and_projects_without_a_version_are_no_packages() -> None:
    entries = {
        "": {"name": "quay"},
        "packages/sail": {"version": "1.0.0"},
        "packages/hull": {"name": "hull", "version": "1.0.0"},
        "node_modules/hull": {"resolved": "packages/hull", "link": True},
    }
    assert set(packages(CATALOGUER, PATH, lock(packages=entries))) == {"npm/hull@1.0.0"}


def test_what_has_no_version_is_counted() -> None:
    entries = {"node_modules/a": {}, "node_modules/b": {"version": None}}
    assert problem(CATALOGUER, PATH, lock(packages=entries)).startswith("names 2 packages without a version")
    old = {"a": {"version": "git+ssh://git@example.org/a.git#1234567"}, "b": {"version": "file:../b"}}
    assert problem(CATALOGUER, PATH, lock(1, dependencies=old)).startswith("names 2 packages without a version")


def test_a_need_is_looked_for_as_node_does() -> None:
    entries = {
        "node_modules/a": {"version": "1.0.0", "dependencies": {"b": "*", "c": "*", "d": "*"}},
        "node_modules/a/node_modules/b": {"version": "1.0.0", "dependencies": {"c": "*"}},
        "node_modules/b": {"version": "2.0.0"},
        "node_modules/c": {"version": "3.0.0"},
        "packages/w": {"name": "w", "version": "4.0.0", "dependencies": {"b": "*", "c": "*"}},
        "packages/w/node_modules/b": {"version": "5.0.0", "optionalDependencies": {"gone": "*"}},
    }
    found = packages(CATALOGUER, PATH, lock(packages=entries))
    assert found["npm/a@1.0.0"].depends == ("b@1.0.0", "c@3.0.0", "d")
    assert found["npm/b@1.0.0"].depends == ("c@3.0.0",)
    assert found["npm/w@4.0.0"].depends == ("b@5.0.0", "c@3.0.0")
    assert found["npm/b@5.0.0"].depends == ()


def test_of_two_members_with_one_name_the_last_holds() -> None:
    text = b'{"packages": {"node_modules/a": {"version": "1.0.0"}, "node_modules/a": {"version": "2.0.0"}}}'
    assert set(packages(CATALOGUER, PATH, text)) == {"npm/a@2.0.0"}


def test_places_of_many_folders_are_left_out_or_followed_a_bounded_way() -> None:
    entries = {
        "node_modules/" + "a/" * 3000 + "node_modules/b": {"version": "1.0.0"},
        "x/" * 500 + "node_modules/c": {"version": "1.0.0", "dependencies": {"d": "*"}},
        "node_modules/d": {"version": "1.0.0"},
    }
    found = facts(CATALOGUER, PATH, lock(packages=entries))
    assert [fact.depends for fact in found if isinstance(fact, Package) and fact.name == "c"] == [("d",)]
    assert len(found) == 3


@pytest.mark.native
def test_npm_lists_the_same(tmp_path: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("no npm on this machine")
    data = fixture("package-lock.v3.json")
    (tmp_path / "package-lock.json").write_bytes(data)
    (tmp_path / "package.json").write_text(json.dumps(json.loads(data)["packages"][""]))
    run = [npm, "ls", "--all", "--package-lock-only", "--parseable", "--long", "--offline"]
    done = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True)
    listed = (line.partition(":")[2].rpartition("@npm:")[2].partition(":")[0] for line in done.stdout.splitlines())
    names = {f"npm/{name}" for name in listed}
    assert names == set(packages(CATALOGUER, PATH, data))
