from __future__ import annotations

import json

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.composer import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Package

LOCK = "app/composer.lock"
INSTALLED = "app/vendor/composer/installed.json"
MAST = "composer/quay/mast@v2.1.0"


@pytest.mark.parametrize(
    ("path", "file", "declared"), [(LOCK, "composer.lock", True), (INSTALLED, "installed.json", False)]
)
def test_what_composer_writes(path: str, file: str, declared: bool) -> None:
    found = packages(CATALOGUER, path, fixture(file))
    assert set(found) == {MAST, "composer/quay/rope@1.4.2", "composer/quay/sail@dev-main"}
    assert found[MAST] == Package(
        "composer",
        "mast",
        "v2.1.0",
        "quay",
        licences=("MIT",),
        path=path,
        depends=("quay/rope",),
        hashes=("sha1:6141d2982b0fb45d2f656267434b0651831d0f7b",),
        declared=declared,
    )
    assert found["composer/quay/sail@dev-main"].scope == ("dev" if declared else "")


def test_before_composer_2_the_list_of_what_is_installed_was_a_list() -> None:
    listed = json.loads(fixture("installed.json"))["packages"]
    assert set(packages(CATALOGUER, INSTALLED, b"\n " + json.dumps(listed).encode())) >= {MAST}


def test_names_compare_in_lower_case() -> None:
    data = b'{"packages": [{"name": "Quay/Mast", "version": "1.0", "require": {"Quay/Rope": "*", "ext-json": "*"}}]}'
    assert packages(CATALOGUER, LOCK, data)["composer/quay/mast@1.0"].depends == ("quay/rope",)


@pytest.mark.parametrize(
    "member", ['"require": []', '"license": []', '"license": null', '"dist": null', '"dist": {"shasum": null}']
)
def test_empty_members_have_any_shape(member: str) -> None:
    data = f'{{"packages": [{{"name": "a/b", "version": "1.0", {member}}}]}}'.encode()
    assert packages(CATALOGUER, LOCK, data) == {
        "composer/a/b@1.0": Package("composer", "b", "1.0", "a", path=LOCK, declared=True)
    }


@pytest.mark.parametrize("data", [b"", b"[", b'{"packages": {}}', b'{"packages": [1]}', b"\xff"])
def test_a_damaged_lock_file_is_a_problem_and_a_damaged_list_hides_packages(data: bytes) -> None:
    problem(CATALOGUER, LOCK, data)
    with pytest.raises(Unreadable):
        facts(CATALOGUER, INSTALLED, data)


def test_what_has_no_version_is_counted() -> None:
    assert problem(CATALOGUER, LOCK, b'{"packages": [{"name": "a/b"}, {"version": "1"}]}').startswith(
        "names 2 packages"
    )
