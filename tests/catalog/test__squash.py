"""Layers on one another, against an oracle that really lays files down in a folder of a dict."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from images import Member, blob_layer, file, folder, gzip_bytes, hardlink, layer, opaque, symlink, whiteout
from pratique.catalog._hashes import name_hashes
from pratique.catalog._pass import read_layer
from pratique.catalog._squash import squash
from pratique.errors import Unreadable
from pratique.image.layer import LayerReader
from pratique.limits import DEFAULT
from pratique.model import Channel, Distro, Fact, Functions, Inventory, LayerFacts, Licence, Owns, Package, Problem
from pratique.plugins import Cataloguer, Claim, File


def packages(file: File) -> Iterator[Fact]:
    for line in file.read().decode().splitlines():
        kind, name, version = line.split(" ")
        yield Package(kind, name, version, path=file.path)


def releases(file: File) -> Iterator[Fact]:
    yield Distro(file.read().decode().strip(), path=file.path)


def lists(file: File) -> Iterator[Fact]:
    yield Owns(file.path.rpartition("/")[2].removesuffix(".list"), tuple(file.read().decode().split()))


def programs(file: File) -> Iterator[Fact]:
    yield Functions(file.path, file.read())
    yield Channel("apk", file.read().decode(), file.path)


def bad(file: File) -> Iterator[Fact]:
    raise Unreadable("corrupt")


CATALOGUERS = (
    Cataloguer("packages", 1, Claim(suffixes=(".pkg",), paths=("var/lib/dpkg/status",)), packages),
    Cataloguer("releases", 1, Claim(names=("os-release",), paths=("etc/debian_version",)), releases),
    Cataloguer("lists", 1, Claim(suffixes=(".list",)), lists),
    Cataloguer("programs", 1, Claim(suffixes=(".go",)), programs),
    Cataloguer("bad", 1, Claim(suffixes=(".bad",)), bad, blocking=True),
)


def read(*members: Member) -> LayerFacts:
    blob = gzip_bytes(layer(*members))
    return read_layer(lambda: LayerReader(blob_layer(blob), DEFAULT), CATALOGUERS, DEFAULT)


def laid(*layers: LayerFacts | None) -> dict[str, tuple[str, int]]:
    """Version and layer by path, for files with one package each."""
    return {one.path: (one.version, one.layer) for one in squash(layers).packages}


def pkg(path: str, version: str = "1") -> Member:
    return file(path, f"npm {path.replace('/', '-')} {version}")


@pytest.mark.parametrize(
    ("upper", "left"),
    [
        ((whiteout("a/x.pkg"),), {"a/y.pkg", "b.pkg"}),
        ((whiteout("a"),), {"b.pkg"}),
        ((opaque("a"),), {"b.pkg"}),
        ((opaque("a"), pkg("a/z.pkg")), {"a/z.pkg", "b.pkg"}),
        ((pkg("a/z.pkg"), opaque("a")), {"a/z.pkg", "b.pkg"}),
        ((file(".wh..wh..opq"),), set()),
        ((symlink("a", "elsewhere"),), {"b.pkg"}),
        ((file("a"),), {"b.pkg"}),
        ((symlink("b.pkg", "c"),), {"a/x.pkg", "a/y.pkg"}),
        ((folder("b.pkg"),), {"a/x.pkg", "a/y.pkg"}),
        ((folder("b.pkg"), pkg("b.pkg/c.pkg")), {"a/x.pkg", "a/y.pkg", "b.pkg/c.pkg"}),
        ((folder("a"),), {"a/x.pkg", "a/y.pkg", "b.pkg"}),
        ((file("b.pkg"),), {"a/x.pkg", "a/y.pkg"}),
        ((whiteout("a"), folder("a"), pkg("a/x.pkg")), {"a/x.pkg", "b.pkg"}),
        ((whiteout("nothing"), opaque("nowhere")), {"a/x.pkg", "a/y.pkg", "b.pkg"}),
        ((whiteout("a/x"), opaque("a/x.p")), {"a/x.pkg", "a/y.pkg", "b.pkg"}),
    ],
)
def test_what_a_layer_hides(upper: tuple[Member, ...], left: set[str]) -> None:
    base = read(pkg("a/x.pkg"), pkg("a/y.pkg"), pkg("b.pkg"))
    assert set(laid(base, read(*upper))) == left


def test_a_package_belongs_to_the_layer_since_which_it_is_there_unchanged() -> None:
    def status(*lines: str) -> Member:
        return file("var/lib/dpkg/status", "\n".join(lines))

    found = squash(
        (
            read(status("deb a 1", "deb b 1", "deb c 1")),
            read(status("deb a 1", "deb b 2", "deb d 1", "deb c 1")),
            read(whiteout("var/lib/dpkg/status")),
            read(status("deb a 1", "deb b 2", "deb d 1")),
            read(status("deb a 1", "deb b 1", "deb d 1")),
        )
    )
    assert {(one.name, one.version, one.layer) for one in found.packages} == {
        ("a", "1", 3),
        ("b", "1", 4),
        ("d", "1", 3),
    }
    found = squash(
        (read(status("deb a 1", "deb b 1")), read(status("deb a 1", "deb b 2")), read(status("deb a 1", "deb b 2")))
    )
    assert {(one.name, one.version, one.layer) for one in found.packages} == {("a", "1", 0), ("b", "2", 1)}


def test_a_copied_up_file_keeps_its_layer() -> None:
    assert laid(read(pkg("a.pkg")), read(pkg("a.pkg"))) == {"a.pkg": ("1", 0)}
    assert laid(read(pkg("a.pkg")), read(pkg("a.pkg", "2"))) == {"a.pkg": ("2", 1)}


def test_hard_links_to_lower_layers() -> None:
    base = read(pkg("a.pkg"))
    assert laid(base, read(hardlink("b.pkg", "a.pkg"))) == {"a.pkg": ("1", 0), "b.pkg": ("1", 1)}
    found = squash((base, read(hardlink("b.pkg", "a.pkg")), read(whiteout("a.pkg"))))
    assert [(one.path, one.layer) for one in found.packages] == [("b.pkg", 1)]
    assert found.problems == ()


def test_a_hard_link_to_nothing_is_a_problem() -> None:
    found = squash((read(pkg("a.pkg")), read(hardlink("b.pkg", "data"))))
    assert [(one.where, one.layer) for one in found.problems] == [("b.pkg", 1)]


@pytest.mark.parametrize(
    ("files", "best"),
    [
        (("etc/os-release", "usr/lib/os-release"), "etc/os-release"),
        (("usr/lib/os-release", "etc/debian_version"), "usr/lib/os-release"),
        (("etc/debian_version",), "etc/debian_version"),
        (("opt/os-release", "etc/debian_version"), "etc/debian_version"),
        (("opt/os-release",), "opt/os-release"),
    ],
)
def test_the_best_os_release(files: tuple[str, ...], best: str) -> None:
    distro = squash((read(*(file(path, path.replace("/", "-")) for path in files)),)).distro
    assert distro is not None
    assert distro.path == best


def test_an_os_release_that_a_later_layer_replaces() -> None:
    found = squash(
        (read(file("etc/os-release", "old")), read(symlink("etc/os-release", "x"), file("usr/lib/os-release", "new")))
    )
    assert found.distro == Distro("new", path="usr/lib/os-release")


def test_namespaces_come_from_the_distribution() -> None:
    found = squash((read(file("etc/os-release", "debian"), file("x.pkg", "deb a 1\nnpm b 1")),))
    assert [(one.name, one.namespace) for one in found.packages] == [("a", "debian"), ("b", "")]


def test_owners() -> None:
    base = read(
        file("var/lib/dpkg/status", "deb python3-six 1"),
        file("var/lib/dpkg/info/python3-six.list", "lib/six.pkg usr/lib/py/x.pkg"),
        file("var/lib/dpkg/info/gone.list", "usr/lib/gone.pkg"),
        pkg("usr/lib/six.pkg"),
        pkg("usr/lib/py/x.pkg"),
        pkg("usr/lib/gone.pkg"),
        pkg("opt/six.pkg"),
    )

    def owners(inventory: Inventory) -> dict[str, str]:
        return {one.path: one.owner for one in inventory.packages if one.type == "npm"}

    assert owners(squash((base,))) == {
        "opt/six.pkg": "",
        "usr/lib/gone.pkg": "",
        "usr/lib/py/x.pkg": "python3-six",
        "usr/lib/six.pkg": "python3-six",
    }
    over = squash((base, read(pkg("usr/lib/six.pkg", "2"), pkg("usr/lib/py/x.pkg"))))
    assert owners(over)["usr/lib/six.pkg"] == ""  # written over: the distribution's fixes are not in it
    assert owners(over)["usr/lib/py/x.pkg"] == "python3-six"
    without = squash((base, read(whiteout("var/lib/dpkg/status"))))
    assert set(owners(without).values()) == {""}


def test_problems_have_layers_and_go_with_their_file() -> None:
    broken = read(file("x.bad"), file("y.bad"))
    found = squash((broken, read(whiteout("x.bad")), None))
    assert found.problems == (Problem("y.bad", "bad: corrupt", blocking=True, layer=0),)
    assert found.layers_read == 2


def test_a_layer_that_broke_off_is_not_read() -> None:
    blob = gzip_bytes(layer(pkg("a.pkg"), file("b", b"x" * 2000))[:2000])
    part = read_layer(lambda: LayerReader(blob_layer(blob), DEFAULT), CATALOGUERS, DEFAULT)
    found = squash((read(pkg("c.pkg")), part))
    assert (found.layers_read, len(found.packages)) == (1, 2)
    assert [(one.layer, one.blocking, one.where) for one in found.problems] == [(1, True, part.digest)]


def test_two_databases_of_one_distribution_are_joined() -> None:
    found = squash(
        (
            read(file("a.pkg", "deb x 1\ndeb y 1"), file("b.pkg", "deb x 1"), pkg("c.pkg")),
            read(file("d.pkg", "deb x 1")),
        )
    )
    assert [(one.name, one.path, one.layer) for one in found.packages] == [
        ("x", "a.pkg", 0),
        ("y", "a.pkg", 0),
        ("c.pkg", "c.pkg", 0),
    ]


def test_nothing() -> None:
    assert squash(()) == squash((None,)) == Inventory()


# --- an oracle -------------------------------------------------------------------------------

PATHS = st.sampled_from(["a", "a.pkg", "a.pkg/b.pkg", "d/a.pkg", "d/b.pkg", "d/e/c.pkg", "d/e", "d"])
CHANGES = st.tuples(st.sampled_from(["file", "folder", "symlink", "whiteout", "opaque"]), PATHS, st.sampled_from("123"))


def members(changes: list[tuple[str, str, str]]) -> list[Member]:
    make = {
        "file": pkg,
        "folder": lambda path, _: folder(path),
        "symlink": lambda path, _: symlink(path, "x"),
        "whiteout": lambda path, _: whiteout(path),
        "opaque": lambda path, _: opaque(path),
    }
    return [make[what](path, version) for what, path, version in changes]


def consistent(changes: list[tuple[str, str, str]]) -> bool:
    """No path twice, and nothing below what is no folder: what tools write."""
    made = {path: what for what, path, _ in changes if what in ("file", "folder", "symlink")}
    paths = [path for what, path, _ in changes if what in ("file", "folder", "symlink")]
    below = [path for path in made if any(path.startswith(f"{other}/") and made[other] != "folder" for other in made)]
    opaques = [path for what, path, _ in changes if what == "opaque" and made.get(path, "folder") != "folder"]
    return len(paths) == len(made) and not below and not opaques


@given(st.lists(st.lists(CHANGES, max_size=5).filter(consistent), min_size=1, max_size=4))
@settings(max_examples=200, deadline=None)
def test_as_if_each_layer_were_unpacked(layers: list[list[tuple[str, str, str]]]) -> None:
    disk = dict[str, tuple[str, str]]()  # path -> (kind, version)
    for changes in layers:
        for what, path, _ in changes:  # whiteouts speak of lower layers only, so they come first
            for other in list(disk):
                if (
                    other.startswith(f"{path}/")
                    if what == "opaque"
                    else what == "whiteout" and f"{other}/".startswith(f"{path}/")
                ):
                    del disk[other]
        for what, path, version in changes:
            if what in ("whiteout", "opaque"):
                continue
            parts = path.split("/")
            for depth in range(1, len(parts)):
                above = "/".join(parts[:depth])
                if disk.get(above, ("folder",))[0] != "folder" and all(one != above for _, one, _ in changes):
                    return  # an engine refuses a file below a lower layer's file
            if what != "folder" or disk.get(path, ("",))[0] != "folder":
                for other in list(disk):
                    if other.startswith(f"{path}/") and what != "folder":
                        del disk[other]
            disk[path] = (what, version)
    expected = {path: version for path, (what, version) in disk.items() if what == "file" and path.endswith(".pkg")}
    found = {path: version for path, (version, _) in laid(*(read(*members(changes)) for changes in layers)).items()}
    assert found == expected


CPE = "cpe:2.3:a:perl:perl:5.36.0:*:*:*:*:*:*:*"
DPKG, INFO = "var/lib/dpkg/status", "var/lib/dpkg/info/perl-base.list"


def base(version: str = "1:5.36.0-7+deb12u3") -> LayerFacts:
    """A distribution's layer with perl-base, and the program that it installed."""
    facts: dict[str, tuple[Fact, ...]] = {
        DPKG: (Package("deb", "perl-base", version, path=DPKG),),
        INFO: (Owns("perl-base", ("usr/bin/perl", "usr/share/perl/yarn.lock", "usr/lib/libperl.so")),),
        "usr/bin/perl": (Package("generic", "perl", "5.36.0", cpe=CPE, path="usr/bin/perl"),),
        "usr/share/perl/yarn.lock": (Package("npm", "x", "1", path="usr/share/perl/yarn.lock", declared=True),),
        "usr/lib/libperl.so": (Package("deb", "perl", version, path="usr/lib/libperl.so", stated=True),),
    }
    return LayerFacts("sha256:0", facts, executables=("usr/bin/perl", "usr/lib/libperl.so"))


def copied(path: str = "usr/bin/perl", version: str = "5.36.0") -> LayerFacts:
    """A layer that writes the program anew."""
    package = Package("generic", "perl", version, cpe=CPE, path=path)
    return LayerFacts("sha256:1", {path: (package,)}, plain=name_hashes([path.encode()]), executables=(path,))


def names(inventory: Inventory) -> list[str]:
    return [f"{one.type} {one.name}" for one in inventory.packages]


def test_what_a_distribution_s_package_owns_is_that_package() -> None:
    found = squash((base(),))
    assert names(found) == ["deb perl-base"]
    assert (found.executables, found.strays) == (2, ())


@pytest.mark.parametrize(
    ("layer", "version", "expected"),
    [
        (copied(), "1:5.36.0-7+deb12u3", ["deb perl-base"]),
        (copied(), "5.36.0", ["deb perl-base"]),
        (copied(version="5.38.0"), "5.36.0-7", ["deb perl-base", "generic perl"]),
        (copied("opt/perl"), "5.36.0-7", ["deb perl-base", "generic perl"]),
    ],
)
def test_a_program_written_anew_is_the_distribution_s_where_it_tells_the_same_version(
    layer: LayerFacts, version: str, expected: list[str]
) -> None:
    found = squash((base(version), layer))
    assert names(found) == expected
    assert found.strays == ()


def test_an_upgrade_that_leaves_a_file_s_facts_alone_leaves_its_owner_too() -> None:
    upgraded = base("1:5.36.0-7+deb12u4")
    plain = name_hashes([path.encode() for path in upgraded.facts])
    found = squash((base(), msgspec.structs.replace(upgraded, digest="sha256:1", plain=plain)))
    assert [(one.name, one.version) for one in found.packages] == [("perl-base", "1:5.36.0-7+deb12u4")]
    assert found.strays == ()


def test_executables_that_are_hidden_or_belong_to_nobody() -> None:
    top = LayerFacts("sha256:1", removed=("usr/lib/libperl.so",), executables=("opt/x", "opt/y"))
    found = squash((base(), top))
    assert (found.executables, found.strays) == (3, ("opt/x", "opt/y"))
    emptied = LayerFacts("sha256:2", opaque=("opt",))
    assert squash((base(), top, emptied)).strays == ()


def test_licences_that_lie_beside_a_package() -> None:
    copyright_ = "usr/share/doc/perl-base/copyright"
    beside = LayerFacts("sha256:1", {copyright_: (Licence("deb", "perl-base", ("GPL-1+", "Expat", "BSD")),)})
    (found,) = squash((base(), beside)).packages
    assert found.licences == ("GPL-1.0-or-later", "MIT", "BSD")


def test_a_package_without_a_copyright_file_has_that_of_its_source() -> None:
    """libgcc-s1's documents are a link to gcc-12-base's (Debian policy, section 12.5)."""
    status = (
        Package("deb", "gcc-12-base", "12.2.0-14", source_name="gcc-12"),
        Package("deb", "libgcc-s1", "12.2.0-14", source_name="gcc-12"),
        Package("deb", "libc6", "2.36-9", source_name="glibc"),
    )
    licence = Licence("deb", "gcc-12-base", ("GPL-3",))
    facts = {"var/lib/dpkg/status": status, "usr/share/doc/gcc-12-base/copyright": (licence,)}
    found = {one.name: one.licences for one in squash((LayerFacts("sha256:0", facts),)).packages}
    assert found == {"gcc-12-base": ("GPL-3.0-only",), "libgcc-s1": ("GPL-3.0-only",), "libc6": ()}


def lost(path: str, package: Package) -> list[str]:
    """What is said where a layer takes away the file that proves the package."""
    base = LayerFacts("sha256:1", {path: (package,)})
    return [problem.what for problem in squash((base, LayerFacts("sha256:2", removed=(path,)))).problems]


def test_a_root_of_its_own_takes_its_files_with_it() -> None:
    nested, own = "build/rootfs/var/lib/dpkg/status", "var/lib/dpkg/status"
    assert lost(nested, Package("deb", "harbour", "1", path=nested)) == []
    assert len(lost(own, Package("deb", "harbour", "1", path=own))) == 1


def test_a_note_in_a_program_is_no_database() -> None:
    path = "usr/bin/harbour"
    assert lost(path, Package("rpm", "harbour", "1", path=path, stated=True)) == []


def test_functions_and_channels_come_by_their_paths_and_not_of_what_is_hidden() -> None:
    lower, upper = read(file("b.go", "1"), file("c.go", "1"), file("d.go", "1")), read(whiteout("c.go"), file("a.go"))
    both = squash((lower, upper, read(file("b.go", "2"))))
    assert [one.path for one in both.functions] == [one.path for one in both.channels] == ["a.go", "b.go", "d.go"]
    assert [one.names for one in both.functions] == [b"", b"2", b"1"]
