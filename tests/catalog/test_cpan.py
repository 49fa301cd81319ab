from __future__ import annotations

import pytest

from catalog.lock_files import facts, fixture, packages, problem
from pratique.catalog.cpan import CATALOGUER
from pratique.errors import Unreadable
from pratique.model import Owns

META = "usr/local/lib/perl5/x86_64-linux/.meta/Quay-Mast-2.10"


@pytest.mark.parametrize(
    ("path", "file", "declared"),
    [
        ("app/cpanfile.snapshot", "cpanfile.snapshot", True),
        (f"{META}/install.json", "cpanm.install.json", False),
        (f"{META}/MYMETA.json", "cpanm.MYMETA.json", False),
        ("usr/local/lib/perl5/x86_64-linux/perllocal.pod", "perllocal.pod", False),
    ],
)
def test_what_perl_s_tools_write(path: str, file: str, declared: bool) -> None:
    found = packages(CATALOGUER, path, fixture(file))
    assert {name: package.declared for name, package in found.items()} == {"cpan/Quay-Mast@2.10": declared}


def test_a_list_of_files_owns_them() -> None:
    path = "usr/local/lib/perl5/x86_64-linux/auto/Quay/Mast/.packlist"
    assert facts(CATALOGUER, path, fixture("mast.packlist")) == [
        Owns("Quay-Mast", ("opt/quay/lib/perl5/Quay/Mast.pm",), "cpan")
    ]
    lines = b"/usr/bin/a type=link from=/b\nrelative\n\n/usr/lib/b\n"
    assert facts(CATALOGUER, path, lines) == [Owns("Quay-Mast", ("usr/bin/a", "usr/lib/b"), "cpan")]
    assert facts(CATALOGUER, "usr/local/lib/perl5/.packlist", lines) == []


def test_of_several_installations_of_a_module_the_last_holds() -> None:
    section = fixture("perllocal.pod")
    data = section + section.replace(b"VERSION: 2.10", b"VERSION: 2.11") + section.replace(b"Quay::Mast", b"Quay")
    assert set(packages(CATALOGUER, "usr/lib/perllocal.pod", data)) == {"cpan/Quay-Mast@2.11", "cpan/Quay@2.10"}


@pytest.mark.parametrize(
    ("dist", "name"),
    [
        ("Capture-Tiny-0.48", "cpan/Capture-Tiny@0.48"),
        ("version-v0.77", "cpan/version@v0.77"),
        ("Foo-Bar-1.0-TRIAL", "cpan/Foo-Bar@1.0-TRIAL"),
        ("perl5i-2.13.2", "cpan/perl5i@2.13.2"),
        ("Text-Tabs+Wrap-2013.0523", "cpan/Text-Tabs+Wrap@2013.0523"),
    ],
)
def test_a_distribution_s_name_ends_before_its_version(dist: str, name: str) -> None:
    assert set(packages(CATALOGUER, f"{META}/install.json", f'{{"dist": "{dist}"}}'.encode())) == {name}


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"dist": "Foo"}', b'{"name": "Foo"}', b"\xff"])
@pytest.mark.parametrize("name", ["install.json", "MYMETA.json"])
def test_a_damaged_record_hides_a_package(name: str, data: bytes) -> None:
    with pytest.raises(Unreadable):
        facts(CATALOGUER, f"{META}/{name}", data)


def test_a_damaged_snapshot_is_a_problem() -> None:
    assert problem(CATALOGUER, "app/cpanfile.snapshot", b"x") == "no snapshot of Carton"
    head = b"# carton snapshot format: version 1.0\nDISTRIBUTIONS\n"
    assert facts(CATALOGUER, "app/cpanfile.snapshot", head) == []
    assert problem(CATALOGUER, "app/cpanfile.snapshot", head + b"  Foo\n    pathname: F/Foo.tar.gz\n").startswith(
        "names a package"
    )
