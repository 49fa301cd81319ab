"""Debian's tracker after https://security-tracker.debian.org/tracker/data/json, and the states of its entries."""

from __future__ import annotations

import contextlib
import gzip
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level
from pratique.vuln.bulletin import Bulletin, Statement, Unread
from pratique.vuln.vendor.debian import VENDOR

DOCUMENT = Path(__file__).parent / "debian" / "tracker.json"


def source(folder: Path, data: bytes) -> Path:
    (folder / "debian").mkdir(parents=True, exist_ok=True)
    (folder / "debian" / "tracker.json").write_bytes(data)
    return folder


def read(folder: Path, limits: Limits = DEFAULT) -> tuple[dict[str, Bulletin], list[Unread]]:
    found = list(VENDOR.read(folder, limits))
    bulletins = [each for each in found if isinstance(each, Bulletin)]
    assert len({each.id for each in bulletins}) == len(bulletins)
    return {each.id: each for each in bulletins}, [each for each in found if isinstance(each, Unread)]


def one(folder: Path, said: object, id_: str = "CVE-2024-1000", codename: str = "bookworm") -> Statement:
    """What one entry becomes."""
    text = json.dumps({"a": {id_: {"releases": {codename: said}}}}).encode()
    bulletins, unread = read(source(folder, text))
    assert not unread
    (bulletin,) = bulletins.values()
    (statement,) = bulletin.statements
    return statement


def test_one_bulletin_for_all_packages_of_a_vulnerability(tmp_path: Path) -> None:
    assert VENDOR.present(source(tmp_path, DOCUMENT.read_bytes()))
    bulletins, unread = read(tmp_path)
    assert not unread
    found = bulletins["DEBIAN-CVE-2022-0456"]
    assert found.upstream == ("CVE-2022-0456",)
    assert set(found.statements) == {
        Statement("12", "chromium", fixed="98.0.4758.80-1", state=FixState.FIXED),
        Statement("11", "chromium", fixed="98.0.4758.80-1~deb11u1", state=FixState.FIXED),
        Statement("10", "chromium", state=FixState.END_OF_LIFE),
        Statement("9", "chromium-browser", state=FixState.END_OF_LIFE),
    }
    assert bulletins["DEBIAN-CVE-2022-0358"].statements == ()


def test_levels_and_never_affected(tmp_path: Path) -> None:
    bulletins, _ = read(source(tmp_path, DOCUMENT.read_bytes()))
    assert bulletins["DEBIAN-CVE-2008-7220"].statements == (
        Statement("9", "prototypejs", fixed="1.6.0.2-1", state=FixState.FIXED, level=Level.HIGH),
    )
    assert bulletins["DEBIAN-CVE-2007-2383"].statements == (
        Statement("10", "prototypejs", state=FixState.NOT_AFFECTED, level=Level.NONE),
    )
    assert bulletins["DEBIAN-CVE-2005-3111"].statements[0].level is Level.MEDIUM


@pytest.mark.parametrize(
    ("said", "state", "level"),
    [
        ({"status": "open", "urgency": "not yet assigned"}, FixState.AFFECTED, Level.UNKNOWN),
        ({"status": "open", "urgency": "low"}, FixState.AFFECTED, Level.LOW),
        ({"status": "open", "urgency": "unimportant"}, FixState.AFFECTED, Level.NONE),
        ({"status": "open", "urgency": "low*"}, FixState.AFFECTED, Level.LOW),
        (
            {"status": "open", "urgency": "not yet assigned", "nodsa": "Minor issue", "nodsa_reason": ""},
            FixState.DEFERRED,
            Level.UNKNOWN,
        ),
        (
            {"status": "open", "urgency": "not yet assigned", "nodsa": "Minor issue", "nodsa_reason": "postponed"},
            FixState.DEFERRED,
            Level.UNKNOWN,
        ),
        (
            {"status": "open", "urgency": "medium", "nodsa": "Too intrusive", "nodsa_reason": "ignored"},
            FixState.WILL_NOT_FIX,
            Level.MEDIUM,
        ),
        ({"status": "open", "urgency": "end-of-life"}, FixState.END_OF_LIFE, Level.UNKNOWN),
        (
            {"status": "open", "urgency": "end-of-life", "nodsa": "EOL", "nodsa_reason": "ignored"},
            FixState.END_OF_LIFE,
            Level.UNKNOWN,
        ),
        ({"status": "undetermined", "urgency": "not yet assigned"}, FixState.UNDER_INVESTIGATION, Level.UNKNOWN),
        ({"status": "open", "fixed_version": None}, FixState.AFFECTED, Level.UNKNOWN),
    ],
)
def test_states(tmp_path: Path, said: object, state: FixState, level: Level) -> None:
    assert one(tmp_path, said) == Statement("12", "a", state=state, level=level)


def test_temporary_names_stay(tmp_path: Path) -> None:
    one(tmp_path, {"status": "open"}, "TEMP-0517018-A83CE6")
    (bulletin,) = read(tmp_path)[0].values()
    assert (bulletin.id, bulletin.upstream) == ("TEMP-0517018-A83CE6", ())


def test_codenames_are_those_of_the_table(tmp_path: Path) -> None:
    assert one(tmp_path, {"status": "open"}, codename="trixie").release == "13"
    assert one(tmp_path, {"status": "open"}, codename="squeeze").release == "6"
    text = DOCUMENT.read_bytes().replace(b'"bookworm"', b'"zurg"', 1)
    _, unread = read(source(tmp_path, text))
    assert [each.why for each in unread] == ["no release is called 'zurg'"]
    (tmp_path / "distro-info").mkdir()
    table = "version,codename,series,created,release,eol,eol-lts\n99,Zurg,zurg,2030-01-01,,,\n"
    (tmp_path / "distro-info" / "debian.csv").write_text(table)
    bulletins, unread = read(tmp_path)
    assert not unread
    assert "99" in {each.release for each in bulletins["DEBIAN-CVE-2022-0456"].statements}
    (tmp_path / "distro-info" / "debian.csv").write_text("<html>")
    assert len(read(tmp_path)[1]) == 1


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ('{"status": "removed"}', "the status 'removed'"),
        ('{"status": "resolved"}', "the status 'resolved'"),
        ('{"status": 7}', "Expected `str`"),
        (f'{{"status": "resolved", "fixed_version": "{"1" * 600}"}}', "feed_text"),
        ("[]", "Expected `object`"),
    ],
)
def test_an_entry_that_cannot_be_read_is_told_of(tmp_path: Path, part: str, why: str) -> None:
    text = f'{{"a": {{"CVE-2024-1000": {{"releases": {{"sid": {{}}, "bookworm": {part}}}}}}}, "b": {{"CVE-2024-1000":'
    text += '{"releases": {"bookworm": {"status": "open"}}}}}'
    bulletins, unread = read(source(tmp_path, text.encode()))
    assert [each.name for each in bulletins["DEBIAN-CVE-2024-1000"].statements] == ["b"]
    assert len(unread) == 1
    assert why in unread[0].why


def test_a_package_that_is_none_and_a_name_that_is_none(tmp_path: Path) -> None:
    text = json.dumps({"a": [], "b" * 600: {}, "c": {"CVE-1": {}}, "d": {"CVE-2024-1000": {"releases": {}}}}).encode()
    bulletins, unread = read(source(tmp_path, text))
    assert set(bulletins) == {"DEBIAN-CVE-2024-1000"}
    assert len(unread) == 3


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        b"<!DOCTYPE html>",
        b'{"a": {"CVE-2024-1000"',
        b"\xff\xfe",
        b'{"\xff": {}}',
        b'{"a":' * 5000,
        b"[" * 100_000,
    ],
)
def test_what_is_no_document(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(source(tmp_path, data))


def test_a_document_that_is_too_large(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_file=1000)
    with pytest.raises(Unreadable, match="feed_file"):
        read(source(tmp_path, DOCUMENT.read_bytes()), limits)
    with pytest.raises(Unreadable, match="feed_file"):
        read(source(tmp_path, gzip.compress(bytes(64 << 20))), limits)


def test_as_a_mirror_may_keep_it_compressed(tmp_path: Path) -> None:
    assert read(source(tmp_path, gzip.compress(DOCUMENT.read_bytes()))) == read(source(tmp_path, DOCUMENT.read_bytes()))


def test_absent(tmp_path: Path) -> None:
    assert not VENDOR.present(tmp_path)
    with pytest.raises(Unreadable):
        read(tmp_path)


@settings(deadline=None)
@given(st.data())
def test_nothing_that_is_changed_in_it_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(DOCUMENT.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 5))] = data.draw(
            st.sampled_from([b"", b"[]", b'"', b"null", b"1", b"x"])
        )
    with contextlib.suppress(Unreadable):
        read(source(tmp_path_factory.getbasetemp() / "fuzz", bytes(whole)))
