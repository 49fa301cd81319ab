from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.lock_files import bears, damaged, facts, fixture, mutations
from catalog.memory_file import memory_file
from pratique.catalog import (
    bun_lock,
    bun_lockb,
    bundler,
    cocoapods,
    composer,
    composer_php,
    cpan,
    cran,
    deno_lock,
    ghc_package,
    hackage,
    julia,
    luarocks,
    mix_lock,
    npm_lock,
    opam,
    otp_app,
    pear,
    pnpm_lock,
    pub,
    rebar_lock,
    renv,
    swift,
    yarn_lock,
)
from pratique.catalog._lock import Left, declared, hexadecimal, integrity, is_fetched, once, reached, scoped
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer

LOCKS: list[tuple[Cataloguer, str, str]] = [
    (npm_lock.CATALOGUER, "package-lock.json", "package-lock.v1.json"),
    (npm_lock.CATALOGUER, "npm-shrinkwrap.json", "package-lock.v3.json"),
    (yarn_lock.CATALOGUER, "yarn.lock", "yarn.v1.lock"),
    (yarn_lock.CATALOGUER, "yarn.lock", "yarn.v10.lock"),
    (pnpm_lock.CATALOGUER, "pnpm-lock.yaml", "pnpm-lock.5.4.yaml"),
    (pnpm_lock.CATALOGUER, "pnpm-lock.yaml", "pnpm-lock.9.0.yaml"),
    (bun_lock.CATALOGUER, "bun.lock", "bun.lock"),
    (bun_lockb.CATALOGUER, "bun.lockb", "bun.v3.lockb"),
    (deno_lock.CATALOGUER, "deno.lock", "deno.v5.lock"),
    (composer.CATALOGUER, "composer.lock", "composer.lock"),
    (bundler.CATALOGUER, "Gemfile.lock", "Gemfile.lock"),
    (mix_lock.CATALOGUER, "mix.lock", "mix.lock"),
    (rebar_lock.CATALOGUER, "rebar.lock", "rebar.lock"),
    (luarocks.CATALOGUER, "luarocks.lock", "luarocks.lock"),
    (luarocks.CATALOGUER, "mast-2.1-1.rockspec", "mast-2.1-1.rockspec"),
    (opam.CATALOGUER, "ship.opam.locked", "ship.opam.locked"),
    (cpan.CATALOGUER, "cpanfile.snapshot", "cpanfile.snapshot"),
    (pub.CATALOGUER, "pubspec.lock", "pubspec.lock"),
    (swift.CATALOGUER, "Package.resolved", "Package.v2.resolved"),
    (cocoapods.CATALOGUER, "Podfile.lock", "Podfile.lock"),
    (hackage.CATALOGUER, "cabal.project.freeze", "cabal.project.freeze"),
    (hackage.CATALOGUER, "stack.yaml.lock", "stack.yaml.lock"),
    (renv.CATALOGUER, "renv.lock", "renv.lock"),
    (julia.CATALOGUER, "Manifest.toml", "Manifest.v2.toml"),
]
INSTALLED: list[tuple[Cataloguer, str, str]] = [
    (composer.CATALOGUER, "app/vendor/composer/installed.json", "installed.json"),
    (composer_php.CATALOGUER, "app/vendor/composer/installed.php", "installed.php"),
    (pear.CATALOGUER, "usr/share/php/.registry/quay_mast.reg", "quay_mast.reg"),
    (otp_app.CATALOGUER, "app/lib/quay-0.3.1/ebin/quay.app", "quay.app"),
    (luarocks.CATALOGUER, "usr/lib/luarocks/rocks-5.1/manifest", "luarocks.manifest"),
    (luarocks.CATALOGUER, "usr/lib/luarocks/rocks-5.1/mast/2.1-1/mast-2.1-1.rockspec", "mast-2.1-1.rockspec"),
    (opam.CATALOGUER, "root/.opam/s/.opam-switch/packages/mast.2.1.0/opam", "mast.opam"),
    (cpan.CATALOGUER, "usr/lib/perl5/.meta/Quay-Mast-2.10/install.json", "cpanm.install.json"),
    (cpan.CATALOGUER, "usr/lib/perl5/.meta/Quay-Mast-2.10/MYMETA.json", "cpanm.MYMETA.json"),
    (cpan.CATALOGUER, "usr/lib/perl5/perllocal.pod", "perllocal.pod"),
    (cpan.CATALOGUER, "usr/lib/perl5/auto/Quay/Mast/.packlist", "mast.packlist"),
    (cran.CATALOGUER, "usr/lib/R/library/mast/DESCRIPTION", "mast.DESCRIPTION"),
    (ghc_package.CATALOGUER, "usr/lib/ghc/package.conf.d/mast-2.1.0.conf", "mast.conf"),
    (julia.CATALOGUER, "root/.julia/packages/Mast/a1b2C/Project.toml", "Project.toml"),
]
HUGE = bytes(DEFAULT.text + 1)
WITHIN = [
    "app/node_modules/x/",
    "app/vendor/quay/x/",
    "usr/lib/python3/dist-packages/x/",
    "usr/lib/ruby/gems/3.1.0/gems/x-1.0/",
    "root/go/pkg/mod/example.org/x@v1.0.0/",
    "app/deps/x/",
    "app/.build/checkouts/x/",
    "app/ios/Pods/x/",
    "root/.pub-cache/hosted/x/",
    "root/.julia/packages/X/a1b2C/",
    "usr/lib/luarocks/rocks-5.1/x/1.0-1/",
]


@pytest.mark.parametrize(("cataloguer", "name", "file"), LOCKS)
def test_a_lock_file_declares(cataloguer: Cataloguer, name: str, file: str) -> None:
    found = [fact for fact in facts(cataloguer, f"app/{name}", fixture(file)) if isinstance(fact, Package)]
    assert found
    assert all(package.declared and package.path == f"app/{name}" for package in found)


@pytest.mark.parametrize("folder", WITHIN)
@pytest.mark.parametrize(("cataloguer", "name", "file"), LOCKS)
def test_a_lock_file_within_an_installed_package_says_nothing(
    cataloguer: Cataloguer, name: str, file: str, folder: str
) -> None:
    assert facts(cataloguer, folder + name, fixture(file)) == []


@pytest.mark.parametrize(("cataloguer", "path", "file"), INSTALLED)
def test_installed_metadata_are_not_declared(cataloguer: Cataloguer, path: str, file: str) -> None:
    found = facts(cataloguer, path, fixture(file))
    assert found
    assert not any(isinstance(fact, Problem) for fact in found)
    assert all(not fact.declared and not fact.scope for fact in found if isinstance(fact, Package))


@pytest.mark.parametrize(("cataloguer", "path", "file"), [*LOCKS, *INSTALLED])
def test_damaged_files_are_borne(cataloguer: Cataloguer, path: str, file: str) -> None:
    check = bears(cataloguer, path)
    for data in damaged(fixture(file)):
        check(data)


@pytest.mark.parametrize(("cataloguer", "path", "file"), [*LOCKS, *INSTALLED])
@settings(max_examples=12)
@given(st.data())
def test_mutated_and_random_files_are_borne(cataloguer: Cataloguer, path: str, file: str, data: st.DataObject) -> None:
    bears(cataloguer, path)(data.draw(st.one_of(mutations(fixture(file)), st.binary(max_size=80))))


@pytest.mark.parametrize(("cataloguer", "path"), [one[:2] for one in (*LOCKS, *INSTALLED)])
def test_a_file_past_the_bound_of_texts_is_told(cataloguer: Cataloguer, path: str) -> None:
    with pytest.raises(LimitExceeded):
        facts(cataloguer, path, HUGE)


@pytest.mark.parametrize(
    ("cataloguer", "path", "piece"),
    [
        (luarocks.CATALOGUER, "app/luarocks.lock", b"--[["),
        (luarocks.CATALOGUER, "app/luarocks.lock", b"[[a] ]"),
        (composer_php.CATALOGUER, "app/vendor/composer/installed.php", b"/*"),
        (opam.CATALOGUER, "app/a.opam.locked", b'"""'),
        (bun_lock.CATALOGUER, "app/bun.lock", b'\\"'),
        (bun_lock.CATALOGUER, "app/bun.lock", b"/*"),
        (cpan.CATALOGUER, "usr/lib/perllocal.pod", b"=head2 L<L<"),
        (cpan.CATALOGUER, "usr/lib/perllocal.pod", b"L<C<VERSION: "),
        (hackage.CATALOGUER, "app/cabal.project.freeze", b"a-1a"),
        (ghc_package.CATALOGUER, "usr/lib/package.conf.d/a.conf", b"1-"),
    ],
)
@pytest.mark.parametrize(
    "head", [b"", b'{"a": "', b"=head2 L<a>\n", b"name: a\nversion: 1\ndepends: ", b"constraints: "]
)
def test_a_megabyte_of_what_opens_and_does_not_close_is_read_once(
    cataloguer: Cataloguer, path: str, piece: bytes, head: bytes
) -> None:
    bears(cataloguer, path)(head + piece * (1_000_000 // len(piece)) + b"!")


def test_a_file_that_cannot_be_read_is_a_problem_that_hides_nothing() -> None:
    def read(data: bytes, path: str) -> list[Fact]:
        raise Unreadable("no lock file", hint="look")

    assert list(declared(memory_file("app/x.lock", b""), read)) == [Problem("app/x.lock", "no lock file", hint="look")]


def test_one_past_a_bound_is_told_to_whom_it_may_block() -> None:
    def read(data: bytes, path: str) -> list[Fact]:
        raise LimitExceeded("too deep")

    with pytest.raises(LimitExceeded):
        list(declared(memory_file("app/x.lock", b""), read))


def package(scope: str) -> Package:
    return Package("npm", "a", "1.0.0", scope=scope)


@pytest.mark.parametrize(
    ("scopes", "scope"),
    [(["dev", ""], ""), (["", "dev"], ""), (["dev", "dev"], "dev"), (["optional", "dev"], "optional")],
)
def test_a_package_stands_once_and_runs_if_it_runs_anywhere(scopes: list[str], scope: str) -> None:
    assert list(once(map(package, scopes))) == [package(scope)]


def test_too_many_packages_are_past_a_bound() -> None:
    many = (Package("npm", str(number), "1.0.0") for number in range(DEFAULT.facts_per_file + 1))
    with pytest.raises(LimitExceeded, match="facts_per_file"):
        list(once(many))


@pytest.mark.parametrize(
    ("name", "version"),
    [
        ("", "1"),
        ("a", ""),
        ("a" * 257, "1"),
        ("a", "1" * 257),
        ("a\n", "1"),
        ("a", "\x1b[2J"),
        ("a", "1 2"),
        ("\ud800", "1"),
    ],
)
def test_what_cannot_be_compared_or_shown_is_counted(name: str, version: str) -> None:
    left = Left()
    assert left.out(name, version)
    assert not left.out("a", "1.0.0")
    left.out("", "")
    (told,) = left.told("x.lock")
    assert told.what.startswith("names 2 packages without")
    assert told.what.isprintable()


@given(st.binary(max_size=64))
def test_integrity_is_a_hash_in_hexadecimal(data: bytes) -> None:
    digests = {kind: hashlib.new(kind, data) for kind in ("sha1", "sha256", "sha384", "sha512", "md5")}
    text = " ".join(f"{kind}-{base64.b64encode(one.digest()).decode()}" for kind, one in digests.items())
    assert integrity(text) == tuple(f"{kind}:{one.hexdigest()}" for kind, one in digests.items())
    assert all(
        hexadecimal(kind, one.hexdigest().upper()) == (f"{kind}:{one.hexdigest()}",) for kind, one in digests.items()
    )


@given(st.text(max_size=100))
def test_any_text_is_a_hash_or_none(text: str) -> None:
    assert integrity(text) == ()
    assert integrity(f"sha512-{text}?x") == ()
    assert hexadecimal("sha256", text) == ()


def test_names_and_what_they_reach() -> None:
    assert scoped("@babel/core") == ("@babel", "core")
    assert scoped("core") == ("", "core")
    assert reached(["a"], {"a": ["b"], "b": ["a", "c"], "d": ["e"]}) == {"a", "b", "c"}


@pytest.mark.parametrize(
    "path", ["app/yarn.lock", "yarn.lock", "home/deps/yarn.lock", "srv/Pods.lock", "x/gems.locked"]
)
def test_a_project_s_own_lock_file_is_one(path: str) -> None:
    assert not is_fetched(path)
