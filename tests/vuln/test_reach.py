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
    known = Functions(fact.names)
    asked = [
        Symbols("net/textproto", ("CanonicalMIMEHeaderKey", "Reader.ReadMIMEHeader")),
        Symbols("strings", ("ToUpper", "Title")),
        Symbols("main", ("inlined", "pair.Show")),
        Symbols("net/http", ("Get",)),
    ]
    assert known.linked(asked) == (
        "main.inlined",
        "main.pair.Show",
        "net/textproto.CanonicalMIMEHeaderKey",
        "strings.ToUpper",
    )
