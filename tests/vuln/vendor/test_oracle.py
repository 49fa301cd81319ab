"""Oracle's OVAL: errata after the published ones, and documents that are none."""

from __future__ import annotations

import bz2
import contextlib
import gzip
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pratique.errors import Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.model import FixState, Level
from pratique.version import key
from pratique.vuln.bulletin import Bulletin, Scope, Statement, Unread
from pratique.vuln.vendor.oracle import VENDOR

DOCUMENT = Path(__file__).parent / "oracle" / "com.oracle.elsa-all.xml"


def source(tmp_path: Path, data: bytes, name: str = "com.oracle.elsa-all.xml.bz2") -> Path:
    (tmp_path / "oracle").mkdir(exist_ok=True)
    (tmp_path / "oracle" / name).write_bytes(data)
    return tmp_path


def read(folder: Path, limits: Limits = DEFAULT) -> tuple[dict[str, Bulletin], list[Unread]]:
    found = list(VENDOR.read(folder, limits))
    bulletins = [each for each in found if isinstance(each, Bulletin)]
    assert len({each.id for each in bulletins}) == len(bulletins)
    return {each.id: each for each in bulletins}, [each for each in found if isinstance(each, Unread)]


@pytest.fixture(scope="module")
def errata(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bulletin]:
    folder = source(tmp_path_factory.mktemp("feeds"), bz2.compress(DOCUMENT.read_bytes()))
    assert VENDOR.present(folder)
    bulletins, unread = read(folder)
    assert not unread
    return bulletins


def builds(bulletin: Bulletin) -> set[tuple[str, str, str]]:
    return {(each.release, each.name, each.fixed) for each in bulletin.statements}


def test_an_old_erratum_has_no_test_of_the_architecture(errata: dict[str, Bulletin]) -> None:
    erratum = errata["ELSA-2007-0057"]
    assert erratum.upstream == ("CVE-2007-0493", "CVE-2007-0494")
    assert erratum.aliases == ()
    assert erratum.published == erratum.modified == "2007-06-26T00:00:00Z"
    assert erratum.severity.level is Level.MEDIUM
    assert erratum.statements == (
        Statement("5", "bind-devel", fixed="30:9.3.3-8.el5", state=FixState.FIXED, date="2007-06-26"),
        Statement("5", "bind", fixed="30:9.3.3-8.el5", state=FixState.FIXED, date="2007-06-26"),
    )


def test_an_erratum_that_names_no_vulnerability_is_kept(errata: dict[str, Bulletin]) -> None:
    assert errata["ELSA-2011-1268"].upstream == ()
    assert builds(errata["ELSA-2011-1268"]) == {
        ("5", "xulrunner", "0:1.9.2.22-1.0.1.el5_7"),
        ("5", "firefox", "0:3.6.22-1.0.1.el5_7"),
    }


def test_a_second_part_of_an_erratum_has_a_name_of_its_own(errata: dict[str, Bulletin]) -> None:
    assert builds(errata["ELSA-2018-1196-1"]) == {("5", "kernel", "0:2.6.18-419.0.0.0.10.el5")}


def test_builds_for_all_architectures_are_one_statement_for_all(errata: dict[str, Bulletin]) -> None:
    assert [(each.name, each.fixed, each.scope) for each in errata["ELSA-2021-4451"].statements] == [
        ("gnutls", "0:3.6.16-4.el8", Scope()),
        ("nettle", "0:3.4.1-7.el8", Scope()),
    ]


def test_versions_that_differ_by_architecture_stay_apart(errata: dict[str, Bulletin]) -> None:
    statements = {each.fixed: each.scope.arches for each in errata["ELSA-2014-3077"].statements}
    assert statements == {
        "0:3.2-33.el5.1.0.1": ("i386", "i686", "ia64", "x86_64"),
        "0:3.2-33.el5.1.0.2": ("i386", "i486", "i586", "i686"),
    }
    assert errata["ELSA-2014-3077"].published == errata["ELSA-2014-3077"].modified == ""


@pytest.mark.parametrize(
    ("erratum", "flavour", "fixed"),
    [
        ("ELSA-2021-4451", "", "0:3.6.16-4.el8"),
        ("ELSA-2022-9221", "fips", "10:3.6.16-4.0.1.el8_fips"),
        ("ELSA-2021-9344", "ksplice", "2:2.28-151.0.1.ksplice2.el8"),
        ("ELSA-2021-9362", "uek", "0:5.4.17-2102.203.5.el8uek"),
    ],
)
def test_each_flavour_is_told(errata: dict[str, Bulletin], erratum: str, flavour: str, fixed: str) -> None:
    statements = [each for each in errata[erratum].statements if each.release == "8"]
    assert {each.scope.flavour for each in statements} == {flavour}
    assert fixed in {each.fixed for each in statements}


def test_ksplice_is_built_for_one_architecture(errata: dict[str, Bulletin]) -> None:
    (statement,) = errata["ELSA-2021-9344"].statements
    assert statement.scope == Scope(arches=("i386", "i686", "x86_64"), flavour="ksplice")


def test_an_erratum_of_two_releases_and_of_one_release_of_the_kernel(errata: dict[str, Bulletin]) -> None:
    erratum = errata["ELSA-2021-9362"]
    assert builds(erratum) == {
        ("7", "kernel-uek", "0:5.4.17-2102.203.5.el7uek"),
        ("7", "perf", "0:5.4.17-2102.203.5.el7uek"),
        ("8", "kernel-uek", "0:5.4.17-2102.203.5.el8uek"),
    }
    assert {each.introduced for each in erratum.statements} == {"0:5.4.17"}
    kernel = next(each for each in erratum.statements if each.release == "7" and each.name == "kernel-uek")
    low, high = key("rpm", kernel.introduced), key("rpm", kernel.fixed)
    older = key("rpm", "4.14.35-2047.512.6.el7uek")  # of another release of that kernel, with errata of its own
    same = key("rpm", "5.4.17-2011.1.2.el7uek")
    assert older < low < same < high


def test_a_module_and_its_stream(errata: dict[str, Bulletin]) -> None:
    assert {(each.name, each.fixed, each.scope) for each in errata["ELSA-2024-4197"].statements} == {
        ("httpd", "0:2.4.37-65.0.1.module+el8.10.0+90356+f7b9d583", Scope(module="httpd:2.4")),
        ("mod_ssl", "1:2.4.37-65.0.1.module+el8.10.0+90356+f7b9d583", Scope(module="httpd:2.4")),
    }
    (statement,) = errata["ELSA-2023-12342"].statements
    assert statement.scope == Scope(arches=("aarch64",), module="virt:kvm_utils")


def test_vectors_count_where_they_are_of_the_one_vulnerability(errata: dict[str, Bulletin], tmp_path: Path) -> None:
    severity = errata["ELSA-2023-12342"].severity
    assert (severity.level, severity.vector) == (Level.HIGH, "")  # two vulnerabilities: Oracle's word
    text = document(
        cve='<cve cvss2="1.2/CVSS:2/AV:L/AC:H/Au:S/C:N/I:P/A:N" cvss3="5.5/CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U'
        '/C:H/I:N/A:N" href="x" public="20070626">CVE-2007-0493</cve>'
    )
    bulletins, _ = read(source(tmp_path, text))
    severity = bulletins["ELSA-2020-0001"].severity
    assert (severity.score, severity.vector) == (5.5, "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:N/A:N")
    text = document(cve='<cve cvss2="9/AV:N/AC:N/Au:N/C:N/I:N/A:N">CVE-2009-2910</cve>')  # no vector: no AC:N
    bulletins, _ = read(source(tmp_path, text))
    assert bulletins["ELSA-2020-0001"].severity.level is Level.HIGH


# --- other trees, and documents that are none --------------------------------------------------

ONE = '<criterion comment="Oracle Linux 8 is installed"/><criterion comment="a is earlier than 0:1-1"/>'


def document(criteria: str = f'<criteria operator="AND">{ONE}</criteria>', cve: str = "", title: str = "") -> bytes:
    title = title or "ELSA-2020-0001: a security update (IMPORTANT)"
    return (
        f"<oval_definitions><definitions><definition id='x'><metadata><title>{title}</title><affected><platform>Oracle"
        f" Linux 8</platform></affected><advisory><severity>IMPORTANT</severity>{cve}</advisory></metadata>{criteria}"
        "</definition></definitions><tests/></oval_definitions>"
    ).encode()


def test_the_platform_stands_in_where_no_test_names_the_release(tmp_path: Path) -> None:
    text = document('<criteria operator="OR"><criterion comment="a is earlier than 0:1-1"/></criteria>')
    bulletins, unread = read(source(tmp_path, text))
    assert builds(bulletins["ELSA-2020-0001"]) == {("8", "a", "0:1-1")}
    assert not unread


def test_a_test_that_is_not_known_is_told_of(tmp_path: Path) -> None:
    more = f'<criteria operator="AND">{ONE}<criterion comment="a is running"/></criteria>'
    bulletins, unread = read(source(tmp_path, document(more)))
    assert builds(bulletins["ELSA-2020-0001"]) == {("8", "a", "0:1-1")}
    assert [each.where for each in unread] == ["ELSA-2020-0001"]
    assert "a is running" in unread[0].why


@pytest.mark.parametrize(
    ("criteria", "why"),
    [
        (f'<criteria operator="AND" negate="true">{ONE}</criteria>', "negated"),
        (f'<criteria operator="XOR">{ONE}</criteria>', "operator"),
        (f'<criteria operator="AND">{ONE}<criterion comment="b is earlier than 0:2-1"/></criteria>', "two packages"),
        (f'<criteria operator="AND">{ONE}<criterion comment="Oracle Linux 9 is installed"/></criteria>', "two things"),
        (f'<criteria operator="AND"><criterion comment="{"a" * 600} is earlier than 1"/></criteria>', "feed_text"),
        (f"{'<criteria>' * 80}{ONE}{'</criteria>' * 80}", "json_depth"),
    ],
)
def test_a_tree_that_is_no_list_of_builds_is_unread(tmp_path: Path, criteria: str, why: str) -> None:
    good = document().split(b"<definitions>")[1].split(b"</definitions>")[0].replace(b"2020-0001", b"2020-0002")
    bulletins, unread = read(
        source(
            tmp_path,
            document(criteria).replace(b"<tests/>", b"", 1).replace(b"</definitions>", good + b"</definitions>", 1),
        )
    )
    assert set(bulletins) == {"ELSA-2020-0002"}
    assert len(unread) == 1
    assert why in unread[0].why


def test_choices_of_choices_are_bounded(tmp_path: Path) -> None:
    names = "".join(f'<criterion comment="p{n} is earlier than 1"/>' for n in range(30))
    limits = msgspec.structs.replace(DEFAULT, feed_bounds=20)
    with pytest.raises(Unreadable, match="feed_bounds"):
        read(source(tmp_path, document(f'<criteria operator="OR">{names}</criteria>')), limits)
    release = '<criterion comment="Oracle Linux 8 is installed"/>'
    nested = f'<criteria operator="AND"><criteria operator="OR">{names}</criteria>{release * 20_000}</criteria>'
    with pytest.raises(Unreadable, match="feed_bounds"):
        read(source(tmp_path, document(nested)))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "no element found"),
        (b"<!DOCTYPE html><html><body>moved</body></html>", "document type"),
        (b"<html><body>moved</body></html>", "it is no <oval_definitions>"),
        (b"{}", "it is no XML"),
        (b"\xff\xfe\x00", "it is no XML"),
        (b"<oval_definitions><definitions/></oval_definitions>", "it holds no record"),
        (
            b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]><oval_definitions>&b;'
            b"</oval_definitions>",
            "document type",
        ),
        (b"<oval_definitions>&undefined;</oval_definitions>", "undefined entity"),
        (document(title="no erratum here"), "no erratum's name"),
        (b"<oval_definitions " + b"a" * 3000, "feed_record"),
    ],
)
def test_what_is_no_document(tmp_path: Path, data: bytes, why: str) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_record=2000)
    for packed, name in ((data, "a.xml"), (bz2.compress(data), "a.xml.bz2"), (gzip.compress(data), "a.xml.gz")):
        folder = tmp_path / name
        folder.mkdir()
        with pytest.raises(Unreadable, match=why):
            read(source(folder, packed, name), limits)


def test_a_document_that_is_cut_keeps_what_came_before(tmp_path: Path) -> None:
    whole = DOCUMENT.read_bytes()
    cut = whole[: whole.index(b"ELSA-2024-4197")]
    bulletins, unread = read(source(tmp_path, cut, "cut.xml"))
    assert "ELSA-2021-9362" in bulletins
    assert "ELSA-2024-4197" not in bulletins
    assert [each.where for each in unread] == ["oracle/cut.xml"]


def test_a_compressed_document_that_is_cut_is_unread(tmp_path: Path) -> None:
    packed = bz2.compress(DOCUMENT.read_bytes())
    with pytest.raises(Unreadable, match="damaged"):
        read(source(tmp_path, packed[: len(packed) // 2]))
    with pytest.raises(Unreadable, match=r"cannot be read|damaged"):
        read(source(tmp_path, packed[:100] + bytes(100) + packed[200:]))


def test_a_bomb_is_bounded(tmp_path: Path) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_file=1 << 20)
    bomb = bz2.compress(b"<oval_definitions><definitions>" + b" " * (64 << 20))
    with pytest.raises(Unreadable, match="feed_file"):
        read(source(tmp_path, bomb), limits)


def test_the_years_stand_beside_the_whole(tmp_path: Path) -> None:
    source(tmp_path, document(), "com.oracle.elsa-2020.xml.bz2")
    bulletins, unread = read(source(tmp_path, bz2.compress(DOCUMENT.read_bytes())))
    assert {"ELSA-2020-0001", "ELSA-2007-0057"} <= set(bulletins)
    assert not unread
    source(tmp_path, b"<html/>", "com.oracle.elsa-2021.xml.bz2")
    bulletins, unread = read(tmp_path)
    assert "ELSA-2007-0057" in bulletins
    assert [each.where for each in unread] == ["oracle/com.oracle.elsa-2021.xml.bz2"]


def test_absent(tmp_path: Path) -> None:
    assert not VENDOR.present(tmp_path)
    (tmp_path / "oracle").mkdir()
    (tmp_path / "oracle" / "index.html").write_text("x")
    assert not VENDOR.present(tmp_path)


@settings(deadline=None)
@given(st.data())
def test_nothing_that_is_changed_in_it_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray(DOCUMENT.read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    with contextlib.suppress(Unreadable):
        read(source(tmp_path_factory.getbasetemp(), bytes(whole), "fuzzed.xml"))
