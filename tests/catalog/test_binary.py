"""Programs and libraries that no package manager installed, by cuttings of real ones (``real_binaries.py``)."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.hostile import survives
from catalog.memory_file import memory_file
from catalog.programs import ADDRESS, elf, macho, pe
from catalog.real_binaries import CUTTINGS, SPARSE, Cutting, cuttings, joined, sparse
from pratique import plugins
from pratique.catalog.binary import CATALOGUER, parse
from pratique.model import Package

CUT, OF_GO = cuttings(CUTTINGS), cuttings(SPARSE)
BUILD_INFO = (Path(__file__).parent / "go_binary" / "fleet.buildinfo").read_bytes()
MIB = 1 << 20
PATHS = sorted({cutting.path for cutting in CUT})
WITHIN = {"nginx": ("openssl",)}  # says which one it was linked with
BARE = {"envoy", "musl", "sqlite", "wget", "xz", "zstd"}  # nothing but the file's name says what the version is of


def found(path: str, data: bytes) -> list[tuple[str, str]]:
    return [(package.name, package.version) for package in parse(memory_file(path, data))]


def label(cutting: Cutting) -> str:
    return f"{cutting.source}-{cutting.path}"


# --- real programs


@pytest.mark.parametrize("cutting", CUT, ids=label)
def test_a_cutting_of_a_real_program_tells_what_the_program_does(cutting: Cutting) -> None:
    assert (cutting.product, cutting.version) in found(cutting.path, joined(cutting.pieces))


@pytest.mark.parametrize("cutting", CUT, ids=label)
def test_the_text_of_one_product_is_not_that_of_another(cutting: Cutting) -> None:
    data = joined(cutting.pieces)
    products = {name for path in PATHS for name, _ in found(path, data)}
    assert products - {cutting.product} - set(WITHIN.get(cutting.product, ())) <= BARE


@pytest.mark.parametrize("cutting", OF_GO, ids=label)
def test_what_is_read_of_a_real_go_program_tells_its_release(cutting: Cutting) -> None:
    assert found(cutting.path, sparse(cutting)) == [(cutting.product, cutting.version)]


def test_there_are_cuttings_of_more_than_thirty_products() -> None:
    assert len({cutting.product for cutting in (*CUT, *OF_GO)}) > 30


def test_a_package_is_named_as_nvd_and_the_purl_specification_do() -> None:
    nginx = next(one for one in CUT if one.product == "nginx")
    (package,) = parse(memory_file("usr/local/sbin/nginx", joined(nginx.pieces)))
    assert package == Package(
        type="generic",
        name="nginx",
        version=nginx.version,
        path="usr/local/sbin/nginx",
        cpe=f"cpe:2.3:a:f5:nginx:{nginx.version}:*:*:*:*:*:*:*",
    )
    caddy = next(one for one in OF_GO if one.path.endswith("/caddy"))
    (package,) = parse(memory_file("usr/bin/caddy", sparse(caddy)))
    assert isinstance(package, Package)
    assert (package.type, package.namespace, package.name) == ("golang", "github.com/caddyserver/caddy", "v2")
    assert package.cpe == f"cpe:2.3:a:caddyserver:caddy:{caddy.version.removeprefix('v')}:*:*:*:*:*:*:*"


# --- names


def classifiers() -> Iterator[tuple[str, str]]:
    for bound in plugins.load("pratique.catalog.binaries", "CLASSIFIERS").values():
        for one in bound:
            for pattern in one.files:
                yield one.name, pattern


@pytest.mark.parametrize(("name", "pattern"), list(classifiers()))
def test_a_file_s_pattern_begins_with_the_letters_of_all_names_that_it_matches(name: str, pattern: str) -> None:
    letters = re.match("[A-Za-z]*", pattern)
    assert letters is not None
    rest = pattern[letters.end() :]
    assert not rest.startswith(("?", "*", "{", "|")), "the last letter may be absent"
    group = re.match(r"\((?:\?:|\?P<\w+>)(.*)", rest)
    assert group is None or not re.search(r"(?:^|\|)[A-Za-z]", group[1].split(")")[0]), "more letters may follow"


@pytest.mark.parametrize(
    ("path", "product"),
    [
        ("usr/bin/python3.11", "python"),
        ("usr/lib/libpython3.11.so.1.0", "python"),
        ("opt/bin/PYTHON3.11.EXE", "python"),
    ],
)
def test_the_release_in_the_file_s_name_is_asked_for(path: str, product: str) -> None:
    data = b"\0003.12.1\0zlib\0003.11.9\0"
    assert found(path, data) == [(product, "3.11.9")]


@pytest.mark.parametrize(
    "path",
    [
        "usr/bin/python3.11-config",
        "usr/bin/nginx-helper",
        "usr/lib/libpython3.so",
        "etc/nginx/nginx.conf",
        "x",
        "",
        "1",
    ],
)
def test_a_file_of_another_name_is_not_searched(path: str) -> None:
    every = b"\0".join(joined(cutting.pieces) for cutting in CUT)
    assert found(path, every) == []


def test_a_program_of_a_known_name_without_a_version_is_passed_over() -> None:
    assert found("bin/nginx", b"\x7fELF" + bytes(5000)) == []
    assert found("bin/nginx", b"nginx version: %s\0nginx version: nginx/\0") == []


def test_busybox_is_found_by_the_name_that_its_image_gives_it() -> None:
    cutting = next(one for one in CUT if one.product == "busybox")
    assert found("bin/[", joined(cutting.pieces)) == [("busybox", cutting.version)]
    assert found("usr/bin/[", b"\x7fELF" + bytes(100) + b"test (GNU coreutils) 9.1\0") == []


def test_texts_that_are_no_programs_are_claimed_by_name() -> None:
    assert found("usr/local/go/VERSION", b"go1.22.3\ntime 2024-05-01T19:49:47Z\n") == [("go", "1.22.3")]
    assert found("opt/app/VERSION", b"1.22.3\n") == []
    assert {"OTP_VERSION", "VERSION", "elixir", "rabbit.app"} <= set(CATALOGUER.claim.names)


# --- searching


NGINX = b"\0nginx version: nginx/1.25.3\0"


@settings(max_examples=40)
@given(st.integers(-300, 300), st.integers(1, 2))
def test_a_text_is_found_wherever_it_stands(offset: int, pieces: int) -> None:
    data = bytes(pieces * MIB + offset) + NGINX + bytes(1000)
    assert found("bin/nginx", data) == [("nginx", "1.25.3")]


@pytest.mark.parametrize("end", range(3))
def test_a_version_at_the_file_s_end_is_not_cut_short(end: int) -> None:
    data = bytes(MIB - len(NGINX) + 1) + NGINX[: len(NGINX) - end]
    assert found("bin/nginx", data) == ([("nginx", "1.25.3")] if end == 0 else [])


@pytest.mark.parametrize(
    "data",
    [elf({b".text": bytes(50), b".rodata": NGINX}), pe({b".rdata": NGINX}), macho({b"__cstring": NGINX})],
    ids=["ELF", "PE", "Mach-O"],
)
def test_texts_of_each_kind_of_program_are_searched_first(data: bytes) -> None:
    other = b"nginx version: nginx/0.0.1\0"
    assert found("bin/nginx", data + other) == [("nginx", "1.25.3")]


def test_a_version_that_nothing_names_counts_only_where_it_is_the_only_one() -> None:
    assert found("bin/envoy", b"\0001.30.1\0x\0001.30.1\0") == [("envoy", "1.30.1")]
    assert found("bin/envoy", b"\0001.30.1\0x\0001.31.0\0") == []


def test_a_version_whose_end_cannot_be_seen_is_the_longest_that_stands_alone() -> None:
    build = b"\0valkey9.1.22036e910ab2c-1792600138000000000000\0"
    assert found("bin/valkey-server", build + b"\0009.1.2\0") == [("valkey", "9.1.2")]
    assert found("bin/valkey-server", build + b"\0009.1.22\0009.1.2\0") == [("valkey", "9.1.22")]
    assert found("bin/valkey-server", build) == [("valkey", "9.1.2")]  # by the container's name of twelve digits
    assert found("bin/valkey-server", build.replace(b"2036e910ab2c", b"912196-d8565")) == []


def test_oracle_s_java_is_not_openjdk() -> None:
    assert found("bin/java", b"\0java\x001.8\x001.8.0_451-b10\0") == [("jdk", "1.8.0_451")]
    assert found("bin/java", b"\0openjdk\0java\x001.8\x001.8.0_352-b08\0") == [("openjdk", "1.8.0_352")]
    assert found("bin/java", b"\0openjdk\0java\x000.0\x0017.0.3+7-jvmci-22.1-b06\0") == [("graalvm", "17.0.3")]


def test_openresty_is_told_with_the_nginx_in_it() -> None:
    data = b"\0nginx version: openresty/1.21.4.3\0"
    assert found("bin/nginx", data) == [("nginx", "1.21.4"), ("openresty", "1.21.4.3")]


# --- Go


def go_program(strings: bytes = b"", *, pie: bool = False) -> bytes:
    """A program with the build information of a real one, whose main module is ``(devel)``, and variables of strings in
    ``.data``; ``strings`` are parted by spaces."""
    texts = strings.split()
    text = b"\0" * 16 + b"".join(texts)
    start = ADDRESS + len(elf({b".go.buildinfo": BUILD_INFO, b".text": b""}, named=False)) + 64
    start -= start % 16
    probe = elf({b".go.buildinfo": BUILD_INFO, b".text": text})
    start = ADDRESS + probe.index(text) + 16
    pairs, relocations = b"", b""
    for one in texts:
        pairs += struct.pack("<QQ", 0 if pie else start, len(one))
        start += len(one)
    sections = {b".go.buildinfo": BUILD_INFO, b".text": text, b".data": pairs}
    if pie:
        at = ADDRESS + elf(sections).index(pairs, probe.index(text) + len(text))
        for number in range(len(texts)):
            pointer = ADDRESS + probe.index(text) + 16 + len(b"".join(texts[:number]))
            relocations += struct.pack("<QQQ", at + 16 * number, 8, pointer)
        sections[b".rela.dyn"] = relocations
    return elf(sections)


@pytest.mark.parametrize("pie", [False, True])
def test_a_release_stands_in_a_variable_of_a_go_program(pie: bool) -> None:
    data = go_program(b"go1.22.1 v3.14.2 1.7.24+unknown", pie=pie)
    (package,) = parse(memory_file("usr/local/bin/helm", data))
    assert (package.type, package.name, package.version) == ("generic", "helm", "3.14.2")  # its module is another one


def test_of_several_releases_none_is_chosen() -> None:
    assert found("bin/helm", go_program(b"v3.14.2 v3.13.0")) == []
    assert found("bin/helm", go_program(b"v3.14.2 v3.14.2")) == [("helm", "3.14.2")]


def test_a_variable_that_nobody_filled_is_no_release() -> None:
    assert found("bin/containerd", go_program(b"1.0.0 1.7.2")) == [("containerd", "1.7.2")]
    assert found("bin/containerd", go_program(b"1.0.0 0.0.0")) == []


def test_a_program_that_go_did_not_build_is_no_release() -> None:
    assert found("bin/helm", elf({b".rodata": b"v3.14.2\0"})) == []


# --- hostile input


def test_a_file_full_of_marks_is_given_up() -> None:
    assert found("bin/nginx", b"nginx version: " * 30_000 + NGINX) == []


@pytest.mark.parametrize("cutting", CUT[::8], ids=label)
def test_no_bytes_break_it(cutting: Cutting) -> None:
    data = joined(cutting.pieces)
    for at in range(0, len(data), 16):
        survives(CATALOGUER, cutting.path, data[:at])
        survives(CATALOGUER, cutting.path, data[:at] + b"\xff" + data[at + 1 :])


@settings(max_examples=60)
@given(st.binary(max_size=400), st.sampled_from([*PATHS, "bin/helm", "bin/kubectl"]))
def test_random_bytes_break_nothing(data: bytes, path: str) -> None:
    survives(CATALOGUER, path, b"\x7fELF\2\1\1" + data)
