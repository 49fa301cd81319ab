from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture
from pratique.catalog.pear import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Owns, Package

PATH = "usr/share/php/.registry/quay_mast.reg"


def reg(*members: tuple[bytes, bytes]) -> bytes:
    return b"a:9:{%s}" % b"".join(b's:%d:"%s";%s' % (len(key), key, value) for key, value in members)


def string(value: bytes) -> bytes:
    return b's:%d:"%s";' % (len(value), value)


NAME, VERSION = (b"name", string(b"xdebug")), (b"version", reg((b"release", string(b"3.2.0"))))


def test_what_pear_s_installer_writes() -> None:
    assert facts(CATALOGUER, PATH, fixture("quay_mast.reg")) == [
        Package("pear", "Quay_Mast", "2.1.0", licences=("BSD-3-Clause",), path=PATH),
        Owns("Quay_Mast", ("opt/quaypear/usr/share/php/Mast.php",), "pear"),
    ]


@pytest.mark.parametrize(
    ("channel", "kind", "namespace"),
    [(b"pecl.php.net", "pecl", ""), (b"pear.php.net", "pear", ""), (b"pear.example.org", "pear", "pear.example.org")],
)
def test_the_channel_says_what_it_is(channel: bytes, kind: str, namespace: str) -> None:
    data = reg(NAME, VERSION, (b"channel", string(channel)), (b"license", string(b"PHP")))
    assert facts(CATALOGUER, PATH, data) == [Package(kind, "xdebug", "3.2.0", namespace, licences=("PHP",), path=PATH)]


def test_the_older_form_has_the_version_as_a_text() -> None:
    data = reg((b"package", string(b"Log")), (b"version", string(b"1.0")))
    assert facts(CATALOGUER, PATH, data) == [Package("pear", "Log", "1.0", path=PATH)]


@pytest.mark.parametrize("count", [1, 2])
def test_one_need_is_told_as_itself_and_several_as_a_list(count: int) -> None:
    needs = [reg((b"name", string(b"Log%d" % number))) for number in range(count)]
    listed = needs[0] if count == 1 else b"a:2:{%s}" % b"".join(b"i:%d;%s" % one for one in enumerate(needs))
    required = (b"dependencies", reg((b"required", reg((b"package", listed)))))
    (found,) = facts(CATALOGUER, PATH, reg(NAME, VERSION, required))
    assert isinstance(found, Package)
    assert found.depends == tuple(f"Log{number}" for number in range(count))


@pytest.mark.parametrize("data", [b"", b"a:0:{}", reg(NAME), reg(VERSION), string(b"x"), b"\xff"])
def test_a_file_that_names_nothing_hides_a_package(data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, PATH, data)
