"""An installed application of Erlang's or Elixir's in, by its resource file ``ebin/NAME.app``; the package out.

https://www.erlang.org/doc/apps/kernel/app.html. The file says nothing of where the application came from: those that
Erlang/OTP and Elixir bring themselves are of type ``otp``, all others are taken for packages of Hex, which has them by
their application's name (https://hex.pm/docs/publish).
"""

from __future__ import annotations

from collections.abc import Iterable

from pratique.catalog._brackets import ERLANG, inside, read, text
from pratique.catalog._lock import Left
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_ELIXIR = frozenset({"eex", "elixir", "ex_unit", "iex", "logger", "mix"})
_LICENCE = "licenses"


def parse(file: File) -> Iterable[Fact]:
    """The package. Raises ``Unreadable`` where the term names no application or no version."""
    terms = read(file.read(), ERLANG)
    parts = inside(terms[0]) if terms else ()
    if len(parts) < 3 or text(parts[0]) != "application":
        raise Unreadable("resource file that describes no application")
    about = {text(pair[0]): pair[1] for pair in map(inside, inside(parts[2])) if len(pair) == 2}
    name, version = text(parts[1]), text(about.get("vsn"))
    if Left().out(name, version):
        raise Unreadable(f"resource file of the application {name[:256]!r} with version {version[:256]!r}")
    # only OTP's own applications say which other ones they need at run time in which version
    kind = "otp" if "runtime_dependencies" in about or name in _ELIXIR else "hex"
    licences = tuple(text(one)[:256] for one in inside(about.get(_LICENCE))[:32] if text(one))
    depends = tuple(text(one) for one in inside(about.get("applications")) if text(one))
    return (Package(kind, name.lower(), version, licences=licences, path=file.path, depends=depends),)


CATALOGUER = Cataloguer("otp-app", 1, Claim(below=(("ebin", 0, ".app"),)), parse)
