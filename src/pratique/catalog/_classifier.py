"""How software that no package manager installed is told by its own files: what a module of ``binaries`` binds."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from pratique.catalog._cpe import cpe_name


class Text(msgspec.Struct, frozen=True):
    """A text that the makers left in the file, and the version in it.

    ``mark``    bytes that stand in or beside it: they are looked for first, since that costs next to nothing.
    ``pattern`` a regular expression of bytes with the group ``version``, searched ``reach`` bytes
                around a mark. It says how the version ends, so that it is never cut short.
    ``alone``   the version's end cannot be seen where it stands: it counts as far as it stands between zero bytes too.
    ``only``    nothing near it says what it is the version of: it counts where all such texts of the file tell the
                same one. The pattern begins with the mark.
    ``needs``   a text that files of the product have elsewhere, where this one does not name it.

    Both may name groups of the file's name: ``{release}`` is what ``Classifier.files`` calls so.
    """

    mark: bytes
    pattern: bytes
    reach: int = 96
    alone: bool = False
    only: bool = False
    needs: bytes = b""


class Classifier(msgspec.Struct, frozen=True):
    """A product, the files that may be its, and the texts that tell its version, surest first.

    ``name``    of the package, ``type`` and ``namespace`` what its purl has beside.
    ``product`` ``vendor:product`` as NVD names it today.
    ``unless``  texts that only other products have, whose files are named so too.
    ``cpe``     how the CPE name is written: product and version in.
    ``files``   regular expressions of base names; each begins with the letters that all names have in common, and with
                something else but a letter behind these. Case does not matter.
    """

    name: str
    product: str
    files: tuple[str, ...]
    texts: tuple[Text, ...]
    type: str = "generic"
    namespace: str = ""
    unless: tuple[bytes, ...] = ()
    cpe: Callable[[str, str], str] = cpe_name


class GoProgram(msgspec.Struct, frozen=True):
    """A product written in Go: its version is that of a module in the build information, what the linker was told to
    put into a variable, or else what such a variable holds.

    ``module`` a regular expression: the path of the module that tells it, less ``/v2`` and the like.
    ``shape``  a regular expression of bytes: how a version of the product looks, with the group ``version``.
    ``generic`` says that the product's versions are not those of its module.
    """

    name: str
    product: str
    files: tuple[str, ...]
    module: str
    shape: bytes
    generic: bool = False
