"""os-release as its manual describes it, and what distributions had before it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from pratique.catalog.os_release import CATALOGUER, PLACES, parse
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Distro, Problem

DEBIAN = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
"""


def distro(path: str, text: str) -> Distro:
    (found,) = parse(memory_file(path, text.encode()))
    assert isinstance(found, Distro)
    assert found.path == path
    return found


@pytest.mark.parametrize("path", ["etc/os-release", "usr/lib/os-release", "usr/lib/os.release.d/os-release-fedora"])
def test_os_release(path: str) -> None:
    assert distro(path, DEBIAN) == Distro("debian", "12", "bookworm", (), "Debian GNU/Linux 12 (bookworm)", path)


def test_other_files_of_fedoras_folder() -> None:
    assert list(parse(memory_file("usr/lib/os.release.d/issue-fedora", b"Fedora"))) == []


def test_quotes_escapes_comments_and_order() -> None:
    text = r"""
# ID=commented
ID='we'"ird"\ one
 ID_LIKE="a  b" # c
NAME="a \"quoted\" \$5 \` \\ \n"
VERSION_ID="1"
VERSION_ID=2
export X=1
"""
    found = distro("etc/os-release", text)
    assert found == Distro("weird one", "2", "", ("a", "b"), r'a "quoted" $5 ` \ \n', "etc/os-release")


def test_ids_are_told_in_lower_case() -> None:
    assert distro("etc/os-release", "ID=Debian\nID_LIKE=Linux\n") == Distro(
        "debian", like=("linux",), path="etc/os-release"
    )


@settings(max_examples=25, deadline=None)
@given(
    st.text("ab \"'\\$`#=;x", max_size=8).filter(lambda text: "$" not in text and "`" not in text and ";" not in text)
)
def test_as_a_shell_reads_it(value: str) -> None:
    if shutil.which("sh") is None:
        pytest.skip("no sh")
    script = f"ID={value}\nprintf '%s' \"$ID\"\n"
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True)
    # where the shell would run a second word as a command, or wants more lines, the file is not in os-release's syntax
    if done.returncode or done.stderr or not done.stdout.strip():
        return
    assert distro("etc/os-release", f"ID={value}\n").id == done.stdout.lower()


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("etc/alpine-release", "3.10.4\n", ("alpine", "3.10.4", "")),
        ("etc/debian_version", "12.5\n", ("debian", "12", "")),
        ("etc/debian_version", "trixie/sid\n", ("debian", "", "trixie")),
        ("etc/lsb-release", "DISTRIB_ID=Ubuntu\nDISTRIB_RELEASE=12.4\nDISTRIB_CODENAME=p\n", ("ubuntu", "12.4", "p")),
        ("etc/centos-release", "CentOS release 6.10 (Final)\n", ("centos", "6", "")),
        ("etc/centos-release", "CentOS Linux release 7.9.2009 (Core)\n", ("centos", "7", "")),
        ("etc/centos-release", "CentOS Stream release 8\n", ("centos", "8", "")),
        ("etc/redhat-release", "Red Hat Enterprise Linux Server release 6.10 (Santiago)\n", ("rhel", "6.10", "")),
        ("etc/oracle-release", "Oracle Linux Server release 7.5\n", ("ol", "7.5", "")),
        ("etc/rocky-release", "Rocky Linux release 8.5 (Green Obsidian)\n", ("rocky", "8.5", "")),
        ("etc/almalinux-release", "AlmaLinux release 9.3 (Shamrock Pampas Cat)\n", ("almalinux", "9.3", "")),
        ("etc/fedora-release", "Fedora release 35 (Thirty Five)\n", ("fedora", "35", "")),
        ("etc/system-release", "Amazon Linux release 2 (Karoo)\n", ("amzn", "2", "")),
        ("etc/SuSE-release", "SUSE Linux Enterprise Server 12 (x86_64)\nVERSION = 12\n", ("sles", "12", "")),
        ("etc/photon-release", "VMware Photon OS 3.0\nPHOTON_BUILD_NUMBER=a0f216d\n", ("photon", "3.0", "")),
        ("etc/mariner-release", "CBL-Mariner 2.0.20220226\n", ("mariner", "2.0", "")),
        ("etc/azurelinux-release", "Microsoft Azure Linux 3.0.20240727\n", ("azurelinux", "3.0", "")),
    ],
)  # fmt: skip
def test_older_places(path: str, text: str, expected: tuple[str, str, str]) -> None:
    found = distro(path, text)
    assert (found.id, found.version, found.codename) == expected
    assert path in CATALOGUER.claim.paths


def test_precedence() -> None:
    assert PLACES[:2] == ("etc/os-release", "usr/lib/os-release")
    assert PLACES.index("etc/oracle-release") < PLACES.index("etc/redhat-release")
    assert PLACES[-1] == "etc/debian_version"


@pytest.mark.parametrize("text", ["", "NAME=x\n", 'ID="debian\n', "ID=\n", "\0\0", "id=debian\n"])
def test_an_os_release_without_id_is_unreadable(text: str) -> None:
    with pytest.raises(Unreadable, match="etc/os-release"):
        list(parse(memory_file("etc/os-release", text.encode())))


@pytest.mark.parametrize("path", [place for place in PLACES if "os-release" not in place and "initrd" not in place])
@pytest.mark.parametrize("text", ["", "Foo 3\n", "\0\xff", " " * 60_000])
def test_an_older_place_that_makes_no_sense_is_told(path: str, text: str) -> None:
    (problem,) = parse(memory_file(path, text.encode()))
    assert isinstance(problem, Problem)
    assert not problem.blocking


@pytest.mark.parametrize("path", PLACES)
def test_a_file_too_large(path: str) -> None:
    with pytest.raises(LimitExceeded, match=path):
        list(parse(memory_file(path, b"ID=debian\n" * (DEFAULT.os_release // 10 + 1))))


@given(st.sampled_from(PLACES), st.binary(max_size=100) | st.text("ID=\"'\\ \n", max_size=50).map(str.encode))
def test_any_bytes(path: str, data: bytes) -> None:
    survives(CATALOGUER, path, data)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("alpine_3_7_0", ("alpine", "3.7.0")),
        ("centos_7", ("centos", "7")),
        ("debian_7", ("debian", "7")),
        ("debian_unstable", ("debian", "")),
        ("oraclelinux_6_9", ("ol", "6.9")),
        ("redhat_7", ("rhel", "7.0")),
        ("sles_15", ("sles", "15")),
        ("ubuntu_12_04", ("ubuntu", "12.04")),
        ("ubuntu_18_04", ("ubuntu", "18.04")),
    ],
)
def test_corpus(shared: Path, name: str, expected: tuple[str, str]) -> None:
    found = distro("etc/os-release", (shared / "corpus/os-release" / name).read_text())
    assert (found.id, found.version) == expected


def test_corrupt_one_of_the_corpus(shared: Path) -> None:
    with pytest.raises(Unreadable):
        distro("etc/os-release", (shared / "corpus/os-release/os_release_corrupt").read_text())
