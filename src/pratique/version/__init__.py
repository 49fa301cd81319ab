"""A scheme's name and a version text in, a key out: bytes whose memcmp order is the scheme's order.

SQLite and PostgreSQL compare blobs as ``memcmp`` does, so a range of versions is a range of an index. No key is a
prefix of another one, so ``key + b"\\0"`` lies directly above ``key`` and below every greater version. Schemes are
named as package URLs (https://github.com/package-url/purl-spec, types) and OSV
(https://ossf.github.io/osv-schema/, affected[].package.ecosystem) name them. OSV's ``introduced: "0"`` means "from the
beginning" in every ecosystem and is no version: callers use ``b""`` for it.
"""

from __future__ import annotations

import importlib
from functools import cache, lru_cache

from pratique import plugins
from pratique.version._names import MODULES
from pratique.version._pack import pack

LONGEST_TEXT = 1024  # characters; the longest version in the public feeds has 69


@lru_cache(maxsize=1 << 12)  # 15 MB, were all of the longest
def key(scheme: str, text: str) -> bytes:
    """The key of ``text``, at most ``_pack.LONGEST_KEY`` bytes.

    Raises ``ValueError``, with the value quoted, where ``text`` is no version in ``scheme`` or is too long, and where
    no scheme has that name. Errors are not remembered, so hostile texts cannot crowd out the versions in use.
    """
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a version of {len(text)} characters is too long: {text[:40]!r}…")
    parse = _scheme(scheme).parse
    try:
        return pack(parse(text))
    except ValueError as error:
        reason = f": {error}" if str(error) else ""
        raise ValueError(f"{text!r} is no {scheme} version{reason}") from None


def after(scheme: str, text: str) -> bytes:
    """The least key above the version and all that count as it, which has no local part: 2.5.1 is 2.5.1+cu121 too.
    Raises as ``key`` does."""
    least, beyond = key(scheme, text), _scheme(scheme).after
    return pack(beyond(text)) if beyond is not None else least + b"\0"


def has_local(scheme: str) -> bool:
    """Whether the scheme has local versions, which count as those that they are made of. Raises ``ValueError`` where no
    scheme has that name."""
    return _scheme(scheme).after is not None


def names() -> tuple[str, ...]:
    """All names that ``key`` knows, sorted."""
    return tuple(sorted(MODULES))


@cache
def _scheme(name: str) -> plugins.Scheme:
    module = MODULES.get(name)
    if module is None:
        raise ValueError(f"unknown version scheme {name!r}; known are {', '.join(names())}")
    scheme: plugins.Scheme = importlib.import_module(f"{__name__}.{module}").SCHEME
    return scheme
