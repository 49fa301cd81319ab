"""SUSE's VEX feed: documents as published (trimmed), of 2023, 2024 and 2026, and bad input."""

from __future__ import annotations

import bz2
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level, Package
from pratique.vuln.bulletin import Bulletin, Scope, Statement, Unread
from pratique.vuln.vendor import opensuse, suse
from pratique.vuln.vendor._suse import builds, read_document
from pratique.vuln.vendor._suse_products import streams
from vuln.vendor.asking import answer
from vuln.vendor.tars import tar

FOLDER = Path(__file__).parent / "suse"


def bulletin(name: str, ecosystem: str = "SUSE") -> Bulletin:
    (found,) = read_document(name, (FOLDER / name).read_bytes(), ecosystem, {}, DEFAULT)
    assert isinstance(found, Bulletin)
    return found


@pytest.mark.parametrize(
    ("name", "vector"),
    [
        ("cve-2023-5568-of-2023.json", "CVSS:3.1/AV:N/AC:H/PR:L/UI:N/S:U/C:N/I:L/A:H"),
        ("cve-2023-5568.json", "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:N/I:N/A:H"),
    ],
)
def test_a_document_before_and_after_its_keys_changed(name: str, vector: str) -> None:
    """https://ftp.suse.com/pub/projects/security/csaf-vex/cve-2023-5568.json wrote "fixed" and "known not affected" in
    2023, "recommended" and "known_not_affected" since 2024; no package had a package URL then."""
    rolling = bulletin(name, "openSUSE")
    assert rolling.id == "CVE-2023-5568"
    assert rolling.severity.vector == vector
    version = "4.19.2+git.322.7e9201cef5-1.1"
    assert rolling.statements == tuple(
        Statement("Tumbleweed", package, fixed=version, state=FixState.FIXED, level=Level.MEDIUM)
        for package in ("ctdb", "samba")
    )
    assert {(each.release, each.name, each.state) for each in bulletin(name).statements} == {
        ("Linux Enterprise Micro 5.5", "samba", FixState.NOT_AFFECTED),
        ("Linux Enterprise Micro 5.5", "samba-client-libs", FixState.NOT_AFFECTED),
        ("Linux Enterprise Module for Basesystem 15 SP5", "samba", FixState.NOT_AFFECTED),
        ("Linux Enterprise Module for Basesystem 15 SP5", "samba-client-libs", FixState.NOT_AFFECTED),
        ("Linux Enterprise Server 15 SP3-LTSS", "samba", FixState.NOT_AFFECTED),
        ("Linux Enterprise Server 15 SP3-LTSS", "samba-client-libs", FixState.NOT_AFFECTED),
    }


def test_a_document_with_package_urls() -> None:
    """In 2026 packages have URLs with an empty version for all (``pkg:rpm/suse/xz@?upstream=…``)."""
    found = bulletin("cve-2023-42752.json")
    assert found.statements == (
        Statement(
            "Linux Enterprise Module for Basesystem 15 SP6",
            "kernel-rt",
            state=FixState.WILL_NOT_FIX,
            level=Level.HIGH,
        ),
        Statement(
            "Linux Enterprise Server 15 SP6",
            "kernel-default",
            fixed="6.4.0-150600.21.3",
            state=FixState.FIXED,
            level=Level.HIGH,
        ),
        Statement(
            "Linux Enterprise Server 15 SP6-LTSS",
            "kernel-azure",
            fixed="6.4.0-150600.8.1",
            state=FixState.FIXED,
            level=Level.HIGH,
        ),
        Statement(
            "Linux Enterprise Server 15 SP6-LTSS",
            "kernel-default",
            fixed="6.4.0-150600.23.84.1",
            state=FixState.FIXED,
            level=Level.HIGH,
        ),
    )
    leap = bulletin("cve-2023-42752.json", "openSUSE")
    assert [(each.release, each.name, each.fixed, each.state) for each in leap.statements] == [
        ("Leap 15.6", "kernel-azure", "", FixState.AFFECTED),
        ("Leap 15.6", "kernel-default", "6.4.0-150600.21.3", FixState.FIXED),
    ]


@pytest.mark.parametrize(
    ("name", "version", "fixed"),
    [
        ("kernel-default", "6.4.0-150600.20.1", "6.4.0-150600.21.3"),
        ("kernel-default", "6.4.0-150600.21.3", None),
        ("kernel-default", "6.4.0-150600.23.47.2", None),  # mended in the service pack, whatever long-term support says
        ("kernel-azure", "6.4.0-150600.1.1", "6.4.0-150600.8.1"),  # mended in long-term support only
        ("kernel-azure", "6.4.0-150600.8.1", None),
        ("kernel-rt", "6.4.0-150600.99.1", ""),
    ],
)
def test_long_term_support_is_asked_where_the_service_pack_is_silent(
    name: str, version: str, fixed: str | None
) -> None:
    found = answer(
        bulletin("cve-2023-42752.json"), Package("rpm", name, version, arch="x86_64"), streams("sles", "15.6")
    )
    assert (found.fixed if found else None) == fixed


def test_an_advisory_tells_the_day() -> None:
    """https://ftp.suse.com/pub/projects/security/csaf/opensuse-su-2016_1623-1.json"""
    when, brought = builds((FOLDER / "opensuse-su-2016_1623-1.json").read_bytes(), DEFAULT)
    assert when == "2016-07-06"
    assert set(brought) == {"imlib2-1.4.5-5.1", "perl-Switch-2.17-4.1", "chromium-51.0.2704.103-85.3"}


def test_archives_with_signatures_and_lists_beside_the_documents(tmp_path: Path) -> None:
    document = (FOLDER / "cve-2023-5568.json").read_bytes()
    folder = tmp_path / "suse"
    folder.mkdir()
    packed = tar(
        {
            "csaf-vex/cve-2023-5568.json": document,
            "csaf-vex/cve-2023-5568.json.sha256": b"0  cve-2023-5568.json\n",
            "csaf-vex/cve-2023-5568.json.asc": b"-----BEGIN PGP SIGNATURE-----\n",
            "csaf-vex/index.txt": b"cve-2023-5568.json\n",
            "csaf-vex/changes.csv": b'"cve-2023-5568.json","2024-07-26T03:43:57Z"\n',
        }
    )
    (folder / "csaf-vex.tar.bz2").write_bytes(bz2.compress(packed))
    advisory = json.loads((FOLDER / "opensuse-su-2016_1623-1.json").read_bytes())
    advisory["vulnerabilities"][0]["product_status"] = {
        "fixed": ["openSUSE X:ctdb-4.19.2+git.322.7e9201cef5-1.1.x86_64"]
    }
    (folder / "csaf.tar.bz2").write_bytes(
        bz2.compress(tar({"csaf/suse-su-2016_1-1.json": json.dumps(advisory).encode()}))
    )
    for vendor in (suse.VENDOR, opensuse.VENDOR):
        assert vendor.present(tmp_path)
        found = list(vendor.read(tmp_path, DEFAULT))
        assert not [each for each in found if isinstance(each, Unread)]
        (one,) = (each for each in found if isinstance(each, Bulletin))
        dates = {(each.name, each.date) for each in one.statements if each.fixed}
        assert dates == ({("ctdb", "2016-07-06"), ("samba", "")} if vendor is opensuse.VENDOR else set())


def test_a_document_beside_the_archive_holds_when_it_is_newer(tmp_path: Path) -> None:
    folder = tmp_path / "suse" / "csaf-vex"
    folder.mkdir(parents=True)
    shutil.copy(FOLDER / "cve-2023-5568.json", folder)
    packed = tar({"csaf-vex/cve-2023-5568.json": (FOLDER / "cve-2023-5568-of-2023.json").read_bytes()})
    (tmp_path / "suse" / "csaf-vex.tar.bz2").write_bytes(bz2.compress(packed))
    (found,) = suse.VENDOR.read(tmp_path, DEFAULT)
    assert isinstance(found, Bulletin)
    assert found.modified == "2024-07-26T03:43:57Z"


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    assert not suse.VENDOR.present(tmp_path)
    (tmp_path / "suse").mkdir()
    (tmp_path / "suse" / "csaf-vex.tar.bz2").write_bytes(bz2.compress(tar({"csaf-vex/cve-2023-5568.json": b"[]"})))
    with pytest.raises(Unreadable, match="nothing of SUSE's VEX feed"):
        list(suse.VENDOR.read(tmp_path, DEFAULT))


# --- bad input --------------------------------------------------------------------------------


def document(status: dict[str, list[str]], parts: dict[str, str], more: str = "") -> bytes:
    """A document with packages of Leap 15.6, in the feed's form."""
    ids = {id_ for each in status.values() for id_ in each}
    branches = [{"product": {"product_id": "openSUSE Leap 15.6"}}]
    branches += [
        {"product": {"product_id": id_, "product_identification_helper": {"purl": url}}} for id_, url in parts.items()
    ]
    relations = [
        {
            "full_product_name": {"product_id": id_},
            "product_reference": id_.partition(":")[2],
            "relates_to_product_reference": id_.partition(":")[0],
        }
        for id_ in sorted(ids)
    ]
    return json.dumps(
        {
            "document": {"title": more, "tracking": {"id": "CVE-2026-0001"}},
            "product_tree": {"branches": branches, "relationships": relations},
            "vulnerabilities": [{"cve": "CVE-2026-0001", "product_status": status}],
        },
        ensure_ascii=False,
    ).encode()


def read(data: bytes, limits: Limits = DEFAULT) -> tuple[list[tuple[str, str, tuple[str, ...]]], list[str]]:
    found = list(read_document("cve-2026-0001.json", data, "openSUSE", {}, limits))
    statements = [each for one in found if isinstance(one, Bulletin) for each in one.statements]
    unread = [one.why for one in found if isinstance(one, Unread)]
    return [(each.name, each.fixed or each.state.value, each.scope.arches) for each in statements], unread


@pytest.mark.parametrize(
    ("part", "purl", "expected"),
    [
        ("xz-5.6.2-1.1", "pkg:rpm/suse/xz@5.6.2-1.1?upstream=xz-5.6.2-1.1.src.rpm", ("xz", "5.6.2-1.1", ())),
        ("xz-5.6.2-1.1", "", ("xz", "5.6.2-1.1", ())),
        ("xz-5.6.2-1.1.x86_64", "", ("xz", "5.6.2-1.1", ("x86_64",))),
        ("python3-uamqp-1.5.3-150100.4.13.1.noarch", "", ("python3-uamqp", "1.5.3-150100.4.13.1", ("noarch",))),
        ("liblzma5-x86-64-v3-5.8.1-160000.2.2", "", ("liblzma5-x86-64-v3", "5.8.1-160000.2.2", ())),
    ],
)
def test_the_build_is_told_by_the_package_url_or_by_the_name(
    part: str, purl: str, expected: tuple[str, str, tuple[str, ...]]
) -> None:
    parts = {part: purl} if purl else {}
    assert read(document({"recommended": [f"openSUSE Leap 15.6:{part}"]}, parts)) == ([expected], [])


def test_a_letter_of_latin_1_in_the_prose() -> None:
    data = document({"known_affected": ["openSUSE Leap 15.6:xz"]}, {}, more="é").replace("é".encode(), b"\xe9")
    assert read(data) == ([("xz", "affected", ())], [])


@pytest.mark.parametrize(
    ("id_", "why"),
    [
        ("openSUSE Leap 15.6:xz", "whose version is not told"),
        ("openSUSE Leap 15.6:", "whose name is none"),
        ("openSUSE Leap 15.6:a b-1-1", "whose name is none"),
        ("openSUSE Leap 15.6:" + "x" * 600 + "-1-1", "longer than feed_text"),
    ],
)
def test_packages_that_cannot_be_used(id_: str, why: str) -> None:
    statements, unread = read(document({"fixed": [id_]}, {}))
    assert not statements
    assert len(unread) == 1
    assert why in unread[0]


@pytest.mark.parametrize(
    "data", [b"", b"[]", b'{"document": {}, "vulnerabilities": [{"cve": ""}]}', b'{"document": 1}', b"\xff" * 10]
)
def test_what_is_no_document_is_told_of(data: bytes) -> None:
    statements, unread = read(data)
    assert not statements
    assert len(unread) == 1


def test_bounds() -> None:
    data = document({"known_affected": ["openSUSE Leap 15.6:a", "openSUSE Leap 15.6:b"]}, {})
    assert "csaf_products" in read(data, Limits(csaf_products=1))[1][0]
    assert "csaf_statements" in read(data, Limits(csaf_statements=1))[1][0]


NAMES = st.from_regex(r"[a-z][a-z0-9+_-]{0,12}", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9][0-9a-z.+~]{0,6}-[0-9][0-9a-z.]{0,6}", fullmatch=True)


@settings(max_examples=100, deadline=None)
@given(NAMES, VERSIONS, st.sampled_from(["", ".x86_64", ".noarch"]))
def test_a_build_s_name_is_parted_as_it_was_joined(name: str, version: str, arch: str) -> None:
    statements, unread = read(document({"fixed": [f"openSUSE Leap 15.6:{name}-{version}{arch}"]}, {}))
    assert statements == [(name, version, (arch[1:],) if arch else ())]
    assert not unread


def test_scope_is_empty_where_no_architecture_is_told() -> None:
    assert {each.scope for each in bulletin("cve-2023-42752.json").statements} == {Scope()}
