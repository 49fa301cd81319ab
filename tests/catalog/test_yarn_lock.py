from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.yarn_lock import CATALOGUER
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Problem

PATH = "app/yarn.lock"
HEAD = "# yarn lockfile v1\n\n\n"


def text(*entries: str) -> bytes:
    return (HEAD + "\n".join(entries)).encode()


@pytest.mark.parametrize("version", [1, 6, 10])
def test_what_yarn_writes(version: int) -> None:
    found = packages(CATALOGUER, PATH, fixture(f"yarn.v{version}.lock"))
    assert set(found) == {
        "npm/@port/crane@3.0.0-rc.1",
        "npm/buoy@0.1.0",
        "npm/harbour@1.2.0",
        "npm/knot@1.0.0",
        "npm/pilot@1.0.1",
        "npm/pilot@2.0.0",
        "npm/tide@1.0.0",
    }
    assert found["npm/harbour@1.2.0"].depends == ("pilot@1.0.1", "tide@1.0.0")
    assert found["npm/@port/crane@3.0.0-rc.1"].depends == ("pilot@2.0.0",)
    hashes = found["npm/pilot@1.0.1"].hashes
    assert [one[:12] for one in hashes] == (
        ["sha512:c5368"] if version == 1 else []
    )  # later ones are of yarn's own zip


def test_the_hash_in_the_address_where_there_is_no_integrity() -> None:
    sha1 = "12ceb80072cfd0bbe7f61950a1d7836c616ef70a"
    found = packages(CATALOGUER, PATH, text(f'a@^1:\n  version "1.0.0"\n  resolved "http://127.0.0.1/a.tgz#{sha1}"\n'))
    assert found["npm/a@1.0.0"].hashes == (f"sha1:{sha1}",)
    found = packages(CATALOGUER, PATH, text('a@^1:\n  version "1.0.0"\n  resolved "http://127.0.0.1/a.git#v1"\n'))
    assert found["npm/a@1.0.0"].hashes == ()


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("a@^1.0.0, a@~1.0", "npm/a"),
        ('"@s/a@^1.0.0", "@s/a@1 || 2"', "npm/@s/a"),
        ('"b@npm:a@1"', "npm/a"),
        ('"b@npm:@s/a@1"', "npm/@s/a"),
        ('"a@git+ssh://git@example.org/x.git"', "npm/a"),
        ('"a@https://example.org/a, b.tgz"', "npm/a"),
        ("a@1 - 2", "npm/a"),
        ("a@latest", "npm/a"),
        ("a@", "npm/a"),
    ],
)
def test_what_asks_for_a_package_names_it(head: str, name: str) -> None:
    assert set(packages(CATALOGUER, PATH, text(f'{head}:\n  version "1.0.0"\n'))) == {f"{name}@1.0.0"}


def test_several_ranges_of_one_version_are_one_package() -> None:
    first = 'b@^1:\n  version "1.0.0"\n  dependencies:\n    a "1 || 2"\n    c "1"\n'
    found = packages(
        CATALOGUER, PATH, text(first, 'a@^1, "a@1 || 2":\n  version "1.5.0"\n', 'c@2:\n  version "2.0.0"\n')
    )
    assert found["npm/b@1.0.0"].depends == ("a@1.5.0", "c")


@pytest.mark.parametrize(
    "data",
    [
        text('<<<<<<< HEAD\na@^1:\n  version "1.0.0"\n'),
        text('  version "1.0.0"\n'),
        text("a@^1\n"),
        text('a@^1:\n  version "1.0.0\n'),
        b"\xff\xfe",
    ],
)
def test_what_yarn_does_not_write_is_not_read(data: bytes) -> None:
    assert problem(CATALOGUER, PATH, data).startswith("lock file ")


def test_a_file_of_comments_names_nothing() -> None:
    assert facts(CATALOGUER, PATH, HEAD.encode()) == []
    assert problem(CATALOGUER, PATH, b"\n").startswith("no lock file of yarn")


def test_an_entry_without_a_version_is_counted() -> None:
    assert problem(CATALOGUER, PATH, text("a@^1:\n  resolved x\n")).startswith("names a package without")


BERRY = """\
__metadata:
  version: 8

"a@npm:^1.0.0, a@npm:~1.0, a@workspace:*":
  version: 1.0.0
  resolution: "a@npm:1.0.0"
  dependencies:
    b: "npm:1"
    z: "npm:9"
  languageName: node
  linkType: hard

"b@patch:b@npm%3A1.2.0#~builtin<compat/b>::version=1.2.0&hash=abc":
  version: 1.2.0
  resolution: "b@patch:b@npm%3A1.2.0#~builtin<compat/b>::version=1.2.0&hash=abc"
  checksum: 10c0/00
  linkType: hard

"b@npm:1":
  version: 1.2.0
  resolution: "b@npm:1.2.0"
  linkType: hard

"own@workspace:.":
  version: 0.0.0-use.local
  resolution: "own@workspace:."
  linkType: soft

"z@npm:10":
  version: 10.0.0
  resolution: "z@npm:10.0.0"
  linkType: hard
"""


def test_patches_are_their_package_and_workspaces_none() -> None:
    found = packages(CATALOGUER, PATH, BERRY.encode())
    assert set(found) == {"npm/a@1.0.0", "npm/b@1.2.0", "npm/z@10.0.0"}
    assert found["npm/a@1.0.0"].depends == ("b@1.2.0", "z")


def test_a_version_that_is_none_is_counted() -> None:
    found = facts(CATALOGUER, PATH, BERRY.replace("version: 1.0.0", "version: main").encode())
    (what,) = (one.what for one in found if isinstance(one, Problem))
    assert what.startswith("names a package")


@pytest.mark.parametrize("data", [b"__metadata:\n  x: &a 1\n", b"__metadata:\n\tx: 1\n", b'__metadata:\n"a": "b\n'])
def test_yaml_that_yarn_does_not_write_is_not_read(data: bytes) -> None:
    assert "YAML" in problem(CATALOGUER, PATH, data)


def test_a_file_past_the_bound_is_told() -> None:
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, PATH, b"\n" * (DEFAULT.file_list + 1))
