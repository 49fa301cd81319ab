"""Shells, tools and libraries that a system stands on."""

from __future__ import annotations

from pratique.catalog._classifier import Classifier, Text

CLASSIFIERS = (
    Classifier(
        "busybox",
        "busybox:busybox",
        (r"busybox[\w.-]*", r"\["),  # the official image's file is called by its first name, the others are links to it
        (Text(b"BusyBox v", rb"BusyBox v(?P<version>\d+\.\d+\.\d+) \("),),
    ),
    Classifier(
        "bash",
        "gnu:bash",
        (r"bash",),
        (Text(b"@(#)Bash version ", rb"Bash version (?P<version>\d+\.\d+\.\d+)\(\d+\) "),),
    ),
    Classifier(
        "gcc",
        "gnu:gcc",
        (
            r"gcc(?:-[\d.]+)?",
            r"g\+\+(?:-[\d.]+)?",
            r"c\+\+",
            r"cpp(?:-[\d.]+)?",
            r"x[\w-]*-g(?:cc|\+\+)(?:-[\d.]+)?",
            r"aarch64[\w-]*-g(?:cc|\+\+)(?:-[\d.]+)?",
        ),
        (
            Text(b"gcc version %s", rb"\0(?P<version>\d+\.\d+\.\d+)\0+(?:\([^\0]*\) ?\0+)?gcc version %s"),
            Text(b"GCC: (", rb"\0GCC: \([^\0)]*\) (?P<version>\d+\.\d+\.\d+)\0"),
        ),
    ),
    Classifier(
        "glibc",
        "gnu:glibc",
        (r"libc\.so\.6", r"libc-2\.\d+\.so", r"ld-linux[\w.-]*\.so\.\d", r"ld-2\.\d+\.so", r"ld64\.so\.\d"),
        (Text(b" release version ", rb"(?:stable|development) release version (?P<version>2\.\d+(?:\.\d+)?)[.,]"),),
    ),
    Classifier(
        "musl",
        "musl-libc:musl",
        (r"ld-musl-[\w.-]+\.so\.1", r"libc\.musl-[\w.-]+\.so\.1", r"libc\.so"),
        (
            Text(
                b"\x001.",
                rb"\0(?P<version>1\.[12]\.\d{1,2})(?:_git\d+|-git-[\w-]+)?\0",
                only=True,
                needs=b"musl libc (",
            ),
        ),
        unless=(b"GNU C Library",),
    ),
    Classifier(
        "util-linux",
        "kernel:util-linux",
        (r"getopt", r"mount", r"su"),
        (Text(b"util-linux ", rb"\0util-linux (?P<version>\d+\.\d+(?:\.\d+)?(?:-rc\d)?)[\0 ]"),),
    ),
    Classifier(
        "gzip",
        "gnu:gzip",
        (r"gzip",),
        (
            Text(b"\x001.", rb"\0(?P<version>1\.\d{1,2}(?:\.\d+)?)(?:-[\w-]+)?\0+%s %s\n\0+method  crc"),
            Text(b"\x001.", rb"(?:zipping|bad pack level)\n?\0+(?P<version>1\.\d{1,2}(?:\.\d+)?)(?:-[\w-]+)?\0"),
        ),
    ),
    Classifier(
        "xz",
        "tukaani:xz",
        (r"xz", r"liblzma\.so[\d.]*"),
        (
            Text(b"xz (XZ Utils) ", rb"xz \(XZ Utils\) (?P<version>5\.\d+\.\d+(?:alpha|beta)?)\0"),
            Text(b"5.", rb"(?<![\w.-])(?P<version>5\.\d+\.\d+(?:alpha|beta)?)\0", only=True, needs=b"lzma_code"),
        ),
    ),
    Classifier(
        "zstd",
        "facebook:zstandard",
        (r"zstd", r"libzstd\.so[\d.]*"),
        (
            Text(b"\0v1.", rb"\0v(?P<version>1\.\d+\.\d+)\0Zstandard CLI\0"),
            Text(b"\0v1.", rb"Yann Collet\0v(?P<version>1\.\d+\.\d+)\0"),
            Text(b"1.", rb"(?<![\w.-])(?P<version>1\.[0-9]\.\d{1,2})\0", only=True, needs=b"ZSTD_"),
        ),
    ),
    Classifier(
        "zlib",
        "zlib:zlib",
        (r"libz\.so[\d.]*", r"zlib1\.dll"),
        (Text(b" deflate ", rb" deflate (?P<version>\d+\.\d+(?:\.\d+)*) Copyright "),),
    ),
    Classifier(
        "expat",
        "libexpat_project:libexpat",
        (r"libexpat\.so[\d.]*", r"xmlwf"),
        (Text(b"expat_", rb"\0expat_(?P<version>\d+\.\d+\.\d+)\0"),),
    ),
    Classifier(
        "jq",
        "jqlang:jq",
        (r"jq(?:-[\w.-]+)?",),
        (
            Text(
                b"jq: error",
                rb"\0(?:jq-)?(?P<version>1\.\d+(?:\.\d+)?(?:rc\d)?)(?:-[\w-]+)?\0+(?:DEBUG:|[^\0]*jq: error)",
            ),
        ),
    ),
    Classifier(
        "git",
        "git-scm:git",
        (r"git(?:\.exe)?",),
        (Text(b"git/", rb"(?<![\w./ -])git/(?P<version>\d+\.\d+\.\d+(?:-rc\d+)?)(?:[.-][\w.-]+)?\0"),),
    ),
    Classifier(
        "curl",
        "haxx:curl",
        (r"curl(?:\.exe)?", r"libcurl[\w-]*\.(?:so|dll|dylib)[\d.]*"),
        (
            Text(b"curl/", rb"\0(?:lib)?curl/(?P<version>\d+\.\d+\.\d+)(?:-[\w.-]+)?[\0 ]"),
            Text(
                b"CLIENT libcurl ", rb"CLIENT libcurl (?P<version>\d+\.\d+\.\d+)(?:-[\w.-]+)?\r\n"
            ),  # to a dict server
        ),
    ),
    Classifier(
        "wget",
        "gnu:wget",
        (r"wget",),
        (
            Text(
                b"\x001.",
                rb"\0(?P<version>1\.\d{1,2}(?:\.\d+){0,2})\0+(?=ABCDEFGHIJKLMNOPQRSTUVWX|\0)",
                only=True,
                needs=b"Wget",
            ),
        ),
        unless=(b"BusyBox v",),
    ),
    Classifier(
        "fluent-bit",
        "treasuredata:fluent_bit",
        (r"fluent-bit",),
        (
            Text(
                b"Fluent Bit v%s",
                rb"\0(?P<version>\d+\.\d+\.\d+)\0+(?:[^\0]{0,12}\0)?[^\0]{0,4}Fluent Bit v%s",
            ),
        ),
    ),
    Classifier(
        "proftpd",
        "proftpd:proftpd",
        (r"proftpd",),
        (Text(b"ProFTPD Version ", rb"ProFTPD Version (?P<version>\d+\.\d+\.\d+\w*)[\0 ]"),),
    ),
    Classifier(
        "rabbitmq",
        "broadcom:rabbitmq_server",
        (r"rabbit\.app",),
        (Text(b"{vsn,", rb'\{vsn,\s*"(?P<version>\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)[^"]*"\}', reach=256),),
    ),
)
