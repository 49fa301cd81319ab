"""An Alpine version in, its key out: apk-package(5), "Package version",
https://gitlab.alpinelinux.org/alpine/apk-tools/-/blob/master/doc/apk-package.5.scd.

``number{.number}…{letter}{_suffix{number}}…{~hash}{-r#}``. Where two versions part, what comes next
decides: a pre-release suffix < the end < a build < a hash < a suffix's number < a later suffix < a letter < a number.
As in Gentoo's rule, numbers after the first compare as text where one of them begins with a 0, so ``1.05 < 1.1``.
"""

from __future__ import annotations

import re

from pratique import plugins

_VERSION = re.compile(
    r"(\d+)((?:\.\d+)*)([a-z])?((?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)\d*)*)(?:~([0-9a-f]+))?(?:-r(\d+))?", re.ASCII
)
_SUFFIX = re.compile(r"_([a-z]+)(\d*)")

_PRE, _END, _BUILD, _HASH, _SUFFIX_NUMBER, _POST, _LETTER, _NUMBER = range(8)
_SUFFIXES = {
    name: (rank, index)
    for rank, family in ((_PRE, ("alpha", "beta", "pre", "rc")), (_POST, ("cvs", "svn", "git", "hg", "p")))
    for index, name in enumerate(family)
}


def parse(text: str) -> plugins.Key:
    """The order of ``apk version -t``, from apk-tools 3 on; ``1.0 < 1.00`` was the other way round before."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError
    first, numbers, letter, suffixes, commit, build = match.groups()
    key: list[int] = [int(first)]
    for number in numbers.split(".")[1:]:
        key.append(_NUMBER)
        key += (0, *number.encode(), 0) if number[0] == "0" else (1, int(number))
    if letter:
        key += (_LETTER, ord(letter))
    for name, number in _SUFFIX.findall(suffixes) if suffixes else ():
        key += _SUFFIXES[name]
        if number:
            key += (_SUFFIX_NUMBER, int(number))
    if commit:
        key += (_HASH, *commit.encode(), 0)
    if build:
        key += (_BUILD, int(build))
    key.append(_END)
    return tuple(key)


SCHEME = plugins.Scheme(
    names=("apk", "Alpaquita", "Alpine", "BellSoft Hardened Containers", "Chainguard", "MinimOS", "Wolfi"), parse=parse
)
