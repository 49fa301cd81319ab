"""WordPress's version.php, a plugin's or a theme's header in; WordPress, the plugin or the theme out.

https://developer.wordpress.org/plugins/plugin-basics/header-requirements/ and
https://developer.wordpress.org/themes/basics/main-stylesheet-style-css/: ``Name: value`` lines within the first 8 kB,
as ``get_file_data`` reads them. NVD names a plugin by its vendor, which no header tells, so plugins have no CPE.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from pratique.catalog._cpe import cpe_name
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_HEAD = 8192  # bytes
_CORE = re.compile(rb"""^[ \t]*\$wp_version[ \t]*=[ \t]*(['"])([0-9][0-9A-Za-z.+-]{0,99})\1[ \t]*;""", re.MULTILINE)
_VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z._+-]{0,99}")
_FOLDER = re.compile(r"[a-z0-9][a-z0-9_.-]{0,199}", re.IGNORECASE)
_PLUGINS, _MUST_USE, _THEMES = "wp-content/plugins", "wp-content/mu-plugins", "wp-content/themes"
_CLAIM = Claim(
    below=(
        ("wp-includes", 0, "version.php"),
        (_PLUGINS, 0, ".php"),
        (_PLUGINS, 1, ".php"),
        (_MUST_USE, 0, ".php"),
        (_THEMES, 1, "style.css"),
    ),
    head=_HEAD,
)


def parse(file: File) -> Iterable[Fact]:
    """The package, named as its folder: that is the name in WordPress's directory. A file without a header is a part
    of a plugin."""
    folder, _, name = file.path.rpartition("/")
    with file.open() as stream:
        head = stream.read(_HEAD)
    if folder.endswith("wp-includes"):
        return _core(file.path, head)
    theme = name == "style.css"
    said = _Header(head)
    title = said("Theme Name" if theme else "Plugin Name")
    version = said("Version")
    slug = folder.rpartition("/")[2]
    if slug in ("plugins", "mu-plugins"):  # a plugin of one file
        slug = name.removesuffix(".php")
    if not title and not theme:
        return ()
    if not title or not _VERSION.fullmatch(version) or not _FOLDER.fullmatch(slug):
        what = f"{'theme' if theme else 'plugin'} of WordPress that tells no name or no version: {title!r} {version!r}"
        return (Problem(file.path, what, hides=True),)
    licence = said("License")
    return (
        Package(
            "generic",
            slug,
            version,
            namespace="wordpress-theme" if theme else "wordpress-plugin",
            licences=(licence,) if licence else (),
            vendor=said("Author"),
            path=file.path,
        ),
    )


def _core(path: str, head: bytes) -> Iterable[Fact]:
    found = _CORE.search(head)
    if found is None:
        return (Problem(path, "WordPress whose version.php tells no version", hides=True),)
    version = found[2].decode("ascii")
    return (Package("generic", "wordpress", version, path=path, cpe=cpe_name("wordpress:wordpress", version)),)


class _Header:
    """The values of the fields in a file's first comment."""

    def __init__(self, head: bytes) -> None:
        self._text = head.decode("utf-8", "replace").replace("\r", "\n")

    def __call__(self, field: str) -> str:
        found = re.search(rf"^(?:[ \t]*<\?php)?[ \t/*#@]*{field}:(.*)$", self._text, re.MULTILINE | re.IGNORECASE)
        text = re.sub(r"\s*(?:\*/|\?>).*", "", found[1]).strip() if found else ""
        return text[:256] if text.isprintable() else ""


CATALOGUER = Cataloguer("wordpress", 2, _CLAIM, parse)
