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


# Of products whose programs no registry carries that tests may ask: the texts in the forms that the files of official
# images have, one a generation of the product.
FORMS = (
    ("bin/node", b"node.cc\0node v0.10.48\0FATAL ERROR: %s %s\n\0", "node", "0.10.48"),
    ("bin/node", b"\0--debug-port=\0-v\0v0.12.18\0--enable-ssl2\0", "node", "0.12.18"),
    ("bin/node", b"debugger agent.\n\0v4.9.1\0moduleLoadList\0", "node", "4.9.1"),
    ("bin/bun", b"\0Bun v\0bun-1.0.0\0JavaScript runtime", "bun", "1.0.0"),
    ("bin/deno", b"-65db94feba9d4d51a09b74629f566dbc90484fbarelease/v1.29.4windowshttps://", "deno", "1.29.4"),
    ("bin/deno", b"ab286750a8c87215a9651efb11fcc620f29140051.16.4release/vdlwindows", "deno", "1.16.4"),
    ("bin/deno", b"canary/f4bed1081456089559c82441a13c4fb700840cac1.11.3dlwindows", "deno", "1.11.3"),
    ("bin/ruby", b"\0ruby 1.9.3p551 (2014-11-13 revision 48407) [x86_64-linux]\0", "ruby", "1.9.3p551"),
    ("bin/ruby", b"\0ruby 3.4.0preview1 (2024-05-16 master 9d69619623) [x86_64-linux]\0", "ruby", "3.4.0preview1"),
    (  # of the class in Composer's archive, without the comments that its compiler leaves out
        "usr/bin/composer",
        b"class Composer extends X\n{\npublic const VERSION = '2.5.5';\n public const BRANCH_ALIAS_VERSION = '';",
        "composer",
        "2.5.5",
    ),
    (
        "bin/composer.phar",
        b"class Composer\n{\nconst VERSION = '1.10.26';\nconst BRANCH_ALIAS_VERSION = '';\n",
        "composer",
        "1.10.26",
    ),
    ("bin/perl", b"\0/usr/local/lib/perl5/5.20.0\0-e\0", "perl", "5.20.0"),
    ("bin/perl", b"-\0PERL_INTERNAL_RAND_SEED\0inline.h\0v5.32.1\0panic: sysconf: %s\0", "perl", "5.32.1"),  # Debian 11
    ("lib/libcurl.so.4.7.0", b"DICT\0CLIENT libcurl 7.74.0\r\nMATCH %s %s %s\r\n\0", "curl", "7.74.0"),  # Debian 11
    ("lib/libjulia-internal.so", b"\0__init__\x001.10.11\0verify_methods\0", "julia", "1.10.11"),
    ("lib/libjulia-internal.so", b"\x001.12.6\0branch\0commit\0", "julia", "1.12.6"),
    ("lib/libjulia-internal.so.1.13.0", b"\xff1.13.0-beta3\0branch\0", "julia", "1.13.0-beta3"),
    (
        "lib/libstd-c6192dd4c4d410ac.so",
        b"\0clang LLVM (rustc version 1.67.1 (d5a82bbd2 2023-02-07))\0",
        "rust",
        "1.67.1",
    ),
    ("bin/erlexec", b"\0/usr/src/otp_src_25.3.2.6/erts/lib_src\0", "erlang", "25.3.2.6"),
    ("bin/beam.smp", b"\x0026.1.2\0\0\0\0Erlang/OTP 26%s [erts-14.1.1]", "erlang", "26.1.2"),
    ("bin/swipl", b"\0/tmp/src/swipl-9.3.8/src\0", "swipl", "9.3.8"),
    ("bin/haproxy", b"\nHA-Proxy version 1.8.22 2019/10/25\n", "haproxy", "1.8.22"),
    ("bin/haproxy", b"\x002.7.3-1065b10\0\0\0HAProxy version follows\0", "haproxy", "2.7.3"),
    ("bin/haproxy", b"\x003.1-dev0-1eb0f22\0\0HAProxy version follows\0", "haproxy", "3.1-dev0"),
    ("bin/chrome", b"\0Pictures\0Videos\x00126.0.6478.182\0Default\0", "chrome", "126.0.6478.182"),
    ("bin/wp", b"#!/usr/bin/env php\n\x00wp-cli/wp-cli 2.9.0 2023-10-25T09:10:40+00:00\n", "wp-cli", "2.9.0"),
    ("bin/redis-server", b"\0Server started, Redis version 2.8.23\0", "redis", "2.8.23"),
    ("bin/redis-server", b"\x00000000000\0%llx\x004.0.11841ce7054bd9-1542359302000000000\0", "redis", "4.0.11"),
    ("bin/redis-server", b"h\x81)7.2.3buildkitsandbox-1702957734000000000\0", "redis", "7.2.3"),
    ("bin/postgres", b"\0PostgreSQL 15beta4 (Debian 15~beta4-1.pgdg110+1)\0", "postgresql", "15beta4"),
    ("bin/postgres", b"?PostgreSQL 9.6.24 on x86_64-pc-linux-gnu (Debian", "postgresql", "9.6.24"),
    ("bin/mariadb", b"/usr/src/debug/mariadb-11.8.5-2-redhat-x86_64/storage", "mariadb", "11.8.5"),
    ("bin/mysql", b"\0shutdown\x008.0.37\0\0\0mysql_real_escape_string_quote\0", "mysql", "8.0.37"),
    ("bin/mysqld", b"\0../../mysql-9.7.0/sql/log.cc\0", "mysql", "9.7.0"),
    ("bin/mysqld", b"-cluster-gpl\x005.7.33-ndb-7.6.17\0x86_64\0", "mysql-cluster", "7.6.17"),
    ("bin/ndbd", b"/rpm/BUILD/mysql-cluster-gpl-9.7.0/mysql-cluster-gpl-9.7.0/storage", "mysql-cluster", "9.7.0"),
    ("bin/mysql", b"/rpmbuild/BUILD/percona-server-8.0.35-27/percona-", "percona-server", "8.0.35-27"),
    ("bin/mysql", b"/BUILD/Percona-XtraDB-Cluster-8.0.34/sql-common/", "percona-xtradb-cluster", "8.0.34"),
    ("bin/xtrabackup", b"/BUILD/percona-xtrabackup-8.0.35-30/storage/", "percona-xtrabackup", "8.0.35-30"),
    ("bin/mongod", b"\x004.4.30\0tcmalloc\0mozjs\0", "mongodb", "4.4.30"),
    ("bin/mongod", b"StartupOptionSetup\x007.0.28\0heap_size\0stack\0", "mongodb", "7.0.28"),
    ("bin/mongod", b"Documents\x008.0.17\0cppdefines\0", "mongodb", "8.0.17"),
    ("bin/sqlcipher", b"\0community\x004.5.5\0%s %s\0", "sqlcipher", "4.5.5"),
    ("bin/arangosh", b"\x003.12.5-2 enterprise [linux]\0", "arangodb", "3.12.5-2"),
    ("bin/openssl", b"\0OpenSSL 1.1.1zb  16 Oct 2024\0", "openssl", "1.1.1zb"),
    ("bin/openssl", b"\0OpenSSL 1.1.1 (compatible; AWS-LC 1.69.0)\0", "aws-lc", "1.69.0"),
    ("bin/openssl", b"\0LibreSSL 3.8.2\0", "libressl", "3.8.2"),
    ("bin/fluent-bit", b"\x001.3.10\0\0Fluent Bit v%s\n\0", "fluent-bit", "1.3.10"),
    ("bin/fluent-bit", b"type: \x003.0.2\0%sFluent Bit v%s%s\n\0", "fluent-bit", "3.0.2"),
    ("bin/gcc", b"\0GCC: (GNU) 12.3.0\0.shstrtab\0", "gcc", "12.3.0"),
    ("lib/libzstd.so.1", b"ZSTD_versionString\0w\xd8\xff1.5.4\0\0", "zstd", "1.5.4"),
    ("lib/libQtCore.so.4.8.6", b"This is the QtCore library version 4.8.6\nCopyright", "qtbase", "4.8.6"),
    ("bin/ghc", b"\0libHSghc-8.10.4-ghc8.10.4.so\0", "ghc", "8.10.4"),
    ("bin/cabal", b"/cabal-install-1.22.6.0-AfxbHivcmw40BMGrAXG3jJ\0", "cabal", "1.22.6.0"),
)


@pytest.mark.parametrize(("path", "data", "product", "version"), FORMS)
def test_the_forms_of_official_images(path: str, data: bytes, product: str, version: str) -> None:
    assert found(path, b"\0filler\0" + data + b"\0more\0") == [(product, version)]
    assert found(path, data.replace(version.encode(), b"unknown")) == []


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
    [
        elf({b".text": b"nginx version: nginx/0.0.1\0", b".rodata": NGINX}),
        elf({b".rodata": NGINX}, bits=32, order=">"),
        elf({b".rodata": NGINX}, named=False),
        elf({b".rodata": bytes(9), b".data": NGINX}),
        pe({b".rdata": NGINX}),
        macho({b"__cstring": NGINX}),
    ],
    ids=["ELF", "of 32 bits", "stripped", "in a variable", "PE", "Mach-O"],
)
def test_a_text_is_found_in_each_kind_of_program(data: bytes) -> None:
    assert found("bin/nginx", data) == [("nginx", "1.25.3")]


def test_a_version_that_nothing_names_counts_only_where_it_is_the_only_one() -> None:
    assert found("bin/envoy", b"envoy.\0001.30.1\0x\0001.30.1\0") == [("envoy", "1.30.1")]
    assert found("bin/envoy", b"envoy.\0001.30.1\0x\0001.31.0\0") == []
    assert found("bin/envoy", b"\0001.30.1\0x\0001.30.1\0") == []


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
