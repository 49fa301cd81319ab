"""Which executables belong to a package: installed by it, proving it, or in its own folder."""

from __future__ import annotations

import pytest

from pratique.catalog._accounted import strays
from pratique.model import Package


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("usr/bin/tool", Package("golang", "tool", "1", path="usr/bin/tool")),
        ("app/m/sqlite/build/x.node", Package("npm", "sqlite", "1", path="app/m/sqlite/package.json")),
        ("b/m/x/x.node", Package("npm", "x", "1", path="a/m/x/package.json", locations=("b/m/x/package.json",))),
        ("g/gems/nio-2.5/lib/x.so", Package("gem", "nio", "2.5", path="g/specifications/nio-2.5.gemspec")),
        ("g/gems/io-1/x.so", Package("gem", "io", "1", path="g/specifications/default/io-1.gemspec")),
        ("nix/store/x-a-1/bin/a", Package("nix", "a", "1", path="nix/store/x-a-1")),
        ("Cellar/a/1/bin/a", Package("brew", "a", "1", path="Cellar/a/1/INSTALL_RECEIPT.json")),
        ("snap/a/7/bin/a", Package("snap", "a", "1", path="snap/a/7/meta/snap.yaml")),
        ("flatpak/app/a/x/y/z/files/bin/a", Package("flatpak", "a", "1", path="flatpak/app/a/x/y/z/deploy")),
        ("opt/jdk/bin/java", Package("generic", "openjdk", "21", cpe="cpe:2.3:a:x:y:21", path="opt/jdk/release")),
    ],
)
def test_it_belongs_to_the_package(path: str, package: Package) -> None:
    assert strays((path,), set(), (package,)) == ()
    assert strays((f"other/{path}",), set(), (package,)) == (f"other/{path}",)


def test_one_that_a_package_installed_is_accounted_for() -> None:
    assert strays(("usr/bin/a", "usr/bin/b"), {"usr/bin/a"}, ()) == ("usr/bin/b",)


def test_a_lock_file_accounts_for_nothing() -> None:
    declared = Package("npm", "x", "1", path="app/package-lock.json", declared=True)
    assert strays(("app/x.node",), set(), (declared,)) == ("app/x.node",)


def test_what_is_only_stated_accounts_for_nothing() -> None:
    stated = Package("npm", "x", "1", path="m/x/package.json", stated=True)
    assert strays(("m/x/a.node",), set(), (stated,)) == ("m/x/a.node",)


def test_a_file_at_the_root_accounts_only_for_what_it_is() -> None:
    assert strays(("bin/x",), set(), (Package("npm", "x", "1", path="package.json"),)) == ("bin/x",)
