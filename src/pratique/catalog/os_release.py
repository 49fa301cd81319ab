"""What names the distribution in, a ``Distro`` out: https://www.freedesktop.org/software/systemd/man/os-release.html;
for images older than that, the files of lsb_release and of the distributions themselves.

Several of them may be there: ``PLACES`` is their order of precedence, best first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import msgspec

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Distro, Fact, Problem
from pratique.plugins import Cataloguer, Claim, File

# One assignment a line, as a shell would read it. In double quotes a backslash escapes $ " \ `; elsewhere anything.
_ASSIGNMENT = re.compile(
    r"""^[ \t]*([A-Za-z_][A-Za-z0-9_]*)=((?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|\\.|[^\s"'\\])*)""", re.MULTILINE
)
_WORD = re.compile(r""""((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^"'\\]+)""")
_ESCAPE = re.compile(r'\\([$"\\`])')

# "CentOS Linux release 7.9.2009 (Core)", "Red Hat Enterprise Linux Server release 6.10 (Santiago)"
_RELEASE = re.compile(r"([A-Za-z][^\n]{0,80}?)\s{1,9}(?:release\s{1,9})?v?(\d[\w.]*)(?:\s+\([^)\n]*\))?")


class _Vendor(msgspec.Struct, frozen=True):
    """How a legacy file's first words translate; ``parts``: how many numbers of the version VERSION_ID has (0: all)."""

    words: str
    id: str
    parts: int = 0


_VENDORS = (
    _Vendor("CentOS", "centos", 1),
    _Vendor("Red Hat", "rhel"),
    _Vendor("Oracle", "ol"),
    _Vendor("AlmaLinux", "almalinux"),
    _Vendor("Rocky", "rocky"),
    _Vendor("Fedora", "fedora"),
    _Vendor("Amazon Linux", "amzn"),
    _Vendor("Scientific", "scientific"),
    _Vendor("CBL-Mariner", "mariner", 2),
    _Vendor("Microsoft Azure Linux", "azurelinux", 2),
    _Vendor("VMware Photon", "photon", 2),
    _Vendor("SUSE Linux Enterprise", "sles"),
    _Vendor("openSUSE", "opensuse"),
)


def parse(file: File) -> Iterator[Fact]:
    """The ``Distro``; raises ``Unreadable`` when an os-release names none, for then nothing else here can be trusted.

    A legacy file that makes no sense is a ``Problem`` only: where there is an os-release too, it does not count.
    """
    if file.size > DEFAULT.os_release:
        raise LimitExceeded(f"{file.path!r} has {file.size} bytes; limits.os_release is {DEFAULT.os_release}")
    text = file.read().decode("utf-8", "replace")
    reader = _LEGACY.get(file.path)
    if reader is None:
        if file.path.startswith(_FOLDER + "/") and not file.path.startswith(_FOLDER + "/os-release"):
            return
        yield _os_release(text, file.path)
        return
    distro = reader(text, file.path)
    if distro is None:
        yield Problem(where=file.path, what=f"{file.path!r} names no distribution that is known: {text[:80]!r}")
    else:
        yield distro


def _os_release(text: str, path: str) -> Distro:
    fields = _assignments(text)
    name = fields.get("ID", "").lower()
    if not name:  # the manual's default, "linux", names no distribution
        raise Unreadable(f"{path!r} has no ID, so the distribution is unknown: {text[:80]!r}")
    return Distro(
        id=name,
        version=fields.get("VERSION_ID", ""),
        codename=fields.get("VERSION_CODENAME", ""),
        like=tuple(fields.get("ID_LIKE", "").lower().split()),
        name=fields.get("PRETTY_NAME", "") or fields.get("NAME", ""),
        path=path,
    )


def _lsb_release(text: str, path: str) -> Distro | None:
    fields = _assignments(text)
    name = fields.get("DISTRIB_ID", "").lower()
    if not name:
        return None
    return Distro(
        id=name,
        version=fields.get("DISTRIB_RELEASE", ""),
        codename=fields.get("DISTRIB_CODENAME", ""),
        name=fields.get("DISTRIB_DESCRIPTION", ""),
        path=path,
    )


def _assignments(text: str) -> dict[str, str]:
    """Later assignments win, as in a shell."""
    return {name: "".join(map(_unquote, _WORD.finditer(value))) for name, value in _ASSIGNMENT.findall(text)}


def _unquote(word: re.Match[str]) -> str:
    double, single, escaped, plain = word.groups()
    return _ESCAPE.sub(r"\1", double) if double is not None else single or escaped or plain or ""


def _alpine(text: str, path: str) -> Distro | None:
    version = text.strip()
    return Distro("alpine", version, name=f"Alpine Linux {version}", path=path) if version[:1].isdigit() else None


def _debian(text: str, path: str) -> Distro | None:
    """ "12.5", or "trixie/sid" before the release. VERSION_ID has been the first number since Debian 4."""
    version = text.strip()
    if re.fullmatch(r"\d+(\.\d+)*", version):
        return Distro("debian", version.partition(".")[0], name=f"Debian GNU/Linux {version}", path=path)
    if re.fullmatch(r"[a-z]+/sid", version):
        return Distro("debian", codename=version.partition("/")[0], name=f"Debian GNU/Linux {version}", path=path)
    return None


def _vendor_release(text: str, path: str) -> Distro | None:
    found = _RELEASE.match(text.lstrip())
    if found is None:
        return None
    words, version = found.groups()
    for vendor in _VENDORS:
        if words.startswith(vendor.words):
            if vendor.parts:
                version = ".".join(version.split(".")[: vendor.parts])
            return Distro(vendor.id, version, name=found[0], path=path)
    return None


_FOLDER = "usr/lib/os.release.d"  # Fedora 22 to 28: usr/lib/os-release is a link to one of several in it

_MODERN = ("etc/os-release", "usr/lib/os-release", "etc/initrd-release", "usr/lib/initrd-release")

_LEGACY: dict[str, Callable[[str, str], Distro | None]] = {
    "etc/lsb-release": _lsb_release,
    "etc/alpine-release": _alpine,
    "etc/oracle-release": _vendor_release,  # before etc/redhat-release, which is there too and names another's product
    "etc/centos-release": _vendor_release,
    "etc/almalinux-release": _vendor_release,
    "etc/rocky-release": _vendor_release,
    "etc/fedora-release": _vendor_release,
    "etc/photon-release": _vendor_release,
    "etc/mariner-release": _vendor_release,
    "etc/azurelinux-release": _vendor_release,
    "etc/SuSE-release": _vendor_release,
    "etc/redhat-release": _vendor_release,
    "etc/system-release": _vendor_release,
    "etc/debian_version": _debian,  # last: Ubuntu and other children of Debian have it too
}

PLACES = (*_MODERN, *_LEGACY)

CATALOGUER = Cataloguer("os-release", 1, Claim(paths=PLACES, folders=((_FOLDER, ""),)), parse, blocking=True)
