"""A package's file in the registry of PEAR and PECL in, the package and what it installed out.

``.registry/NAME.reg``, or ``.registry/.channel.HOST/NAME.reg`` for another channel than PEAR's own, holds what
``package.xml`` said as a serialized PHP array (https://pear.php.net/manual/en/guide.developers.package2.php).
"""

from __future__ import annotations

from collections.abc import Iterable

from pratique.catalog._lock import Left
from pratique.catalog._php_serialized import Value, read
from pratique.errors import Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Owns, Package
from pratique.plugins import Cataloguer, Claim, File

_PEAR, _PECL = "pear.php.net", "pecl.php.net"
_LICENCE_LENGTH = 256


def parse(file: File) -> Iterable[Fact]:
    """The package, of type ``pecl`` for one of PECL's channel, else ``pear`` with a foreign channel as its namespace,
    and the files that it owns. Raises ``Unreadable``."""
    about = read(file.read())
    name, version = _text(about, "name"), _text(about, "version") or _text(_member(about, "version"), "release")
    name = name or _text(about, "package")
    if Left().out(name, version):
        raise Unreadable(f"registered package names nothing: {name[:256]!r} {version[:256]!r}")
    channel = _text(about, "channel") or _PEAR
    kind = "pecl" if channel == _PECL else "pear"
    namespace = "" if channel in (_PEAR, _PECL) else channel
    licence = _text(about, "license") or _text(_member(about, "license"), "_content")
    licences = (licence[:_LICENCE_LENGTH],) if licence else ()
    depends = tuple(_needed(about))
    yield Package(kind, name, version, namespace, licences=licences, path=file.path, depends=depends)
    paths = tuple(_installed(about))
    if paths:
        yield Owns(name, paths[: DEFAULT.owned_paths], kind)


def _member(value: Value, key: str) -> Value:
    return value.get(key, "") if isinstance(value, dict) else ""


def _text(value: Value, key: str) -> str:
    found = _member(value, key)
    return found.strip() if isinstance(found, str) else ""


def _needed(about: Value) -> Iterable[str]:
    """Packages that it requires; one is told as itself, several as a list."""
    needed = _member(_member(_member(about, "dependencies"), "required"), "package")
    listed = [needed] if _text(needed, "name") else needed.values() if isinstance(needed, dict) else ()
    return (name for name in (_text(one, "name") for one in listed) if name)


def _installed(about: Value) -> Iterable[str]:
    files = _member(about, "filelist")
    for one in files.values() if isinstance(files, dict) else ():
        path = _text(one, "installed_as").lstrip("/")
        if path:
            yield path


CATALOGUER = Cataloguer("pear", 1, Claim(below=((".registry", 0, ".reg"), (".registry", 1, ".reg"))), parse)
