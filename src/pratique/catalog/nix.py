"""A folder of the Nix store in, the package that it holds out by its name, ``HASH-NAME-VERSION[-OUTPUT]``:
https://nix.dev/manual/nix/latest/protocols/store-path (the 32 characters of the hash),
https://nix.dev/manual/nix/latest/language/builtins#builtins-parseDrvName (where the version begins).

Images that Nix builds hold the store and no database. Folders without a version (sources, scripts, environments) are
no packages; which patches were applied nothing tells.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_STORE = "nix/store"
# the version is what comes after the first dash that no letter follows
_PATH = re.compile(r"[0-9a-df-np-sv-z]{32}-([A-Za-z0-9+._?=-]+?)-([^A-Za-z-].*)")
# nixpkgs, doc/stdenv/multiple-output.chapter.md: what an output is called behind the version
_OUTPUT = re.compile(r"-(bin|debug|dev|devdoc|devman|doc|info|lib|man|nss|out|static|terminfo)$")
_NOT_BUILT = (".drv", ".patch", ".diff", ".lock", ".check", ".tmp", ".chroot")


def parse(file: File) -> Iterable[Fact]:
    """One ``Package``, or nothing."""
    found = _PATH.fullmatch(file.path.rpartition("/")[2])
    if found is None or file.path.endswith(_NOT_BUILT):
        return ()
    return (Package("nix", found[1], _OUTPUT.sub("", found[2]), path=file.path),)


CATALOGUER = Cataloguer("nix", 1, Claim(children=(_STORE,)), parse)
