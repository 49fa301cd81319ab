"""A version of no scheme in, its key out: what the National Vulnerability Database and programs themselves write.

NVD names no scheme (https://nvd.nist.gov/products/cpe, https://csrc.nist.gov/pubs/ir/7695/final, 5.3.3.4). Numbers are
compared by value and words as text, whatever parts them; missing numbers are 0 (``1.2`` is ``1.2.0``). A word that
announces a release (``rc1``) sorts before it, every other one after it and before the next number
(``1.0.2`` < ``1.0.2k`` < ``1.0.2.1``): OpenSSL's letters, patch levels, service packs.
"""

from __future__ import annotations

import re

from pratique import plugins

_TOKENS = re.compile(r"(\d+)|([a-z]+)", re.ASCII)
_VERSION = re.compile(r"[!-~]+(?: [!-~]+)*", re.ASCII)

_ANNOUNCED = {
    word: rank
    for rank, words in enumerate(
        (
            ("dev", "nightly", "snapshot"),
            ("alpha",),
            ("beta",),
            ("milestone",),
            ("pre", "preview", "ea"),
            ("rc", "cr", "candidate"),
        )
    )
    for word in words
}
_NUMBERED = {"a": _ANNOUNCED["alpha"], "b": _ANNOUNCED["beta"], "m": _ANNOUNCED["milestone"]}
"""Letters that announce a release only where a number follows: ``1.0b2``, but ``1.0.2b`` is OpenSSL's."""
_NOTHING = frozenset(("final", "ga", "release", "v", "version"))

_BEFORE, _END, _WORD, _NUMBER = range(4)


def parse(text: str) -> plugins.Key:
    """Numbers and words; ``ValueError`` for a text without a digit, or with other characters than ASCII."""
    if not _VERSION.fullmatch(text):
        raise ValueError
    tokens: list[tuple[str, str]] = _TOKENS.findall(text.lower())
    if not any(number for number, _ in tokens):
        raise ValueError
    key: list[int | str] = []
    zeros = 0
    for index, (number, word) in enumerate(tokens):
        if word in _NOTHING:
            continue
        if word:
            followed = index + 1 < len(tokens) and bool(tokens[index + 1][0])
            key += _word(word, followed)
            zeros = 0
        elif int(number):
            key += (_NUMBER, 0) * zeros + (_NUMBER, int(number))
            zeros = 0
        else:
            zeros += 1
    return (*key, _END)


def _word(word: str, followed: bool) -> tuple[int | str, ...]:
    rank = _NUMBERED.get(word) if word in _NUMBERED else _ANNOUNCED.get(word)
    if rank is None or (word in _NUMBERED and not followed):
        return _WORD, word
    return _BEFORE, rank


SCHEME = plugins.Scheme(names=("generic", "NVD"), parse=parse)
