"""What a snap tells of itself (``meta/snap.yaml``) in, the snap as a package out: https://snapcraft.io/docs/snap-format.

A snap is a SquashFS image that holds the file. That is YAML that snapcraft writes; what is wanted of it are texts at
its top level, so that no YAML is built from it: no alias, no nesting and no tag of it is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.catalog._squashfs import SquashFS
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_FIELD = re.compile(r"^(name|version|license|base):[ \t]*([^\n]*)$", re.MULTILINE)
_ARCHITECTURE = re.compile(r"^architectures:[ \t]*(?:\[[ \t]*|\n[ \t]*-[ \t]*)([\w-]+)", re.MULTILINE)
_META = "meta/snap.yaml"
_SNAPS = ("var/lib/snapd/snaps", "var/lib/snapd/seed/snaps")


def parse(file: File) -> Iterable[Fact]:
    """One ``Package`` for ``meta/snap.yaml`` or a snap that is packed, nothing for a file of that name elsewhere.
    Raises ``Unreadable`` where name or version is missing, and for a snap that cannot be read."""
    if file.path.endswith(".snap"):
        with file.open() as stream:
            return (_package(f"{file.path}!/{_META}", SquashFS(stream, file.size).read(*_META.split("/"))),)
    if not f"/{file.path}".endswith(f"/{_META}"):
        return ()
    if file.size > DEFAULT.stanza:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.stanza is {DEFAULT.stanza}")
    return (_package(file.path, file.read()),)


def _package(path: str, data: bytes) -> Package:
    text = data.decode("utf-8", "replace")
    fields = {name: _plain(value) for name, value in reversed(_FIELD.findall(text))}
    if not fields.get("name") or not fields.get("version"):
        raise Unreadable(f"{path!r} has no name or no version")
    arch = _ARCHITECTURE.search(text)
    return Package(
        type="snap",
        name=fields["name"],
        version=fields["version"],
        arch=arch[1] if arch else "",
        licences=(fields["license"],) if fields.get("license") else (),
        path=path,
        depends=(fields["base"],) if fields.get("base") else (),
    )


def _plain(text: str) -> str:
    """A scalar on one line (https://yaml.org/spec/1.2.2/#73-flow-scalar-styles)."""
    text = text.strip()
    if text[:1] == "'":
        return text[1:].partition("'")[0]
    if text[:1] == '"':
        return text[1:].partition('"')[0]
    return re.split(r"\s+#", text, maxsplit=1)[0]


CATALOGUER = Cataloguer("snap", 1, Claim(names=("snap.yaml",), folders=tuple((one, ".snap") for one in _SNAPS)), parse)
