"""Red Hat's VEX feed: documents as published (trimmed), labels that are older than the reader."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
import yaml
import zstandard

from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import FixState, Level, Package
from pratique.vuln.bulletin import Bulletin, Scope, Statement, Unread
from pratique.vuln.vendor._redhat import read_document
from pratique.vuln.vendor._redhat_cpe import Stream, short, streams
from pratique.vuln.vendor.redhat import VENDOR
from vuln.vendor.asking import answer, decisive
from vuln.vendor.tars import tar

FOLDER = Path(__file__).parent / "redhat"
LABELS = Path(__file__).parent.parent.parent / "accuracy"


def bulletin(name: str) -> Bulletin:
    """The only bulletin of a fixture that is read whole."""
    (found,) = read_document(name, (FOLDER / name).read_bytes(), DEFAULT)
    assert isinstance(found, Bulletin)
    return found


def of(found: Bulletin, name: str, release: str = "") -> list[Statement]:
    return [each for each in found.statements if each.name == name and each.release.startswith(release)]


def test_a_stream_with_builds_of_two_minor_releases() -> None:
    """https://security.access.redhat.com/data/csaf/v2/vex/2024/cve-2024-2961.json"""
    found = bulletin("cve-2024-2961.json")
    assert (found.id, found.published) == ("CVE-2024-2961", "2024-04-17T00:00:00+00:00")
    assert (found.severity.score, found.severity.vector) == (8.8, "CVSS:3.1/AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H")
    assert of(found, "glibc-common", "enterprise_linux:8") == [
        Statement(
            "enterprise_linux:8::baseos",
            "glibc-common",
            fixed="0:2.28-236.el8_9.13",
            state=FixState.FIXED,
            scope=Scope(("aarch64", "x86_64")),
            level=Level.HIGH,
        ),
        Statement(
            "enterprise_linux:8::baseos",
            "glibc-common",
            introduced="0:2.28-237",
            fixed="0:2.28-251.el8_10.1",
            state=FixState.FIXED,
            scope=Scope(("aarch64", "x86_64")),
            level=Level.HIGH,
        ),
    ]
    assert {each.scope.arches for each in of(found, "glibc", "rhel_eus:8.6")} == {("aarch64", "x86_64"), ("src",)}
    assert of(found, "compat-glibc") == []
    assert [(each.release, each.state) for each in found.statements if each.state is not FixState.FIXED] == [
        ("enterprise_linux:6", FixState.END_OF_LIFE),
    ]
    assert not of(found, "glibc-debuginfo")


@pytest.mark.parametrize(
    ("version", "affected"),
    [
        ("2.28-225.el8", True),
        ("2.28-236.el8_9.12", True),
        ("2.28-236.el8_9.13", False),
        ("2.28-236.el8_9.14", False),
        ("2.28-251.el8", True),
        ("2.28-251.el8_10.1", False),
        ("2.28-300.el8", False),
    ],
)
def test_a_patched_build_of_the_older_minor_release_is_fixed_and_an_unpatched_newer_one_is_not(
    version: str, affected: bool
) -> None:
    package = Package("rpm", "glibc", version, arch="x86_64", source_name="glibc", source_version=version)
    found = answer(bulletin("cve-2024-2961.json"), package, streams("8.10", (), {}))
    assert (found is not None) is affected


def test_modules_and_what_is_no_rpm() -> None:
    """https://security.access.redhat.com/data/csaf/v2/vex/2022/cve-2022-24834.json"""
    found = bulletin("cve-2022-24834.json")
    assert {each.name for each in found.statements} == {
        "ansible-tower",
        "redis",
        "redis-doc",
        "rh-redis6-redis",
        "rubygem-gitlab-sidekiq-fetcher",
        "tfm-rubygem-gitlab-sidekiq-fetcher",
    }
    assert [(each.scope, each.fixed, each.date) for each in of(found, "redis", "enterprise_linux:8")] == [
        (Scope(("src",), "redis:6"), "0:6.2.17-1.module+el8.10.0+22680+748527fd", "2025-01-22"),
        (Scope(("x86_64",), "redis:6"), "0:6.2.17-1.module+el8.10.0+22680+748527fd", "2025-01-22"),
    ]
    (collections,) = of(found, "rh-redis6-redis")
    assert collections == Statement(
        "rhel_software_collections:3",
        "rh-redis6-redis",
        state=FixState.WILL_NOT_FIX,
        scope=Scope(("src",)),
        level=Level.MEDIUM,
    )
    (gem,) = of(found, "rubygem-gitlab-sidekiq-fetcher")
    assert (gem.state, gem.scope) == (FixState.NOT_AFFECTED, Scope(("src",), "satellite:el8"))


def test_states_that_are_not_settled() -> None:
    """https://security.access.redhat.com/data/csaf/v2/vex/2026/cve-2026-11611.json"""
    found = bulletin("cve-2026-11611.json")
    states = {(each.release, each.state) for each in found.statements}
    assert states == {
        ("enterprise_linux:6", FixState.NOT_AFFECTED),
        *((f"enterprise_linux:{major}", FixState.DEFERRED) for major in (7, 8, 9, 10)),
    }
    assert [each.scope for each in of(found, "389-ds-base", "enterprise_linux:9")] == [Scope(), Scope(("src",))]


def test_a_state_without_a_module_is_of_modular_builds_too() -> None:
    """In RHEL 8 389-ds-base is in modules only, and its state is told without one."""
    found = bulletin("cve-2026-11611.json")
    base = Package("rpm", "389-ds-base", "1.4.3.39-1.module+el8.10.0+1+1", arch="x86_64", module="389-ds:1.4:81:25")
    got = answer(found, base, streams("8.10", (), {}))
    assert got is not None
    assert got.state is FixState.DEFERRED


def test_the_feed_s_successor_has_no_architectures_and_lists_minor_releases() -> None:
    """https://security.access.redhat.com/data/csaf/v2/vex-feed/2023/cve-2023-6228.json: the state of libtiff in 8.9 and
    8.10.0 yields to the fix in 8.10.z, for all three are CPE enterprise_linux:8; compat-libtiff3 has none."""
    found = bulletin("vex-feed-cve-2023-6228.json")
    assert [(each.release, each.fixed or each.state.value, each.scope.arches) for each in of(found, "libtiff")] == [
        ("enterprise_linux:8::appstream", "0:4.0.9-32.el8_10", ()),
        ("enterprise_linux:8::crb", "0:4.0.9-32.el8_10", ()),
        ("enterprise_linux:9::appstream", "0:4.4.0-12.el9", ()),
        ("enterprise_linux:9::crb", "0:4.4.0-12.el9", ()),
        ("rhel_els:6", "end_of_life", ("src",)),
        ("rhel_els:7", "end_of_life", ("src",)),
    ]
    assert [(each.release, each.state) for each in of(found, "compat-libtiff3")] == [
        ("enterprise_linux:8", FixState.WILL_NOT_FIX),
        ("rhel_els:7", FixState.END_OF_LIFE),
    ]
    tools = Package("rpm", "libtiff-tools", "4.0.9-31.el8", arch="x86_64", source_name="libtiff")
    assert answer(found, tools, streams("8.10", (), {})) is not None
    assert answer(found, msgspec.structs.replace(tools, version="4.0.9-32.el8_10"), streams("8.10", (), {})) is None


def test_the_feed_s_successor_lists_the_newest_minor_release_as_extended_updates() -> None:
    """https://security.access.redhat.com/data/csaf/v2/vex-feed/2026/cve-2026-7323.json: RHEL 9 is affected as 9.7.z and
    mended as 9.8.z, whose CPE is that of extended updates; it is the main release's way on all the same."""
    found = list(read_document("x", (FOLDER / "vex-feed-cve-2026-7323.json").read_bytes(), DEFAULT))
    (one,) = (each for each in found if isinstance(each, Bulletin))
    assert [each.why.partition(":")[0] for each in found if isinstance(each, Unread)] == [
        "the module 'rhel10' has no stream"  # a flatpak
    ]
    told = {(each.release, each.fixed or each.state.value) for each in of(one, "firefox")}
    assert told == {
        ("enterprise_linux:10.1", "affected"),
        ("enterprise_linux:8::appstream", "0:140.10.1-1.el8_10"),
        ("enterprise_linux:9::appstream", "0:140.10.1-1.el9_8"),
        ("enterprise_linux_eus:10.2", "0:140.10.1-1.el10_2"),
        ("rhel_aus:8.2", "will_not_fix"),
        ("rhel_els:7", "0:140.10.1-1.el7_9"),
        ("rhel_eus:8.8", "affected"),
        ("rhel_eus:9.6::appstream", "0:140.10.1-1.el9_6"),
        ("rhel_eus:9.8::appstream", "0:140.10.1-1.el9_8"),
    }
    old = Package("rpm", "firefox", "140.9.0-1.el9_7", arch="x86_64", source_name="firefox")
    new = msgspec.structs.replace(old, version="140.10.1-1.el9_8")
    assert answer(one, old, streams("9.8", (), {})) is not None
    assert answer(one, new, streams("9.8", (), {})) is None
    assert answer(one, msgspec.structs.replace(new, version="140.10.1-1.el10_2"), streams("10.2", (), {})) is None


@pytest.mark.parametrize("name", ["2024_4546", "2024_6220"])
def test_osv_s_own_records_of_the_same_erratum_say_the_same(name: str) -> None:
    """The OSV records were made by Red Hat of these documents; 2024_6220 has relationships of relationships."""
    found = list(read_document(name, (FOLDER / f"rhsa-{name}.json").read_bytes(), DEFAULT))
    ours = {
        (each.release, each.name, each.fixed)
        for bulletin in found
        if isinstance(bulletin, Bulletin)
        for each in bulletin.statements
    }
    record = json.loads((FOLDER / f"RHSA-{name}.osv.json").read_bytes())
    theirs = {
        (affected["package"]["ecosystem"].partition(":")[2], affected["package"]["name"], event["fixed"])
        for affected in record["affected"]
        for event in affected["ranges"][0]["events"]
        if "fixed" in event
    }
    assert ours == {each for each in theirs if not each[1].endswith(("-debuginfo", "-debugsource"))}
    assert ours
    modules = {each.scope.module for one in found if isinstance(one, Bulletin) for each in one.statements}
    assert modules == ({"python39:3.9"} if name == "2024_6220" else {""})


def test_minor_streams_are_apart() -> None:
    """A fix for EUS 8.6 is none for the main release, and the reverse."""
    found = bulletin("cve-2024-2961.json")
    mapping = {"eus": ("rhel_eus:8.6::baseos",), "main": ("enterprise_linux:8::baseos",)}
    patched = Package("rpm", "glibc", "2.28-189.10.el8_6", arch="x86_64", source_name="glibc")
    assert answer(found, patched, streams("8.6", ("eus",), mapping)) is None
    main = answer(found, patched, streams("8.6", ("main",), mapping))
    assert main is not None
    assert main.fixed == "0:2.28-236.el8_9.13"


def labelled() -> list[tuple[str, str, str, str]]:
    chapter = yaml.safe_load((LABELS / "cases" / "rhel.yaml").read_bytes())
    cases = []
    for document in chapter["documents"]:
        for case in document["cases"]:
            cases.append((case["id"], json.dumps(document["records"]), json.dumps(case), document["source"]))
    return cases


@pytest.mark.parametrize(("records", "text"), [pytest.param(a, b, id=id_) for id_, a, b, _ in labelled()])
def test_the_labels(records: str, text: str) -> None:
    """tests/accuracy holds what Red Hat says of packages, judged by others than the author of the reader."""
    case = json.loads(text)
    names = [LABELS / "records" / name for name in json.loads(records)]
    mapping = json.loads((LABELS / "records" / "redhat" / "repository-to-cpe.json").read_bytes())["data"]
    cpes = {name: tuple(map(short, entry["cpes"])) for name, entry in mapping.items()}
    sets = [name for file in case.get("files", {}).values() for name in json.loads(file)["content_sets"]]
    asked = streams(case["distro"]["version"], sets, cpes)
    for path in names:
        for found in read_document(path.name, path.read_bytes(), DEFAULT) if "cve" in path.name else ():
            assert isinstance(found, Bulletin)
            for each in case["packages"]:
                check(case, found, msgspec.convert(each, Package), asked)


def check(
    case: dict[str, dict[str, dict[str, str]]], found: Bulletin, package: Package, asked: tuple[Stream, ...]
) -> None:
    label = case["expect"].get(package.name, {}).get(found.id, "not_affected")
    got = answer(found, package, asked)
    if label in ("fixed", "not_affected"):
        assert got is None
        return
    assert got is not None
    assert got.state.value == label or (label == "affected" and got.state is FixState.FIXED)
    assert got.fixed == case.get("fix", {}).get(found.id, got.fixed)


def test_the_archive_and_the_documents_beside_it(tmp_path: Path) -> None:
    """The archive of a day, a document that has changed since, and one that was taken back."""
    one, two = (FOLDER / "cve-2024-2961.json").read_bytes(), (FOLDER / "cve-2022-24834.json").read_bytes()
    (tmp_path / "redhat" / "vex" / "2024").mkdir(parents=True)
    packed = tar({"2024/cve-2024-2961.json": one, "2022/cve-2022-24834.json": two, "2021/cve-2021-0001.json": b"{"})
    (tmp_path / "redhat" / "csaf_vex_2024-08-04.tar.zst").write_bytes(zstandard.compress(packed))
    assert VENDOR.present(tmp_path)
    changed = json.loads(one)
    changed["document"]["tracking"]["current_release_date"] = "2030-01-01T00:00:00+00:00"
    changed["vulnerabilities"][0]["product_status"] = {"known_affected": ["red_hat_enterprise_linux_6:glibc"]}
    (tmp_path / "redhat" / "vex" / "2024" / "cve-2024-2961.json").write_text(json.dumps(changed))
    (tmp_path / "redhat" / "deletions.csv").write_text('"2022/cve-2022-24834.json","2031-01-01T00:00:00+00:00"\n')
    found = list(VENDOR.read(tmp_path, DEFAULT))
    assert [(each.id, each.modified) for each in found if isinstance(each, Bulletin)] == [
        ("CVE-2024-2961", "2030-01-01T00:00:00+00:00")
    ]
    assert [each.where for each in found if isinstance(each, Unread)] == ["cve-2021-0001.json"]


def test_nothing_readable_is_an_error(tmp_path: Path) -> None:
    assert not VENDOR.present(tmp_path)
    (tmp_path / "redhat").mkdir()
    (tmp_path / "redhat" / "csaf_vex_2024-08-04.tar.zst").write_bytes(b"<html>")
    assert VENDOR.present(tmp_path)
    with pytest.raises(Unreadable, match="nothing of Red Hat's VEX feed"):
        list(VENDOR.read(tmp_path, DEFAULT))


def test_a_binary_s_own_statement_comes_before_its_source_s() -> None:
    found = Bulletin(
        "CVE-2026-0001",
        statements=(
            Statement(
                "enterprise_linux:9::baseos",
                "kernel",
                fixed="5.14.0-2.el9",
                state=FixState.FIXED,
                scope=Scope(("src",)),
            ),
            Statement("enterprise_linux:9", "kernel-headers", state=FixState.NOT_AFFECTED),
        ),
    )
    headers = Package("rpm", "kernel-headers", "5.14.0-1.el9", arch="x86_64", source_name="kernel")
    core = msgspec.structs.replace(headers, name="kernel-core")
    (stream,) = streams("9.4", (), {})
    assert [each.name for each in decisive(found, headers, stream)] == ["kernel-headers"]
    assert answer(found, headers, (stream,)) is None
    assert answer(found, core, (stream,)) is not None
