"""Which symbols of an advisory a program holds: names as Go's linker writes them, symbols as its database does."""

from __future__ import annotations

import shutil
import subprocess
import zlib
from pathlib import Path

import pytest

from pratique.vuln.bulletin import Symbols
from pratique.vuln.reach import Functions

NAMES = (
    "main.main",
    "golang.org/x/net/http2.(*Server).ServeConn",
    "golang.org/x/net/http2.Transport.RoundTrip",
    "golang.org/x/net/http2.ConfigureServer",
    "gopkg.in/yaml%2ev3.Unmarshal",
    "gopkg.in/yaml%2ev3/sub.Read",
    "example.org/generic.Map[...]",
    "example.org/generic.(*List[...]).Push",
    "example.org/generic.Set[...].Add",
    "example.org/a.Parse.func1",
    "example.org/a.Parser",
)


def functions(*names: str) -> Functions:
    return Functions(zlib.compress(b"\0" + b"".join(name.encode() + b"\0" for name in names)))


@pytest.mark.parametrize(
    ("path", "symbol"),
    [
        ("golang.org/x/net/http2", "Server.ServeConn"),
        ("golang.org/x/net/http2", "Transport.RoundTrip"),
        ("golang.org/x/net/http2", "ConfigureServer"),
        ("gopkg.in/yaml.v3", "Unmarshal"),
        ("gopkg.in/yaml.v3/sub", "Read"),
        ("example.org/generic", "Map"),
        ("example.org/generic", "List.Push"),
        ("example.org/generic", "Set.Add"),
    ],
)
def test_linked(path: str, symbol: str) -> None:
    # "gopkg.in/yaml.v3/sub" is escaped in its last element only
    names = [name.replace("yaml%2ev3/sub", "yaml.v3/sub") for name in NAMES]
    assert functions(*names).linked([Symbols(path, (symbol, "Absent"))]) == (f"{path}.{symbol}",)


@pytest.mark.parametrize(
    ("path", "symbol"),
    [
        ("golang.org/x/net/http2", "Server.Serve"),
        ("golang.org/x/net/http2", "ServeConn"),
        ("golang.org/x/net/http", "ConfigureServer"),
        ("x/net/http2", "ConfigureServer"),
        ("example.org/a", "Parse"),
        ("example.org/a", "Parse.func1x"),
        ("example.org/generic", "List.Add"),
        ("example.org/none", "Map"),
    ],
)
def test_not_linked(path: str, symbol: str) -> None:
    assert functions(*NAMES).linked([Symbols(path, (symbol,))]) == ()


def test_a_package_without_symbols_is_meant_as_a_whole() -> None:
    known = functions(*NAMES)
    assert known.linked([Symbols("golang.org/x/net/http2")]) == ("golang.org/x/net/http2",)
    assert known.linked([Symbols("golang.org/x/net")]) == ()
    assert known.linked([Symbols("x/net/http2")]) == ()  # another package, whose path ends so
    assert known.linked([Symbols("golang.org/x/net"), Symbols("net/http", ("Absent",))]) == ()
    asked = [Symbols("golang.org/x/net"), Symbols("golang.org/x/net/http2", ("ConfigureServer", "Absent"))]
    assert known.linked(asked) == ("golang.org/x/net/http2.ConfigureServer",)


def test_the_main_package_is_called_main() -> None:
    names = (b"main.main", b"main.newController", b"main.(*Server).Serve", b"example.org/main.Else")
    asked = [Symbols("example.org/cmd/a.d", ("newController", "Server.Serve", "Else", "Absent"))]
    known = Functions(zlib.compress(b"\0" + b"\0".join(names) + b"\0"), "example.org/cmd/a.d")
    assert known.linked(asked) == ("example.org/cmd/a.d.Server.Serve", "example.org/cmd/a.d.newController")
    assert known.linked([Symbols("example.org/cmd/a.d")]) == ("example.org/cmd/a.d",)
    for other in ("", "example.org/cmd/b"):
        assert Functions(zlib.compress(b"\0" + b"\0".join(names) + b"\0"), other).linked(asked) == ()


LINUX, WINDOWS = ("linux", "darwin"), ("windows",)
ARM, INTEL = ("arm64",), ("amd64", "386")


@pytest.mark.parametrize(
    ("goos", "goarch", "listed", "meant"),
    [
        ("linux", "amd64", Symbols("a", ("B",)), True),
        ("linux", "amd64", Symbols("a", ("B",), LINUX), True),
        ("linux", "amd64", Symbols("a", ("B",), WINDOWS), False),
        ("windows", "amd64", Symbols("a", ("B",), WINDOWS), True),
        ("", "amd64", Symbols("a", ("B",), WINDOWS), True),
        ("linux", "amd64", Symbols("a", ("B",), (), INTEL), True),
        ("linux", "amd64", Symbols("a", ("B",), (), ARM), False),
        ("linux", "", Symbols("a", ("B",), (), ARM), True),
        ("linux", "arm64", Symbols("a", ("B",), LINUX, ARM), True),
        ("linux", "amd64", Symbols("a", ("B",), LINUX, ARM), False),
        ("linux", "amd64", Symbols("a", (), WINDOWS), False),
    ],
)
def test_systems_and_architectures(goos: str, goarch: str, listed: Symbols, meant: bool) -> None:
    table = zlib.compress(b"\0main.main\0a.B\0c.D\0")
    known = Functions(table, "", goos, goarch)
    assert known.meant([listed]) == ((listed,) if meant else ())
    assert known.linked([listed]) == (("a.B",) if meant else ())
    assert Functions(b"", "", goos, goarch).linked([listed]) == (None if meant else ())
    assert known.linked([listed, Symbols("c", ("D",))]) == (("a.B", "c.D") if meant else ("c.D",))


@pytest.mark.parametrize("data", [b"", b"no zlib"])
def test_a_program_that_does_not_tell(data: bytes) -> None:
    assert Functions(data).linked([Symbols("a", ("B",))]) is None


SOURCE = """package main

import (
	"fmt"
	"net/textproto"
	"strings"
)

type pair[T any] struct{ value T }

func (p *pair[T]) Show() string { return fmt.Sprint(p.value) }

func inlined(a int) int { return a + 1 }

func main() {
	fmt.Println(strings.ToUpper("x"), (&pair[int]{inlined(len(textproto.CanonicalMIMEHeaderKey("a")))}).Show())
}
"""


@pytest.mark.native
@pytest.mark.parametrize("flags", ["", "-s -w"])
def test_in_a_program_that_go_builds_stripped_or_not(tmp_path: Path, flags: str) -> None:
    if shutil.which("go") is None:
        pytest.skip("no go")
    from catalog.memory_file import memory_file
    from pratique.catalog.go_binary import parse
    from pratique.model import Functions as Fact

    (tmp_path / "main.go").write_text(SOURCE)
    (tmp_path / "go.mod").write_text("module example.org/v.x\n\ngo 1.20\n")
    made = subprocess.run(
        ["go", "build", "-ldflags", flags, "-o", "app", "."], cwd=tmp_path, capture_output=True, text=True
    )
    if made.returncode:
        pytest.skip(f"go builds nothing here: {made.stderr[:200]}")
    facts = list(parse(memory_file("app", (tmp_path / "app").read_bytes(), 0o755)))
    (fact,) = [fact for fact in facts if isinstance(fact, Fact)]
    assert (fact.main, bool(fact.goos), bool(fact.goarch)) == ("example.org/v.x", True, True)
    known = Functions(fact.names, fact.main, fact.goos, fact.goarch)
    asked = [
        Symbols("net/textproto", ("CanonicalMIMEHeaderKey", "Reader.ReadMIMEHeader")),
        Symbols("strings", ("ToUpper", "Title")),
        Symbols("example.org/v.x", ("inlined", "pair.Show")),
        Symbols("strings", ("ToUpper",), (f"not{fact.goos}",)),
        Symbols("net/http", ("Get",)),
    ]
    assert known.linked(asked) == (
        "example.org/v.x.inlined",
        "example.org/v.x.pair.Show",
        "net/textproto.CanonicalMIMEHeaderKey",
        "strings.ToUpper",
    )


def test_a_replaced_modules_functions_bear_the_path_by_which_they_are_imported() -> None:
    packed = zlib.compress(b"\0main.main\0example.org/a/sub.Bad\0")
    asked = [Symbols("example.com/fork/sub", ("Bad",))]
    assert Functions(packed, "x").linked(asked) == ()
    known = Functions(packed, "x", replaced=(("example.com/fork", "example.org/a"),))
    assert known.linked(asked) == ("example.com/fork/sub.Bad",)
    assert known.linked([Symbols("example.com/forked/sub", ("Bad",))]) == ()


def test_a_program_built_from_files_does_not_tell_its_path() -> None:
    packed = zlib.compress(b"\0main.main\0main.newController\0")
    asked = [Symbols("github.com/moby/buildkit/cmd/buildkitd", ("newController", "absent"))]
    assert Functions(packed, "command-line-arguments").linked(asked) == (
        "github.com/moby/buildkit/cmd/buildkitd.newController",
    )
    assert Functions(packed, "example.org/other").linked(asked) == ()
