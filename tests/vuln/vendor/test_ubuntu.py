"""Ubuntu's OVAL: vulnerabilities after the published ones, every state's comment, and documents that are none."""

from __future__ import annotations

import bz2
import contextlib
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level
from pratique.vuln.bulletin import Bulletin, Statement, Unread
from pratique.vuln.vendor.ubuntu import VENDOR

DOCUMENT = Path(__file__).parent / "ubuntu" / "com.ubuntu.jammy.cve.oval.xml"


def source(folder: Path, data: bytes, name: str = "com.ubuntu.jammy.cve.oval.xml.bz2") -> Path:
    (folder / "ubuntu").mkdir(parents=True, exist_ok=True)
    (folder / "ubuntu" / name).write_bytes(bz2.compress(data))
    return folder


def read(folder: Path, limits: Limits = DEFAULT) -> tuple[dict[str, Bulletin], list[Unread]]:
    found = list(VENDOR.read(folder, limits))
    bulletins = [each for each in found if isinstance(each, Bulletin)]
    return {each.id: each for each in bulletins}, [each for each in found if isinstance(each, Unread)]


def document(
    *comments: str,
    platform: str = "Ubuntu 22.04 LTS",
    series: str = "jammy",
    cve: str = "CVE-2024-1000",
    more: str = "",
) -> bytes:
    tests = "".join(f'<criterion comment="{each}"{more}/>' for each in comments)
    return (
        '<oval_definitions><definitions><definition class="vulnerability"><metadata>'
        f"<title>{cve} on {platform} ({series}) - low</title><affected><platform>{platform}</platform></affected>"
        "<advisory><severity>Low</severity></advisory></metadata>"
        f"<criteria><criteria operator='OR'>{tests}</criteria></criteria></definition>"
        "</definitions></oval_definitions>"
    ).encode()


def test_a_document_as_published(tmp_path: Path) -> None:
    assert VENDOR.present(source(tmp_path, DOCUMENT.read_bytes()))
    bulletins, unread = read(tmp_path)
    assert not unread
    assert set(bulletins) == {
        "UBUNTU-JAMMY-CVE-2022-28190",
        "UBUNTU-JAMMY-CVE-2022-30595",
        "UBUNTU-JAMMY-CVE-2022-32325",
        "UBUNTU-JAMMY-CVE-2023-48795",
    }
    found = bulletins["UBUNTU-JAMMY-CVE-2023-48795"]
    assert (found.upstream, found.published) == (("CVE-2023-48795",), "2023-12-18T15:00:00Z")
    assert (found.severity.level, found.severity.score) == (Level.MEDIUM, 5.9)
    assert found.statements == (
        Statement("22.04:LTS", "openssh", fixed="1:8.9p1-3ubuntu0.5", state=FixState.FIXED, level=Level.MEDIUM),
        Statement("22.04:LTS", "libssh", fixed="0.9.6-2ubuntu0.22.04.2", state=FixState.FIXED, level=Level.MEDIUM),
    )
    assert bulletins["UBUNTU-JAMMY-CVE-2022-32325"].statements == (
        Statement("22.04:LTS", "jpegoptim", state=FixState.DEFERRED, level=Level.LOW),
        Statement("22.04:LTS", "libjpeg-turbo", state=FixState.DEFERRED, level=Level.LOW),
    )


@pytest.mark.parametrize(
    ("comment", "state", "fixed"),
    [
        ("a package in jammy was vulnerable but has been fixed (note: '1.2-3').", FixState.FIXED, "1.2-3"),
        (
            "a package in jammy, is related to the CVE in some way and has been fixed (note: '1.2-3').",
            FixState.FIXED,
            "1.2-3",
        ),
        (
            "a package in jammy was vulnerable and has been fixed, but no release version available for it.",
            FixState.UNKNOWN,
            "",
        ),
        ("a package in jammy is affected and may need fixing.", FixState.UNDER_INVESTIGATION, ""),
        ("a package in jammy is affected and needs fixing.", FixState.AFFECTED, ""),
        (
            "a package in jammy is affected, but a decision has been made to defer addressing it (note: '2019-01-02').",
            FixState.DEFERRED,
            "",
        ),
        (
            "a package in jammy is affected. An update containing the fix has been completed and is pending publication"
            " (note: '1.20.3-0ubuntu1').",
            FixState.AFFECTED,
            "1.20.3-0ubuntu1",
        ),
        (
            "a package in jammy is affected. An update containing the fix has been completed and is pending publication"
            " (note: 'in the queue').",
            FixState.AFFECTED,
            "",
        ),
        (
            "a package in jammy has a vulnerability that is not known (status: 'x'). It is pending evaluation.",
            FixState.UNDER_INVESTIGATION,
            "",
        ),
        (
            "a: while related to the CVE in some way, a decision has been made to ignore this issue.",
            FixState.WILL_NOT_FIX,
            "",
        ),
        (
            "a: while related to the CVE in some way, a decision has been made to ignore this issue (note: 'code-not-"
            "compiled').",
            FixState.WILL_NOT_FIX,
            "",
        ),
        (
            "a: while related to the CVE in some way, a decision has been made to ignore this issue (note: 'end of"
            " standard support').",
            FixState.END_OF_LIFE,
            "",
        ),
        ("a package in jammy, while related to the CVE in some way, is not affected.", FixState.NOT_AFFECTED, ""),
    ],
)
def test_states(tmp_path: Path, comment: str, state: FixState, fixed: str) -> None:
    bulletins, unread = read(source(tmp_path, document(comment)))
    assert not unread
    assert bulletins["UBUNTU-JAMMY-CVE-2024-1000"].statements == (
        Statement("22.04:LTS", "a", fixed=fixed, state=state, level=Level.LOW),
    )


@pytest.mark.parametrize(
    ("comment", "platform", "id_", "release"),
    [
        ("a package in esm-apps/jammy is", "Ubuntu 22.04 LTS", "UBUNTU-JAMMY-CVE-2024-1000", "Pro:22.04:LTS"),
        ("a package in jammy/esm is", "Ubuntu 22.04 LTS", "UBUNTU-JAMMY-CVE-2024-1000", "Pro:22.04:LTS"),
        ("a package in jammy is", "Ubuntu 22.04 ESM", "UBUNTU-JAMMY-ESM-CVE-2024-1000", "Pro:22.04:LTS"),
        (
            "a package in fips-updates/jammy is",
            "Ubuntu Pro FIPS-updates 22.04 LTS",
            "UBUNTU-JAMMY-FIPS-UPDATES-CVE-2024-1000",
            "Pro:FIPS-updates:22.04:LTS",
        ),
        (
            "a package in jammy is",
            "Ubuntu Pro FIPS-updates 22.04 LTS",
            "UBUNTU-JAMMY-FIPS-UPDATES-CVE-2024-1000",
            "22.04:LTS",
        ),
    ],
)
def test_channels(tmp_path: Path, comment: str, platform: str, id_: str, release: str) -> None:
    text = document(f"{comment} affected and needs fixing.", platform=platform)
    bulletins, unread = read(source(tmp_path, text))
    assert not unread
    assert [each.release for each in bulletins[id_].statements] == [release]


def test_a_release_that_is_no_long_term_one(tmp_path: Path) -> None:
    text = document("a package in questing is affected and needs fixing.", platform="Ubuntu 25.10", series="questing")
    bulletins, _ = read(source(tmp_path, text))
    assert [each.release for each in bulletins["UBUNTU-QUESTING-CVE-2024-1000"].statements] == ["25.10"]


def test_what_is_negated_or_of_the_running_kernel_is_left_out(tmp_path: Path) -> None:
    text = document("a package in jammy is affected and needs fixing.", more=' negate="true"')
    bulletins, unread = read(source(tmp_path, text))
    assert bulletins["UBUNTU-JAMMY-CVE-2024-1000"].statements == ()
    text = document("Is kernel linux-aws running?", "a package does not exist in jammy.")
    bulletins, more = read(source(tmp_path, text))
    assert bulletins["UBUNTU-JAMMY-CVE-2024-1000"].statements == ()
    assert not unread
    assert not more


def test_a_comment_that_is_not_known_is_told_of_once(tmp_path: Path) -> None:
    comments = [f"a{number} package in jammy is baffled." for number in range(3)]
    good = "b package in jammy is affected and needs fixing."
    bulletins, unread = read(source(tmp_path, document(*comments, good, "c package in noble is affected.")))
    assert [each.name for each in bulletins["UBUNTU-JAMMY-CVE-2024-1000"].statements] == ["b"]
    assert [each.why for each in unread] == [
        "a test is not known: 'aN package in jammy is baffled.'",
        "a test is not known: 'c package in noble is affected.'",
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (document("x", platform="Debian 12"), "the title"),
        (document("x", cve="CVE-1"), "the title"),
        (document("x" * 600), "feed_text"),
    ],
)
def test_a_definition_that_cannot_be_read_is_told_of(tmp_path: Path, text: bytes, why: str) -> None:
    source(tmp_path, DOCUMENT.read_bytes(), "com.ubuntu.focal.cve.oval.xml.bz2")
    bulletins, unread = read(source(tmp_path, text))
    assert len(bulletins) == 4
    assert len(unread) == 1
    assert why in unread[0].why


@pytest.mark.parametrize("data", [b"", b"{}", b"<!DOCTYPE html><html/>", b"<html/>", b"<oval_definitions>"])
def test_what_is_no_document(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(source(tmp_path, data))


def test_other_documents_of_the_folder_are_left_alone(tmp_path: Path) -> None:
    for name in ("com.ubuntu.jammy.usn.oval.xml.bz2", "oci.com.ubuntu.jammy.cve.oval.xml.bz2", "index.html"):
        source(tmp_path, b"<html/>", name)
    assert not VENDOR.present(tmp_path)


def test_a_bomb_is_bounded(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_file=1 << 20)
    with pytest.raises(Unreadable, match="feed_file"):
        read(source(tmp_path, b"<oval_definitions>" + b" " * (64 << 20)), limits)


@settings(deadline=None)
@given(st.data())
def test_nothing_that_is_changed_in_it_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(DOCUMENT.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    with contextlib.suppress(Unreadable):
        read(source(tmp_path_factory.getbasetemp() / "fuzz", bytes(whole)))
