"""An RPM version in, its key out: rpm-version(7), https://rpm.org/docs/latest/man/rpm-version.7, and ``rpmvercmp``.

(epoch, version, release), the last two as segments of letters and of digits; all other characters only part segments.
At one place ``~`` sorts before the end, then comes the end, ``^``, letters (compared as text), digits (as numbers). A
missing epoch is 0. A missing release sorts before any release: rpm leaves releases out where one is missing, which is
no order; this way ``fixed: 1.0`` is met by every build of 1.0.
"""

from __future__ import annotations

import re

from pratique import plugins

_PART = r"[A-Za-z0-9._+~^%]+"  # the characters that rpmbuild allows; % stands in a few old releases
_VERSION = re.compile(rf"(?:(\d+):)?({_PART})(?:-({_PART}))?", re.ASCII)
_SEGMENTS = re.compile(rb"([0-9]+)|([A-Za-z]+)|([~^])")

_TILDE, _END, _CARET, _LETTERS, _DIGITS = range(5)


def parse(text: str) -> plugins.Key:
    """The order of ``rpm.labelCompare`` on (epoch, version, release)."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError
    epoch, version, release = match.groups()
    key = [int(epoch or 0)]
    _extend(key, version.encode())
    if release is not None:
        _extend(key, release.encode())
    return tuple(key)


def _extend(key: list[int], part: bytes) -> None:
    for digits, letters, mark in _SEGMENTS.findall(part):
        if digits:
            key += (_DIGITS, int(digits))
        elif letters:
            key.append(_LETTERS)
            key += letters
            key.append(0)
        else:
            key.append(_TILDE if mark == b"~" else _CARET)
    key.append(_END)


SCHEME = plugins.Scheme(
    names=(
        "rpm",
        "AlmaLinux",
        "Azure Linux",
        "Mageia",
        "Photon OS",
        "Red Hat",
        "Rocky Linux",
        "SUSE",
        "openEuler",
        "openSUSE",
    ),
    parse=parse,
)
