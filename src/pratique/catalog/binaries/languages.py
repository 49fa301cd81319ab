"""Interpreters, compilers and run-time libraries of programming languages, as their projects' own builds are."""

from __future__ import annotations

from pratique.catalog._classifier import Classifier, Text

_JULIA = rb"(?P<version>1\.\d+\.\d+(?:-(?:alpha|beta|rc)\d+)?)"

CLASSIFIERS = (
    Classifier(
        "python",
        "python:python",
        (
            r"python(?P<release>[23]\.\d+)[dmt]*(?:\.exe)?",
            r"libpython(?P<release>[23]\.\d+)[dmt]*\.so(?:\.[\d.]+)?",
            r"libpython(?P<release>[23]\.\d+)[dmt]*\.dylib",
        ),
        (Text(b"{release}.", rb"(?<![\w.-])(?P<version>{release}\.\d+(?:(?:a|b|rc)\d+)?)\+?\0"),),
    ),
    Classifier(
        "python",
        "python:python",
        (r"python[23]?(?:\.exe)?", r"python[23]\d+\.dll"),
        (
            Text(b"%.80s (%.80s) %.80s", rb"\0(?P<version>[23]\.\d+\.\d+(?:(?:a|b|rc)\d+)?)\+?\0+%\.80s \("),
            Text(b"\0PYTHONIOENCODING\0", rb"\0(?P<version>[23]\.\d+\.\d+(?:(?:a|b|rc)\d+)?)\+?\0<prefix>"),
        ),
    ),
    Classifier(
        "pypy",
        "pypy:pypy",
        (r"libpypy[\w.-]*\.so[\d.]*", r"pypy[\d.]*(?:-c)?"),
        (Text(b"[PyPy ", rb"\[PyPy (?P<version>\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\d+)?) with "),),
    ),
    Classifier(
        "node",
        "nodejs:node.js",
        (r"node(?:\.exe)?", r"nodejs", r"libnode\.so[\d.]*"),
        (
            Text(b"nodejs.org/download/release/v", rb"release/v(?P<version>\d+\.\d+\.\d+)/node-v"),
            Text(b"node.js/v", rb"node\.js/v(?P<version>\d+\.\d+\.\d+)(?:-[\w.-]+)?\0"),
            Text(b"\0node v", rb"\0node v(?P<version>0\.\d+\.\d+)\0"),
            Text(b"\0v", rb"\0-v\0v(?P<version>0\.\d+\.\d+)\0+--"),
            Text(b"\0moduleLoadList\0", rb"\0v(?P<version>\d+\.\d+\.\d+)\0moduleLoadList\0"),
        ),
    ),
    Classifier(
        "bun",
        "oven:bun",
        (r"bun(?:-profile)?(?:\.exe)?",),
        (
            Text(b"Bun v", rb"\0Bun v(?P<version>\d+\.\d+\.\d+) \("),
            Text(b"bun-", rb"[\0\n]bun-(?P<version>\d+\.\d+\.\d+)[\0\n]"),
        ),
    ),
    Classifier(
        "deno",
        "deno:deno",
        (r"deno(?:\.exe)?",),
        (
            Text(b"Deno/", rb"Deno/(?P<version>\d+\.\d+\.\d+(?:-(?:alpha|beta|rc)\.\d+)?)(?=Deno/|\+[0-9a-f]{7}|cli/)"),
            Text(b"release/v", rb"release/v(?P<version>\d+\.\d+\.\d+)(?=windows)"),
            Text(b"release/v", rb"[0-9a-f]{40}(?P<version>\d+\.\d+\.\d+)release/v"),
            Text(b"dlw", rb"[0-9a-f]{40}(?P<version>\d+\.\d+\.\d+)dlw"),
            Text(b"s already installed", rb"installed[\0\n]+(?P<version>\d+\.\d+\.\d+?)[0-9a-f]{40}"),
        ),
    ),
    Classifier(
        "ruby",
        "ruby-lang:ruby",
        (r"ruby[\d.]*(?:\.exe)?", r"libruby[\d.-]*\.so[\d.]*", r"libruby[\w.-]*\.so[\d.]*"),
        (
            Text(  # the patch level counted until 2.1
                b"ruby ",
                rb"ruby (?P<version>(?:1\.\d\.\d|2\.0\.0)p\d+|\d\.\d+\.\d+(?:(?:preview|rc)\d+)?)(?:p\d+|dev)? "
                rb"\(\d{4}-\d\d-\d\d ",
            ),
        ),
    ),
    Classifier(
        "php",
        "php:php",
        (r"php[\d.]*", r"php-(?:cgi|fpm)[\d.]*", r"phpdbg[\d.]*", r"libphp[\d.]*\.so"),
        (
            Text(
                b"X-Powered-By: PHP/",
                rb"PHP/(?P<version>\d+\.\d+\.\d+(?:(?:alpha|beta|RC)\d+)?)(?:-[\w.+~-]+)?[\0\r\n]",
            ),
        ),
    ),
    Classifier(
        "composer",
        "getcomposer:composer",
        (r"composer(?:\.phar)?",),
        (
            Text(
                b"const VERSION = '",
                rb"(?:public |[\n{] *)const VERSION = '(?P<version>\d+\.\d+\.\d+(?:-(?:alpha|beta|RC)\d+)?)';"
                rb"\s+(?:public )?const BRANCH_ALIAS_VERSION",
            ),
        ),
        type="composer",
        namespace="composer",
    ),
    Classifier(
        "perl",
        "perl:perl",
        (r"perl(?:5[\d.]*)?", r"libperl\.so[\d.]*"),
        (
            Text(b"PERL_INTERNAL_RAND_SEED\0", rb"SEED\0+(?:inline\.h\0+)?v(?P<version>5\.\d+\.\d+)\0"),
            Text(b"/lib/perl5/5.", rb"/lib/perl5/(?P<version>5\.\d+\.\d+)[\0/]"),
            Text(b"/perl5/5.", rb"/perl5/(?P<version>5\.\d+\.\d+)[\0/]"),
        ),
    ),
    Classifier(
        "go",
        "golang:go",
        (r"go(?:\.exe)?", r"gofmt(?:\.exe)?", r"VERSION(?:\.cache)?"),
        (
            Text(b"\0go1.", rb"\0go(?P<version>1\.\d+(?:\.\d+)?(?:(?:beta|rc)\d+)?)(?:[ +-][\w.+: -]*)?\0"),
            Text(
                b"go1.", rb"\A(?:devel )?go(?P<version>1\.\d+(?:\.\d+)?(?:(?:beta|rc)\d+)?)(?:-[0-9a-f]{7,})?(?:\s|\Z)"
            ),
        ),
    ),
    Classifier(
        "rust",
        "rust-lang:rust",
        (r"libstd-[0-9a-f]{16}\.(?:so|dylib)", r"librustc_driver-[0-9a-f]{16}\.(?:so|dylib)", r"rustc"),
        (
            Text(b"rustc version ", rb"rustc version (?P<version>1\.\d+\.\d+(?:-(?:beta|nightly)[.\d]*)?) \("),
            Text(b"/rustc-1.", rb"/rustc-(?P<version>1\.\d+\.\d+)[\w.+-]*/"),
            Text(b"c 1.", rb"c (?P<version>1\.\d+\.\d+(?:-(?:beta|nightly)[.\d]*)?) \([0-9a-f]{9} \d{4}-\d\d-\d\d\)"),
        ),
    ),
    Classifier(
        "julia",
        "julialang:julia",
        (r"libjulia-internal\.so(?:\.(?P<release>\d+\.\d+))[\d.]*",),
        (Text(b"{release}.", rb"(?<![\w.])(?P<version>{release}\.\d+(?:-(?:alpha|beta|rc)\d+)?)\0"),),
    ),
    Classifier(
        "julia",
        "julialang:julia",
        (r"libjulia-internal\.(?:so|dylib)",),
        (
            Text(b"\0verify_methods\0", rb"\0" + _JULIA + rb"\0verify_methods\0"),
            Text(b"\0__init__\0", rb"\0__init__\0(?:verify_methods\0)?" + _JULIA + rb"\0"),
            Text(b"\0branch\0commit\0", rb"(?<![\w.])" + _JULIA + rb"\0branch\0commit\0"),
            Text(b"julia version %s", rb"\0" + _JULIA + rb"\0julia version %s"),
            Text(b"\0BITS_PER_LIMB\0", rb"\0" + _JULIA + rb"\0BigInt\0BITS_PER_LIMB\0"),
            Text(b"\0001.", rb"\0" + _JULIA + rb"\0", only=True),
        ),
    ),
    Classifier(
        "dart",
        "dart:dart_software_development_kit",
        (r"dart(?:\.exe)?", r"dartaotruntime", r"dartvm"),
        (
            Text(
                b") (",
                rb"\0(?P<version>[23]\.\d+\.\d+(?:-[\d.]+\.(?:dev|beta))?) \((?:stable|beta|dev|be)\) \([A-Z][a-z]{2} ",
            ),
        ),
    ),
    Classifier(
        "erlang",
        r"erlang:erlang\/otp",
        (r"beam\.(?:smp|jit|emu)", r"erlexec", r"liberts_internal\.a"),
        (
            Text(b"/otp_src_", rb"/otp_src_(?P<version>\d+(?:\.\d+)+)(?:-rc\d+)?/"),
            Text(
                b"[async-threads:%d]", rb"\[async-threads:%d\](?: \[[^\]]{1,24}\])*\n?\0+(?P<version>\d+(?:\.\d+)+)\0"
            ),
            Text(b"\0Erlang/OTP ", rb"\0(?P<version>\d+(?:\.\d+)+)\0+Erlang/OTP "),
        ),
    ),
    Classifier(
        "erlang",
        r"erlang:erlang\/otp",
        (r"OTP_VERSION",),
        (Text(b".", rb"\A(?P<version>\d+(?:\.\d+)+)(?:-rc\d+)?\*{0,2}\s*\Z"),),
    ),
    Classifier(
        "elixir",
        "elixir-lang:elixir",
        (r"elixir", r"elixir\.app"),
        (
            Text(b"ELIXIR_VERSION=", rb"\nELIXIR_VERSION=(?P<version>\d+\.\d+\.\d+(?:-rc\.\d+)?)\s"),
            Text(
                b"{application,",
                rb'\{application,\s*elixir,[^"]{1,40}"elixir"\},\s*\{vsn,\s*"(?P<version>\d+\.\d+\.\d+(?:-rc\.\d+)?)"\}',
                reach=160,
            ),
        ),
    ),
    Classifier(
        "swipl",
        "swi-prolog:swi-prolog",
        (r"swipl", r"libswipl\.so[\d.]*"),
        (Text(b"/swipl-", rb"/swipl-(?P<version>\d+\.\d+\.\d+)/"),),
    ),
    Classifier(
        "ghc",
        "haskell:ghc",
        (r"ghc(?:-\d+\.\d+\.\d+)?", r"ghc-iserv[\w-]*"),
        (
            Text(b"GHC ", rb"\0GHC (?P<version>\d+\.\d+\.\d+)\0"),
            Text(b"libHSghc-", rb"libHSghc-(?P<version>\d+\.\d+\.\d+)-"),
            Text(b"ghci-", rb"\0ghci-(?P<version>\d+\.\d+\.\d+)\0"),
        ),
        namespace="haskell",
    ),
    Classifier(
        "cabal",
        "haskell:cabal",
        (r"cabal(?:-\d[\d.]*)?",),
        (
            Text(b"/cabal-install-", rb"/cabal-install-(?P<version>\d+\.\d+\.\d+\.\d+)[-/]"),
            Text(b"Cabal-", rb"\0Cabal-(?P<version>\d+\.\d+\.\d+\.\d+)(?:-inplace|-[0-9A-Za-z]{20,22})?[:\0]"),
        ),
        namespace="haskell",
    ),
    Classifier(
        "stack",
        "haskell:stack",
        (r"stack",),
        (Text(b"stack-", rb"\0stack-(?P<version>\d+\.\d+\.\d+)(?:-[0-9A-Za-z]{20,22})?[:\0]"),),
        namespace="haskell",
    ),
    Classifier(
        "lua",
        "lua:lua",
        (r"lua[\d.]*", r"luac[\d.]*", r"liblua[\d.-]*\.so[\d.]*"),
        (Text(b"$LuaVersion: Lua ", rb"\$LuaVersion: Lua (?P<version>5\.\d+\.\d+) "),),
    ),
)
