"""Every cataloguer's name, version and claim: made from the folder, and tested equal to it.

Reading it takes the place of importing all cataloguers where the cache has every layer of an image.
``scripts/index_claims.py`` writes it.
"""

from pratique.plugins import Claim, Claimant

CLAIMANTS = (
    Claimant("apk", 1, Claim(paths=("lib/apk/db/installed", "usr/lib/apk/db/installed")), blocking=True),
    Claimant("apk-repositories", 1, Claim(paths=("etc/apk/repositories",))),
    Claimant("conda", 1, Claim(below=(("conda-meta", 0, ".json"),))),
    Claimant(
        "content-manifests",
        1,
        Claim(
            paths=("usr/share/buildinfo/content-sets.json", "root/buildinfo/content-sets.json"),
            folders=(("root/buildinfo/content_manifests", ".json"), ("usr/share/buildinfo/content_manifests", ".json")),
        ),
    ),
    Claimant("dpkg", 3, Claim(paths=("var/lib/dpkg/status",), folders=(("var/lib/dpkg/status.d", ""),)), blocking=True),
    Claimant("dpkg-owns", 1, Claim(folders=(("var/lib/dpkg/info", ".list"), ("var/lib/dpkg/status.d", ".md5sums")))),
    Claimant("flatpak", 1, Claim(below=(("flatpak/app", 4, "deploy"), ("flatpak/runtime", 4, "deploy")))),
    Claimant("gem", 1, Claim(suffixes=(".gemspec",))),
    Claimant("go-binary", 4, Claim(executables=True)),
    Claimant("homebrew", 1, Claim(names=("INSTALL_RECEIPT.json",), below=(("Cellar", 3, ".rb"),))),
    Claimant(
        "java",
        2,
        Claim(suffixes=(".jar", ".war", ".ear", ".rar", ".sar", ".par", ".nar", ".kar", ".hpi", ".jpi", ".lpkg")),
    ),
    Claimant("npm", 2, Claim(names=("package.json",))),
    Claimant(
        "opkg",
        1,
        Claim(below=(("lib/opkg", 0, "status"), ("lib/opkg/info", 0, ".control"), ("lib/opkg/info", 0, ".list"))),
        blocking=True,
    ),
    Claimant(
        "os-release",
        1,
        Claim(
            paths=(
                "etc/os-release",
                "usr/lib/os-release",
                "etc/initrd-release",
                "usr/lib/initrd-release",
                "etc/lsb-release",
                "etc/alpine-release",
                "etc/oracle-release",
                "etc/centos-release",
                "etc/almalinux-release",
                "etc/rocky-release",
                "etc/fedora-release",
                "etc/photon-release",
                "etc/mariner-release",
                "etc/azurelinux-release",
                "etc/SuSE-release",
                "etc/redhat-release",
                "etc/system-release",
                "etc/debian_version",
            ),
            folders=(("usr/lib/os.release.d", ""),),
        ),
        blocking=True,
    ),
    Claimant(
        "pacman",
        1,
        Claim(below=(("var/lib/pacman/local", 1, "desc"), ("var/lib/pacman/local", 1, "files"))),
        blocking=True,
    ),
    Claimant("portage", 1, Claim(below=(("var/db/pkg", 2, "CONTENTS"), ("var/db/pkg", 2, "LICENSE"))), blocking=True),
    Claimant("python", 1, Claim(names=("METADATA", "PKG-INFO"), suffixes=(".egg-info", ".egg"))),
    Claimant("python-record", 1, Claim(names=("RECORD",))),
    Claimant(
        "rpm",
        1,
        Claim(
            paths=(
                "var/lib/rpm/Packages",
                "var/lib/rpm/Packages.db",
                "var/lib/rpm/rpmdb.sqlite",
                "var/lib/rpm/rpmdb.sqlite-wal",
                "usr/lib/sysimage/rpm/Packages",
                "usr/lib/sysimage/rpm/Packages.db",
                "usr/lib/sysimage/rpm/rpmdb.sqlite",
                "usr/lib/sysimage/rpm/rpmdb.sqlite-wal",
                "usr/share/rpm/Packages",
                "usr/share/rpm/Packages.db",
                "usr/share/rpm/rpmdb.sqlite",
                "usr/share/rpm/rpmdb.sqlite-wal",
            )
        ),
        blocking=True,
    ),
    Claimant("rpm-manifest", 1, Claim(paths=("var/lib/rpmmanifest/container-manifest-2",)), blocking=True),
    Claimant("rust-binary", 1, Claim(executables=True)),
    Claimant("ubuntu-pro", 1, Claim(paths=("var/lib/ubuntu-advantage/status.json",))),
)
