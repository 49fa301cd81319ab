"""A gem's version in, its key out: https://docs.ruby-lang.org/en/master/Gem/Version.html.

Numbers and words in turn; the shorter version is filled with zeros without end, and a word sorts before any number.
So what a run of zeros means is told by what follows it: ``1.a.0.b < 1.a < 1.a.0.1``. At one place therefore: a word <
zeros before a word (fewer first) < the end < zeros before a number (more first) < a number.
"""

from __future__ import annotations

import re

from pratique import plugins

_VERSION = re.compile(r"\s*([0-9]+(?:\.[0-9A-Za-z]+)*(?:-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?)?\s*", re.ASCII)
_SEGMENTS = re.compile(r"[0-9]+|[a-z]+", re.ASCII | re.IGNORECASE)

_WORD, _ZEROS_THEN_WORD, _END, _ZEROS_THEN_NUMBER, _NUMBER = range(5)
_MOST_ZEROS = 1 << 15  # more than a text of the longest allowed length holds


def parse(text: str) -> plugins.Key:
    """The order of ``Gem::Version#<=>``. Empty text is the version 0, as in Ruby's constructor."""
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError
    segments = _SEGMENTS.findall((match[1] or "0").replace("-", ".pre."))
    key: list[int | str] = []
    zeros = 0
    words = False
    for segment in segments:
        if not segment[0].isdigit():
            if not words:
                zeros = 0  # "1.0.a" is "1.a": zeros before the first word are left out
                words = True
            key += (_ZEROS_THEN_WORD, zeros, segment) if zeros else (_WORD, segment)
            zeros = 0
        elif int(segment) == 0:
            zeros += 1
        else:
            key += (_ZEROS_THEN_NUMBER, _MOST_ZEROS - zeros) if zeros else ()
            key += (_NUMBER, int(segment))
            zeros = 0
    key.append(_END)
    return tuple(key)


SCHEME = plugins.Scheme(names=("gem", "RubyGems"), parse=parse)
