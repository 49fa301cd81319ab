"""Amazon's updateinfo: updates after the published ones, of the core and of the extras, and documents that are none."""

from __future__ import annotations

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
from pratique.vuln.vendor.amazon import VENDOR

HERE = Path(__file__).parent / "amazon"
LAYOUT = {
    "2/core": "core-2.xml",
    "2/extras/kernel-5.15": "kernel-5.15.xml",
    "2023/core": "core-2023.xml",
    "2023/kernel-livepatch": "livepatch-2023.xml",
}


def put(folder: Path, repository: str, data: bytes) -> Path:
    path = folder / "amazon" / repository / "updateinfo.xml.gz"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(data))
    return folder


def read(folder: Path, limits: Limits = DEFAULT) -> tuple[dict[str, Bulletin], list[Unread]]:
    found = list(VENDOR.read(folder, limits))
    bulletins = [each for each in found if isinstance(each, Bulletin)]
    return {each.id: each for each in bulletins}, [each for each in found if isinstance(each, Unread)]


@pytest.fixture(scope="module")
def updates(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bulletin]:
    folder = tmp_path_factory.mktemp("feeds")
    for repository, name in LAYOUT.items():
        put(folder, repository, (HERE / name).read_bytes())
    assert VENDOR.present(folder)
    bulletins, unread = read(folder)
    assert not unread
    return bulletins


def update(packages: str, id_: str = "ALAS2-2020-1", kind: str = "security", cve: str = "CVE-2020-1000") -> str:
    return (
        f'<update type="{kind}"><id>{id_}</id><issued date="2020-01-02 03:04"/><severity>low</severity><references>'
        f'<reference id="{cve}" type="cve"/></references>'
        f"<pkglist><collection>{packages}</collection></pkglist></update>"
    )


def package(name: str, version: str, release: str = "1.amzn2", arch: str = "x86_64", epoch: str = "0") -> str:
    return f'<package name="{name}" version="{version}" release="{release}" epoch="{epoch}" arch="{arch}"/>'


def document(*found: str) -> bytes:
    return f"<updates>{''.join(found)}</updates>".encode()


def affected(statement: Statement, version: str) -> bool:
    low = key("rpm", statement.introduced) if statement.introduced else b""
    return low <= key("rpm", version) < key("rpm", statement.fixed)


def test_an_update_of_the_core(updates: dict[str, Bulletin]) -> None:
    found = updates["ALAS2-2018-942"]
    assert found.upstream == ("CVE-2017-5715",)  # what is Red Hat's is no CVE
    assert (found.published, found.modified) == ("2018-02-07T18:49:00Z", "2018-02-08T21:46:00Z")
    assert found.severity.level is Level.HIGH
    wanted = Statement(
        "2",
        "qemu-img",
        fixed="10:1.5.3-141.amzn2.5.3",
        state=FixState.FIXED,
        scope=Scope(arches=("x86_64",)),
        date="2018-02-07",
    )
    assert found.statements == (wanted, msgspec.structs.replace(wanted, name="qemu-kvm"))  # nothing for debugging


def test_times_with_seconds(updates: dict[str, Bulletin]) -> None:
    assert updates["ALAS2023-2025-935"].modified == "2025-06-19T04:31:00Z"


def test_words_in_either_case(updates: dict[str, Bulletin]) -> None:
    levels = {id_: found.severity.level for id_, found in updates.items()}
    assert levels["ALAS2-2018-939"] is Level.CRITICAL
    assert levels["ALAS2023-2023-001"] is Level.HIGH


def test_a_topic_of_the_extras_is_about_its_own_stream(updates: dict[str, Bulletin]) -> None:
    topic = next(each for each in updates["ALAS2KERNEL-5.15-2022-001"].statements if each.name == "kernel")
    core = next(each for each in updates["ALAS2-2018-939"].statements if each.name == "kernel")
    assert (topic.introduced, core.introduced) == ("0:5.15", "")
    assert affected(topic, "5.15.28-19.amzn2")
    assert not affected(topic, "5.15.43-20.123.amzn2")
    assert not affected(topic, "4.14.355-276.amzn2")  # the core's kernel
    assert not affected(topic, "5.10.102-99.473.amzn2")  # another topic's
    assert affected(core, "4.9.75-1.amzn2")
    assert not affected(core, "5.15.28-19.amzn2")


def test_a_second_kernel_of_the_core_is_about_its_own_stream(updates: dict[str, Bulletin]) -> None:
    lowest = {each.name: each.introduced for each in updates["ALAS2023-2025-935"].statements}
    assert lowest == {"bpftool": "0:6.12", "kernel6.12": "0:6.12", "kernel-livepatch-6.12.22-27.96": ""}
    bpftool = next(each for each in updates["ALAS2023-2025-935"].statements if each.name == "bpftool")
    assert not affected(bpftool, "6.1.132-147.221.amzn2023")


def test_a_live_patch_mends_no_kernel(updates: dict[str, Bulletin]) -> None:
    assert [each.name for each in updates["ALAS2023LIVEPATCH-2023-001"].statements] == ["kernel-livepatch-6.1.12-19.43"]


@pytest.mark.parametrize(
    ("topic", "name", "version", "introduced"),
    [
        ("php8.0", "php", "8.0.30", "0:8.0"),
        ("php8.0", "php-pecl-memcached", "3.1.5", ""),  # not of the stream, and the core has none
        ("nginx1", "nginx", "1.22.1", "0:1"),
        ("tomcat9", "tomcat", "9.0.71", "0:9"),
        ("postgresql14", "postgresql", "14.9", "0:14"),
        ("postgresql14", "postgresql", "140.1", ""),
        ("squid4", "squid", "4.17", "0:4"),
        ("R4", "R-core", "4.0.2", "0:4"),
        ("GraphicsMagick1.3", "GraphicsMagick", "1.3.38", "0:1.3"),
        ("docker", "docker", "20.10.25", ""),  # the core has none: all that is older is the topic's
        ("ecs", "ecs-init", "1.75.0", ""),
        ("emacs", "emacs", "27.2", "0:27"),  # the core has one too, and the topic's name no number
        ("golang1.11", "golang", "1.20.12", ""),
    ],
)
def test_where_the_streams_of_topics_begin(
    tmp_path: Path, topic: str, name: str, version: str, introduced: str
) -> None:
    put(tmp_path, "2/core", document(update(package("emacs", "24.3"), "ALAS2-2018-1")))
    put(tmp_path, f"2/extras/{topic}", document(update(package(name, version), "ALAS2X-2020-1")))
    bulletins, unread = read(tmp_path)
    assert not unread
    assert [each.introduced for each in bulletins["ALAS2X-2020-1"].statements] == [introduced]
    assert {each.release for each in bulletins["ALAS2X-2020-1"].statements} == {"2"}


def test_architectures_are_those_listed(tmp_path: Path) -> None:
    every = package("a", "1") + package("a", "1", arch="aarch64") + package("a", "1", arch="src")
    none = package("b", "1", arch="noarch")
    one = package("c", "1") + package("c", "1", arch="i686")
    differing = package("d", "1") + package("d", "2", arch="aarch64")
    bulletins, _ = read(put(tmp_path, "2/core", document(update(every + none + one + differing))))
    assert [(each.name, each.fixed, each.scope) for each in bulletins["ALAS2-2020-1"].statements] == [
        ("a", "0:1-1.amzn2", Scope()),
        ("b", "0:1-1.amzn2", Scope()),
        ("c", "0:1-1.amzn2", Scope(arches=("i686", "x86_64"))),
        ("d", "0:1-1.amzn2", Scope(arches=("x86_64",))),
        ("d", "0:2-1.amzn2", Scope(arches=("aarch64",))),
    ]


def test_an_update_that_mends_no_vulnerability_is_none(tmp_path: Path) -> None:
    texts = (
        update(package("a", "1"), "ALAS2-2020-1", "bugfix", "none"),
        update(package("a", "1"), "ALAS2-2020-2", "bugfix"),
        update(package("a", "1"), "ALAS2-2020-3", cve="none"),
    )
    bulletins, unread = read(put(tmp_path, "2/core", document(*texts)))
    assert set(bulletins) == {"ALAS2-2020-2", "ALAS2-2020-3"}
    assert not unread


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (update(package("", "1")), "without a name"),
        (update(package("a", "")), "without a name or a version"),
        (update(package("a", "1", epoch="x")), "without a name or a version"),
        (update(package("a" * 400, "1")), "feed_text"),
        (update(package("a", "1"), id_="../x"), "an update's id"),
        (update(package("a", "1") * 300), "feed_bounds"),
    ],
)
def test_an_update_that_cannot_be_read_is_told_of(tmp_path: Path, text: str, why: str) -> None:
    limits = msgspec.structs.replace(DEFAULT, feed_bounds=200)
    put(tmp_path, "2/core", document(text, update(package("b", "1"), "ALAS2-2020-2")))
    bulletins, unread = read(tmp_path, limits)
    assert set(bulletins) == {"ALAS2-2020-2"}
    assert len(unread) == 1
    assert why in unread[0].why


def test_an_empty_topic_and_a_broken_one_do_not_stop_the_others(tmp_path: Path) -> None:
    put(tmp_path, "2/core", (HERE / "core-2.xml").read_bytes())
    put(tmp_path, "2/extras/lynx", document())
    put(tmp_path, "2/extras/vim", b"<html/>")
    bulletins, unread = read(tmp_path)
    assert set(bulletins) == {"ALAS2-2018-939", "ALAS2-2018-942"}
    assert [each.where for each in unread] == ["amazon/2/extras/vim/updateinfo.xml.gz"]


def test_other_folders_are_left_alone(tmp_path: Path) -> None:
    assert not VENDOR.present(tmp_path)
    put(tmp_path, "notes/core", document(update(package("a", "1"))))
    (tmp_path / "amazon" / "2").mkdir()
    (tmp_path / "amazon" / "2" / "mirror.list").write_text("x")
    assert not VENDOR.present(tmp_path)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"<!DOCTYPE html><html/>",
        b"<html></html>",
        b"<updates>",
        b'<!DOCTYPE u [<!ENTITY a "b">]><updates/>',
    ],
)
def test_what_is_no_document(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(Unreadable):
        read(put(tmp_path, "2/core", data))


def test_a_document_that_is_cut(tmp_path: Path) -> None:
    put(tmp_path, "2/core", (HERE / "core-2.xml").read_bytes())
    path = tmp_path / "amazon" / "2" / "core" / "updateinfo.xml.gz"
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(Unreadable, match="damaged"):
        read(tmp_path)
    whole = (HERE / "core-2.xml").read_bytes()
    bulletins, unread = read(put(tmp_path, "2/core", whole[: whole.index(b"qemu-img")]))
    assert set(bulletins) == {"ALAS2-2018-939"}
    assert len(unread) == 1


@settings(deadline=None)
@given(st.data())
def test_nothing_that_is_changed_in_it_crashes(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    whole = bytearray((HERE / "core-2023.xml").read_bytes())
    for _ in range(data.draw(st.integers(1, 5))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 9))] = data.draw(st.binary(max_size=6))
    with contextlib.suppress(Unreadable):
        read(put(tmp_path_factory.getbasetemp() / "fuzz", "2023/core", bytes(whole)))
