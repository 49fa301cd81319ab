"""A Composer version in, its key out: https://getcomposer.org/doc/articles/versions.md, ordered by
https://www.php.net/manual/function.version-compare.php after Composer's normalisation to four numbers.

At one place: ``dev`` < ``alpha`` < ``beta`` < ``RC`` < the end < a number < ``patch``. A branch (``dev-main``) has no
place in the order and is refused.
"""

from __future__ import annotations

import re

from pratique import plugins

_STABILITY = r"[._-]?(?:(stable|beta|b|RC|alpha|a|patch|pl|p)((?:[.-]?\d++)*+))?([.-]?dev)?(?:\+[!-~]+)?"
_VERSION = re.compile(r"v?(\d{1,5})(?:\.(\d+))?(?:\.(\d+))?(?:\.(\d+))?" + _STABILITY, re.ASCII | re.IGNORECASE)
_DATE = re.compile(r"v?(\d{4}(?:[.:-]?\d{2}){1,6}(?:[.:-]?\d{1,3}){0,2})" + _STABILITY, re.ASCII | re.IGNORECASE)
_DIGITS = re.compile(r"\d+", re.ASCII)

_DEV, _ALPHA, _BETA, _CANDIDATE, _END, _NUMBER, _PATCH = range(7)
_STABILITIES = {"a": _ALPHA, "b": _BETA, "r": _CANDIDATE, "p": _PATCH}


def parse(text: str) -> plugins.Key:
    """The order of ``Composer\\Semver\\Comparator``."""
    match = _VERSION.fullmatch(text)
    if match:
        *release, stability, numbers, dev = match.groups()
    else:
        match = _DATE.fullmatch(text)
        if match is None:
            raise ValueError
        date, stability, numbers, dev = match.groups()
        release = _DIGITS.findall(date)
    key: list[int] = []
    for number in release:
        key += (_NUMBER, int(number or 0))
    phase = _STABILITIES.get(stability[0].lower()) if stability else None
    if phase is not None:
        key.append(phase)
        for number in _DIGITS.findall(numbers):
            key += (_NUMBER, int(number))
    if dev and not (stability and phase is None):  # "stable" ends the version
        key.append(_DEV)
    key.append(_END)
    return tuple(key)


SCHEME = plugins.Scheme(names=("composer", "Packagist"), parse=parse)
