"""A product as NVD names it and a version as its makers write it in, the CPE 2.3 name out: NISTIR 7695, 6.2
(https://csrc.nist.gov/pubs/ir/7695/final). A pre-release is the name's update, as in NVD's dictionary
(https://nvd.nist.gov/products/cpe): ``1.0.0-rc.1`` is version ``1.0.0``, update ``rc1``."""

from __future__ import annotations

import re

_PRE_RELEASE = re.compile(r"(\d+(?:\.\d+)*)[-._]?(alpha|beta|rc|a|b)[-._]?(\d*)", re.IGNORECASE)
_WORDS = {"a": "alpha", "b": "beta"}
_JAVA_8 = re.compile(r"1\.(\d)\.0(?:_(\d{1,4}))?")
_PLAIN = re.compile(r"[^A-Za-z0-9._-]")


def cpe_name(product: str, version: str) -> str:
    """The formatted string of an application; ``product`` is ``vendor:product``, each already quoted."""
    found = _PRE_RELEASE.fullmatch(version)
    if found is None:
        return _formatted(product, version, "")
    word = found[2].lower()
    return _formatted(product, found[1], _WORDS.get(word, word) + found[3])


def java_cpe_name(product: str, version: str) -> str:
    """That of a JDK. Releases up to 8 (``1.8.0_352``) are version and update, and NVD's openjdk leaves out the ``1.``
    and the ``.0``."""
    found = _JAVA_8.fullmatch(version)
    if found is None:
        return _formatted(product, version, "")
    number = found[1] if product.endswith(":openjdk") else f"1.{found[1]}.0"
    return _formatted(product, number, f"update{int(found[2])}" if found[2] else "")  # 1.8.0_05 is update5


def _formatted(product: str, version: str, update: str) -> str:
    return f"cpe:2.3:a:{product}:{_quoted(version)}:{_quoted(update) or '*'}:*:*:*:*:*:*"


def _quoted(text: str) -> str:
    """An attribute's value: all but letters, digits, ``_``, ``-`` and ``.`` is quoted (NISTIR 7695, 5.3.2 and 6.2.2.2;
    ``-`` and ``.`` within a value stand unquoted in NVD's dictionary)."""
    return _PLAIN.sub(lambda found: "\\" + found[0], text.lower())
