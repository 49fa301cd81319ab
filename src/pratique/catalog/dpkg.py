"""A dpkg status file in, the Debian packages that are there out: https://manpages.debian.org/dpkg#FILES (status),
https://www.debian.org/doc/debian-policy/ch-controlfields.html (syntax of the stanzas).

Distroless images hold one such file a package in ``status.d``, without a ``Status`` field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._damage import Damage
from pratique.catalog._relations import names
from pratique.catalog._stanzas import stanzas
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_STATUS = "var/lib/dpkg/status"
_STATUS_D = "var/lib/dpkg/status.d"
# what a package has beside its stanza (deb(5), "DEBIAN"), and images without dpkg may keep in status.d
_BESIDE = (
    *(".preinst", ".postinst", ".prerm", ".postrm", ".config", ".templates", ".triggers"),
    *(".conffiles", ".list", ".md5sums", ".shlibs", ".symbols"),
)

# Names of fields are not case-sensitive (policy 5.1), and dpkg allows blanks before the colon. A continuation line
# begins with a blank, so a field is a name right after a newline: a literal that the regex engine finds by memchr.
_FIELD = re.compile(
    r"\n(package|status|version|source|architecture|maintainer|depends|pre-depends)[ \t]*:([^\n]*)", re.IGNORECASE
)
_SOURCE = re.compile(r"([^\s(]+)\s*(?:\(\s*([^\s)]+)\s*\))?")  # policy 5.6.1: "name" or "name (version)"

_ABSENT = frozenset(("not-installed", "config-files"))
_PRESENT = frozenset(
    ("half-installed", "unpacked", "half-configured", "triggers-awaited", "triggers-pending", "installed")
)


def parse(file: File) -> Iterator[Fact]:
    """Packages whose files are on the disk: in any state but ``not-installed`` and ``config-files``.

    Stanzas without name or version are a ``Problem``; a file in which no stanza makes sense raises ``Unreadable``.
    """
    if file.path.endswith(_BESIDE):
        return
    text = file.read().decode("utf-8", "replace")
    packages, damage = 0, Damage()
    for stanza in stanzas(text):
        found = package_of(stanza, file.path)
        if isinstance(found, str):
            damage.add(f"{found}: {stanza[:80]!r}")
        elif found is not None:
            packages += 1
            yield found
    if damage.count and not packages:
        raise Unreadable(f"no package in {file.path!r}: {damage.first}")
    if damage.count:
        what = f"{damage.count} stanzas of {file.path!r} are no package: {damage.first}"
        yield Problem(where=file.path, what=what, blocking=True)
    if text and not text.endswith("\n") and file.path == _STATUS:
        yield Problem(
            where=file.path, what=f"{file.path!r} ends in mid-line, so packages may be missing", blocking=True
        )


def package_of(stanza: str, path: str) -> Package | str | None:
    """The package of a stanza, of a status file or of a package's own control file; ``None`` for one that is not there,
    or what is wrong with it. Raises ``LimitExceeded`` for one that needs too many others."""
    found = _FIELD.findall("\n" + stanza)
    fields = {name.lower(): value.strip() for name, value in found}
    if len(fields) != len(found):  # as dpkg, which refuses "duplicate value for field"
        return "a field stands twice"
    state = fields.get("status", "ok installed").rpartition(" ")[2]
    if state in _ABSENT:
        return None
    name, version = fields.get("package", ""), fields.get("version", "")
    if not name or not version or state not in _PRESENT:
        return "no Package" if not name else "no Version" if not version else "no known Status"
    source = _SOURCE.match(fields.get("source", ""))
    return Package(
        type="deb",
        name=name,
        version=version,
        arch=fields.get("architecture", ""),
        source_name=source[1] if source else "",
        source_version=(source[2] or "") if source else "",
        vendor=fields.get("maintainer", ""),
        path=path,
        depends=_needs(fields),
    )


def _needs(fields: dict[str, str]) -> tuple[str, ...]:
    """``Pre-Depends`` and ``Depends`` alike (policy 7.2): both are needed to run."""
    before, then = fields.get("pre-depends", ""), fields.get("depends", "")
    return names(f"{before}, {then}" if before and then else before or then)


CATALOGUER = Cataloguer("dpkg", 4, Claim(paths=(_STATUS,), folders=((_STATUS_D, ""),)), parse, blocking=True)
