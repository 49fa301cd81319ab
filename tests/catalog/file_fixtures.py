"""Every format that a cataloguer reads, as files of an image: the fixtures of the tests, each where its format has it.

The seeds of ``scripts/fuzz.py``, and what ``benchmarks/parity_files.py`` lays before Syft.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from catalog import (
    test_apk,
    test_bitnami,
    test_composer,
    test_conan,
    test_conda,
    test_conda_environment,
    test_content_manifests,
    test_cran,
    test_deb_file,
    test_dotnet_deps,
    test_flatpak,
    test_gem,
    test_ghc_package,
    test_github_actions,
    test_graalvm_native,
    test_gradle_lock,
    test_homebrew,
    test_ipk_file,
    test_java,
    test_kernel,
    test_luarocks,
    test_nix,
    test_nuget,
    test_opam,
    test_opkg,
    test_os_release,
    test_otp_app,
    test_pear,
    test_pkginfo,
    test_portage,
    test_pub,
    test_python,
    test_python_venv,
    test_rpm_manifest,
    test_rust_binary,
    test_sbom_file,
    test_setup_py,
    test_snap,
    test_swipl_pack,
    test_terraform_lock,
    test_ubuntu_pro,
    test_vcpkg,
    test_wordpress,
)
from catalog.programs import elf

_HERE = Path(__file__).parent
_MODULES = "usr/lib/modules/6.1.0-18-amd64/kernel/drivers/net"


class Fixture(NamedTuple):
    """A format: its name, the module of ``pratique.catalog`` that reads it, and files by their paths in an image."""

    name: str
    cataloguer: str
    files: Mapping[str, bytes]


def fixtures() -> tuple[Fixture, ...]:
    """All, sorted by name."""
    return tuple(sorted((*_on_disk(), *_lock_files(), *_installed(), *_declared(), *_programs())))


def _read(name: str) -> bytes:
    return (_HERE / name).read_bytes()


def _one(name: str, cataloguer: str, path: str, data: bytes | str) -> Fixture:
    return Fixture(name, cataloguer, {path: data.encode() if isinstance(data, str) else data})


_ON_DISK = (
    ("cargo-lock", "cargo_lock", "app/Cargo.lock", "cargo_lock/Cargo.lock"),
    ("chisel", "chisel", "var/lib/chisel/manifest.wall", "chisel/manifest.wall"),
    ("conan-lock", "conan", "app/conan.lock", "conan/conan.lock"),
    ("conda", "conda", test_conda.PATH, "conda/harbour-2.4.1-h0_0.json"),
    ("deb-file", "deb_file", test_deb_file.PATH, "deb_file/harbour.deb"),
    ("dotnet-assembly", "dotnet_assembly", "app/Harbour.dll", "dotnet_assembly/Harbour.dll"),
    ("dpkg", "dpkg", "var/lib/dpkg/status", "dpkg/status"),
    ("elf-notes", "elf_notes", "usr/bin/harbour", "elf_notes/harbour"),
    ("flatpak-app", "flatpak", test_flatpak.APP, "flatpak/app.deploy"),
    ("flatpak-runtime", "flatpak", test_flatpak.RUNTIME, "flatpak/runtime.deploy"),
    ("gguf", "gguf", "models/harbour.q4.gguf", "gguf/harbour.gguf"),
    ("go-mod", "go_mod", "src/harbour/go.mod", "go_mod/go.mod"),
    ("jdk-release", "jdk_release", "opt/java/release", "jdk_release/temurin"),
    ("kernel-module", "kernel_module", f"{_MODULES}/harbour-net.ko", "kernel_module/harbour-net.ko"),
    ("pacman", "pacman", "var/lib/pacman/local/harbour-1:2.4-1/desc", "pacman/desc"),
    ("pacman-file", "pkginfo", test_pkginfo.ARCH, "pacman/harbour-2.4-1-any.pkg.tar.zst"),
    ("pdm-lock", "pdm_lock", "app/pdm.lock", "pdm_lock/pdm.lock"),
    ("pipfile-lock", "pipfile_lock", "app/Pipfile.lock", "pipfile_lock/Pipfile.lock"),
    ("poetry-lock", "poetry_lock", "app/poetry.lock", "poetry_lock/poetry.lock"),
    ("pom-xml", "pom_xml", "app/pom.xml", "pom_xml/pom.xml"),
    ("pylock", "pylock", "app/pylock.toml", "pylock/pylock.toml"),
    ("requirements", "requirements", "app/requirements.txt", "requirements/requirements.txt"),
    ("rpm-file", "rpm_file", "srv/harbour-2.4-1.noarch.rpm", "rpm_file/harbour.rpm"),
    ("safetensors", "safetensors", "models/harbour.safetensors", "safetensors/harbour.safetensors"),
    ("snap-file", "snap", "var/lib/snapd/snaps/harbour_42.snap", "snap/harbour.snap"),
    ("uv-lock", "uv_lock", "app/uv.lock", "uv_lock/uv.lock"),
    ("uv-script", "uv_lock", "srv/harbour.py.lock", "uv_lock/harbour.py.lock"),
)


def _on_disk() -> Iterator[Fixture]:
    for name, cataloguer, path, file in _ON_DISK:
        yield _one(name, cataloguer, path, _read(file))
    for name, path in (
        ("Packages.little-endian", "var/lib/rpm/Packages"),
        ("rpmdb.sqlite", "usr/lib/sysimage/rpm/rpmdb.sqlite"),
    ):
        yield _one(f"rpm-{name}", "rpm", path, gzip.decompress(_read(f"rpm/{name}.gz")))
    yield _one("nested-dpkg", "nested_roots", "srv/chroot/var/lib/dpkg/status", _read("dpkg/status"))
    yield _one("nested-dpkg-elsewhere", "nested_roots", "opt/port/lib/dpkg/status", _read("dpkg/status"))
    stanza = "Package: harbour\nVersion: 2.4-1\n"
    yield _one("nested-distroless", "nested_roots", "srv/root/var/lib/dpkg/status.d/harbour", stanza)
    yield _one("nested-apk", "nested_roots", f"srv/root/{test_apk.INSTALLED}", test_apk.MUSL)
    yield _one("nested-rpm-manifest", "nested_roots", f"srv/root/{test_rpm_manifest.PATH}", test_rpm_manifest.OPENSSL)
    for document in sorted((_HERE / "sbom" / "documents").glob("*.*")):
        ending = {"json": ".cdx.json", "xml": ".cdx.xml", "spdx": ".spdx"}.get(document.name.rpartition(".")[2], "")
        if ".cdx." in document.name or ".spdx" in document.name:
            yield _one(f"sbom-{document.name}", "sbom_file", f"srv/{document.name}", document.read_bytes())
        elif document.name.startswith("syft") and "github" not in document.name and ending:
            yield _one(f"sbom-{document.name}", "sbom_file", f"srv/{document.stem}.syft.json", document.read_bytes())


_LOCKS = (
    ("bun-lock", "bun_lock", "app/bun.lock", "bun.lock"),
    ("bun-lockb", "bun_lockb", "app/bun.lockb", "bun.v3.lockb"),
    ("bun-lockb-2", "bun_lockb", "app/bun.lockb", "bun.v2.lockb"),
    ("bundler", "bundler", "app/Gemfile.lock", "Gemfile.lock"),
    ("bundler-next", "bundler", "app/Gemfile.next.lock", "Gemfile.lock"),
    ("cabal-freeze", "hackage", "app/cabal.project.freeze", "cabal.project.freeze"),
    ("cocoapods", "cocoapods", "app/Podfile.lock", "Podfile.lock"),
    ("composer-lock", "composer", test_composer.LOCK, "composer.lock"),
    ("composer-installed", "composer", test_composer.INSTALLED, "installed.json"),
    ("composer-php", "composer_php", "app/vendor/composer/installed.php", "installed.php"),
    ("cpan-snapshot", "cpan", "app/cpanfile.snapshot", "cpanfile.snapshot"),
    ("cpan-meta", "cpan", "usr/local/lib/perl5/.meta/Quay-Mast-2.10/install.json", "cpanm.install.json"),
    ("cpan-perllocal", "cpan", "usr/local/lib/perl5/perllocal.pod", "perllocal.pod"),
    ("deno-lock-2", "deno_lock", "app/deno.lock", "deno.v2.lock"),
    ("deno-lock-5", "deno_lock", "app/deno.lock", "deno.v5.lock"),
    ("ghc-package", "ghc_package", test_ghc_package.PATH, "mast.conf"),
    ("julia-manifest-1", "julia", "app/Manifest.toml", "Manifest.v1.toml"),
    ("julia-manifest-2", "julia", "app/Manifest.toml", "Manifest.v2.toml"),
    ("julia-project", "julia", "root/.julia/packages/Mast/a1b2C/Project.toml", "Project.toml"),
    ("luarocks-lock", "luarocks", "app/luarocks.lock", "luarocks.lock"),
    ("luarocks-manifest", "luarocks", f"{test_luarocks.TREE}/manifest", "luarocks.manifest"),
    ("luarocks-rockspec", "luarocks", test_luarocks.MAST, "mast-2.1-1.rockspec"),
    ("mix-lock", "mix_lock", "app/mix.lock", "mix.lock"),
    ("npm-lock-1", "npm_lock", "app/package-lock.json", "package-lock.v1.json"),
    ("npm-lock-2", "npm_lock", "app/package-lock.json", "package-lock.v2.json"),
    ("npm-lock-3", "npm_lock", "app/package-lock.json", "package-lock.v3.json"),
    ("opam-locked", "opam", "app/ship.opam.locked", "ship.opam.locked"),
    ("opam-switch", "opam", test_opam.MAST, "mast.opam"),
    ("otp-app", "otp_app", test_otp_app.PATH, "quay.app"),
    ("pear", "pear", test_pear.PATH, "quay_mast.reg"),
    ("pnpm-lock-5", "pnpm_lock", "app/pnpm-lock.yaml", "pnpm-lock.5.4.yaml"),
    ("pnpm-lock-6", "pnpm_lock", "app/pnpm-lock.yaml", "pnpm-lock.6.0.yaml"),
    ("pnpm-lock-9", "pnpm_lock", "app/pnpm-lock.yaml", "pnpm-lock.9.0.yaml"),
    ("pub", "pub", "app/pubspec.lock", "pubspec.lock"),
    ("r-package", "cran", test_cran.PATH, "mast.DESCRIPTION"),
    ("rebar-lock", "rebar_lock", "app/rebar.lock", "rebar.lock"),
    ("renv", "renv", "app/renv.lock", "renv.lock"),
    ("stack-lock", "hackage", "app/stack.yaml.lock", "stack.yaml.lock"),
    ("stack-yaml", "hackage", "app/stack.yaml", "stack.yaml"),
    ("swift-1", "swift", "app/Package.resolved", "Package.v1.resolved"),
    ("swift-2", "swift", "app/Package.resolved", "Package.v2.resolved"),
    ("swift-hidden", "swift", "app/.package.resolved", "Package.v2.resolved"),
    ("yarn-1", "yarn_lock", "app/yarn.lock", "yarn.v1.lock"),
    ("yarn-3", "yarn_lock", "app/yarn.lock", "yarn.v6.lock"),
    ("yarn-4", "yarn_lock", "app/yarn.lock", "yarn.v10.lock"),
)


def _lock_files() -> Iterator[Fixture]:
    for name, cataloguer, path, file in _LOCKS:
        yield _one(name, cataloguer, path, _read(f"lock_files/{file}"))


def _installed() -> Iterator[Fixture]:
    yield _one("apk", "apk", test_apk.INSTALLED, test_apk.MUSL)
    yield _one("apk-file", "pkginfo", "srv/musl-utils-1.2.4-r2.apk", test_pkginfo.apk())
    yield _one("bitnami", "bitnami", test_bitnami.PATH, test_bitnami.TEXT)
    yield _one("content-manifests", "content_manifests", test_content_manifests.NEW, '{"content_sets": ["rhel-9"]}')
    yield _one("dotnet-deps", "dotnet_deps", test_dotnet_deps.PATH, test_dotnet_deps.TEXT)
    yield _one("dotnet-deps-2", "dotnet_deps", test_dotnet_deps.PATH, _read("lock_files/Harbour.deps.json"))
    yield _one("gem", "gem", test_gem.PATH, test_gem.INSTALLED)
    keg = {f"{test_homebrew.KEG}/INSTALL_RECEIPT.json": test_homebrew.RECEIPT}
    yield Fixture("homebrew", "homebrew", keg | {f"{test_homebrew.KEG}/.brew/openssl@3.rb": test_homebrew.FORMULA})
    yield _one("ipk-file", "ipk_file", test_ipk_file.PATH, test_ipk_file.ipk())
    said = test_java.pom("org.apache.logging.log4j", "log4j-core", "2.14.1")
    log4j = test_java.zipped({test_java.MANIFEST: "Manifest-Version: 1.0\r\n\r\n", **said})
    yield _one("java", "java", "app/lib/log4j-core-2.14.1.jar", log4j)
    zipped = test_java.zipped({"lib/log4j-core-2.14.1.jar": log4j})
    yield _one("java-in-zip", "java", "srv/release.zip", zipped)
    yield _one("nix", "nix", f"nix/store/{test_nix.HASH}-harbour-2.4.1/bin/harbour", "#!/bin/sh\n")
    yield _one("npm", "npm", "app/node_modules/left-pad/package.json", '{"name": "left-pad", "version": "1.3.0"}')
    yield _one("opkg", "opkg", test_opkg.STATUS, test_opkg.INSTALLED)
    yield _one("os-release", "os_release", "etc/os-release", test_os_release.DEBIAN)
    yield _one("portage", "portage", f"{test_portage.FOLDER}/CONTENTS", test_portage.CONTENTS)
    yield _one("python", "python", test_python.PATH, test_python.JINJA)
    yield _one(
        "python-egg", "python", "usr/lib/python3/site-packages/a.egg", test_python.egg(test_python.JINJA.encode())
    )
    yield _one("python-record", "python_record", f"{test_python.SITE}x-1.dist-info/RECORD", "x.so,,\n")
    yield _one("python-venv", "python_venv", test_python_venv.PATH, test_python_venv.TEXT)
    yield _one("rpm-manifest", "rpm_manifest", test_rpm_manifest.PATH, test_rpm_manifest.OPENSSL)
    yield _one("sbom-bitnami", "sbom_file", "opt/bitnami/redis/.spdx-redis.spdx", json.dumps(test_sbom_file.BITNAMI))
    yield _one("sbom-wolfi", "sbom_file", "var/lib/db/sbom/curl.spdx.json", json.dumps(test_sbom_file.WOLFI))
    yield _one("sbom-bom.json", "sbom_file", "app/bom.json", _read("sbom/documents/npm.cdx.json"))
    yield _one("snap", "snap", test_snap.PATH, test_snap.YAML)
    yield _one("swipl-pack", "swipl_pack", test_swipl_pack.PATH, test_swipl_pack.TEXT)
    yield _one("ubuntu-pro", "ubuntu_pro", test_ubuntu_pro.PATH, json.dumps(test_ubuntu_pro.STATUS))
    yield _one("vcpkg", "vcpkg", test_vcpkg.PATH, test_vcpkg.STATUS)
    yield _one("wordpress", "wordpress", test_wordpress.CORE, test_wordpress.CORE_TEXT)
    yield _one("wordpress-plugin", "wordpress", test_wordpress.PLUGIN, test_wordpress.PLUGIN_TEXT)
    yield _one("wordpress-theme", "wordpress", test_wordpress.THEME, test_wordpress.THEME_TEXT)


def _declared() -> Iterator[Fixture]:
    yield _one(
        "apk-repositories", "apk_repositories", "etc/apk/repositories", "https://example.org/alpine/v3.19/main\n"
    )
    yield _one("conan-info", "conan", "app/conaninfo.txt", test_conan.FIRST_INFO)
    yield _one("conan-file", "conan", "app/conanfile.txt", test_conan.FILE)
    yield _one("conan-lock-1", "conan", "app/conan.lock", test_conan.FIRST)
    yield _one("conda-environment", "conda_environment", test_conda_environment.PATH, test_conda_environment.TEXT)
    yield _one("conda-lock", "conda_environment", test_conda_environment.LOCK, _read("lock_files/conda-lock.yml"))
    yield _one("gem-source", "gem", "app/rack.gemspec", test_gem.INSTALLED)
    yield _one("github-actions", "github_actions", test_github_actions.PATH, test_github_actions.TEXT)
    yield _one("gradle-lock", "gradle_lock", test_gradle_lock.PATH, test_gradle_lock.TEXT)
    yield _one("nuget-assets", "nuget", test_nuget.ASSETS, _read("lock_files/project.assets.json"))
    yield _one("nuget-config", "nuget", test_nuget.CONFIG, test_nuget.CONFIGURED)
    yield _one("nuget-lock", "nuget", test_nuget.LOCK, _read("lock_files/packages.lock.json"))
    yield _one("opam-source", "opam", "src/opam", 'opam-version: "2.0"\nname: "mast"\nversion: "2.1.0"\n')
    yield _one("pub-manifest", "pub", "app/pubspec.yaml", test_pub.MANIFEST)
    yield _one("setup-py", "setup_py", test_setup_py.PATH, test_setup_py.TEXT)
    yield _one("terraform-lock", "terraform_lock", test_terraform_lock.PATH, test_terraform_lock.TEXT)
    yield _one("vcpkg-manifest", "vcpkg", "app/vcpkg.json", test_vcpkg.MANIFEST)


def _programs() -> Iterator[Fixture]:
    fleet = elf({b".text": b"code", b".go.buildinfo": _read("go_binary/fleet.buildinfo")})
    yield _one("go-binary", "go_binary", "usr/bin/fleet", fleet)
    yield _one("graalvm-native", "graalvm_native", test_graalvm_native.PATH, test_graalvm_native.fixture())
    yield _one("kernel", "kernel", "boot/vmlinuz-6.1.0-18-amd64", test_kernel.bz_image())
    harbour = elf({b".text": b"code", b".dep-v0": test_rust_binary.HARBOUR})
    yield _one("rust-binary", "rust_binary", "usr/bin/harbour", harbour)
