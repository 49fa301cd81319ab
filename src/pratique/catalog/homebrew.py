"""What Homebrew writes into a keg or a cask's folder in, the formula or cask that is installed or a licence out:
https://docs.brew.sh/Formula-Cookbook#homebrew-terminology (``Cellar/NAME/VERSION`` is a keg),
https://github.com/Homebrew/brew/blob/master/Library/Homebrew/tab.rb (``INSTALL_RECEIPT.json``), ``.brew/NAME.rb``, the
formula, of which nothing but the line that tells its licence is looked at, and the cask as it was when it was installed
(https://github.com/Homebrew/brew/blob/master/Library/Homebrew/cask/metadata.rb), of which the path tells all."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from pratique.catalog._relations import bounded
from pratique.errors import UNDECODABLE, Unreadable
from pratique.model import Fact, Licence, Package
from pratique.plugins import Cataloguer, Claim, File

_KEG = re.compile(r"(?:.*/)?Cellar/([^/]+)/([^/]+)/(INSTALL_RECEIPT\.json|\.brew/[^/]+\.rb)")
_CASK = re.compile(r"(?:.*/)?Caskroom/([^/]+)/\.metadata/([^/]+)/[^/]+/Casks/\1\.(?:rb|json)")
_LICENCE = re.compile(r"^  license ([^\n#]+)", re.MULTILINE)
_QUOTED = re.compile(r'"([^"\n]+)"')
_CORE = "homebrew/core"


class _Need(msgspec.Struct, frozen=True):
    full_name: str = ""
    pkg_version: str | None = None
    version: str | None = None


class _Source(msgspec.Struct, frozen=True):
    tap: str | None = None


class _Receipt(msgspec.Struct, frozen=True):
    """What we read of a receipt; lists and the source may be null."""

    runtime_dependencies: tuple[_Need, ...] | None = None
    source: _Source | None = None
    arch: str | None = None


_DECODER = msgspec.json.Decoder(_Receipt)


def parse(file: File) -> Iterator[Fact]:
    """A ``Package`` for a receipt or a cask, a ``Licence`` for a formula; nothing for other files. Raises
    ``Unreadable`` for a receipt that is none."""
    cask = _CASK.fullmatch(file.path)
    if cask is not None:
        yield Package("brew", cask[1], cask[2], namespace="homebrew/cask", path=file.path)
    keg = _KEG.fullmatch(file.path)
    if keg is None:
        return
    name, version, kind = keg.groups()
    if kind.endswith(".rb"):
        line = _LICENCE.search(file.read().decode("utf-8", "replace"))
        licences = tuple(_QUOTED.findall(line[1])) if line else ()
        if licences:
            yield Licence("brew", name, licences)
        return
    try:
        receipt = _DECODER.decode(file.read())
    except UNDECODABLE as error:
        raise Unreadable(f"no receipt of Homebrew's: {error}") from None
    tap = (receipt.source.tap if receipt.source else None) or _CORE
    yield Package(
        type="brew",
        name=name,
        version=version,
        namespace="" if tap == _CORE else tap,
        arch=receipt.arch or "",
        path=file.path,
        depends=bounded(_told(need) for need in receipt.runtime_dependencies or () if need.full_name),
    )


def _told(need: _Need) -> str:
    version = need.pkg_version or need.version
    return f"{need.full_name}@{version}" if version else need.full_name


CATALOGUER = Cataloguer(
    "homebrew",
    2,
    Claim(
        names=("INSTALL_RECEIPT.json",),
        below=(("Cellar", 3, ".rb"), ("Caskroom", 5, ".rb"), ("Caskroom", 5, ".json")),
    ),
    parse,
)
