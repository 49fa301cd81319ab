"""What flatpak writes beside an application or runtime that it deployed in, that one as a package out:
https://docs.flatpak.org/en/latest/under-the-hood.html, and ``FLATPAK_DEPLOY_DATA_GVARIANT_FORMAT`` of
https://github.com/flatpak/flatpak/blob/main/common/flatpak-dir-private.h: origin, commit, …, a dictionary of variants.

``flatpak/app/ID/ARCHITECTURE/BRANCH/COMMIT/deploy`` holds it in GVariant's form, in which a variant that is a string is
the text, a zero byte that ends it, one that ends the value and ``s`` (https://docs.gtk.org/glib/gvariant-specification-1.0.html).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_TEXT = re.compile(rb"(appdata-version|appdata-license|runtime)\0+([^\0]+)\0\0s")
_DEPLOYED = b"deploy-version\0"


def parse(file: File) -> Iterator[Fact]:
    """One ``Package``: its version is what its metadata tells, or else the branch. Raises ``Unreadable`` for what is no
    such file."""
    if file.size > DEFAULT.stanza:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.stanza is {DEFAULT.stanza}")
    data = file.read()
    if _DEPLOYED not in data:
        raise Unreadable(f"{file.path!r} does not tell what flatpak deployed")
    told = {key.decode(): value.decode("utf-8", "replace") for key, value in _TEXT.findall(data)}
    name, arch, branch = file.path.split("/")[-5:-2]
    licence, runtime = told.get("appdata-license", ""), told.get("runtime", "").split("/")
    yield Package(
        type="flatpak",
        name=name,
        version=told.get("appdata-version", "") or branch,
        arch=arch,
        licences=(licence,) if licence else (),
        path=file.path,
        depends=(f"{runtime[0]}@{runtime[2]}",) if len(runtime) == 3 else (),
    )


CATALOGUER = Cataloguer(
    "flatpak", 1, Claim(below=(("flatpak/app", 4, "deploy"), ("flatpak/runtime", 4, "deploy"))), parse
)
