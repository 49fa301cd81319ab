"""The DESCRIPTION of an installed R package in, the package out.

https://cran.r-project.org/doc/manuals/r-release/R-exts.html#The-DESCRIPTION-file. ``Built`` is written by the
installation alone (section "Package structure"); a file without it is a source, but for those of R's own packages that
hold no code (``Priority: base``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.catalog._lock import Left
from pratique.errors import Unreadable
from pratique.model import Fact, Package
from pratique.plugins import Cataloguer, Claim, File

_FIELD = re.compile(r"^([A-Za-z][A-Za-z0-9@/_.-]*):((?:[^\n]*)(?:\n[ \t]+[^\n]*)*)", re.MULTILINE)
_WANTED = frozenset(
    {"Package", "Version", "License", "Built", "Priority", "Depends", "Imports", "LinkingTo", "Repository", "biocViews"}
)
# R_HOME/library, site-library of Debian and R-project's images, R_LIBS_USER
_LIBRARY = re.compile(r"(?:^|/)(?:R/library|site-library|R/[\w-]+-library/[\d.]+)/[^/]+/DESCRIPTION$")
_NEEDED = ("Depends", "Imports", "LinkingTo")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9.]*")
_LICENCE_LENGTH = 256


def parse(file: File) -> Iterable[Fact]:
    """The package, of type ``bioconductor`` where it says that it is one of Bioconductor's, else ``cran``. Nothing for
    a file that is no installed package's. Raises ``Unreadable`` for one without a name or a version."""
    text = file.read().decode(errors="replace")
    fields = {found[1]: " ".join(found[2].split()) for found in _FIELD.finditer(text) if found[1] in _WANTED}
    if "Built" not in fields and fields.get("Priority") != "base":
        if _LIBRARY.search(file.path):
            raise Unreadable("DESCRIPTION of an installed package of R without Built: it is cut short, or none")
        return ()
    name, version = fields.get("Package", ""), fields.get("Version", "")
    if not _NAME.fullmatch(name) or Left().out(name, version):
        raise Unreadable(f"DESCRIPTION names no package: {name[:256]!r} {version[:256]!r}")
    bioconductor = "biocViews" in fields or fields.get("Repository", "").startswith("Bioconductor")
    licence = fields.get("License", "")[:_LICENCE_LENGTH]
    return (
        Package(
            "bioconductor" if bioconductor else "cran",
            name,
            version,
            licences=(licence,) if licence else (),
            path=file.path,
            depends=tuple(dict.fromkeys(_needs(fields))),
        ),
    )


def _needs(fields: dict[str, str]) -> Iterable[str]:
    """Names of packages, without R itself and without the versions that are wanted."""
    for field in _NEEDED:
        for part in fields.get(field, "").split(","):
            name = _NAME.match(part.strip())
            if name and name[0] != "R":
                yield name[0]


CATALOGUER = Cataloguer("cran", 2, Claim(names=("DESCRIPTION",)), parse)
