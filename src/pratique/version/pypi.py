"""A Python version in, its key out (PEP 440):
https://packaging.python.org/en/latest/specifications/version-specifiers/.

(epoch, release without its zeros at the end, pre-release, post-release, development release, local part).
"""

from __future__ import annotations

import re

from pratique import plugins

_PLAIN = re.compile(r"\d+(?:\.\d+)*", re.ASCII)
# The specification's appendix "parsing version strings with regular expressions" says what else is accepted.
_VERSION = re.compile(
    r"""\s*v?
    (?:(\d+)!)?
    (\d+(?:\.\d+)*)
    (?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?(\d*))?
    (-(\d+)|[-_.]?(?:post|rev|r)[-_.]?(\d*))?
    ([-_.]?dev[-_.]?(\d*))?
    (?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    \s*""",
    re.ASCII | re.IGNORECASE | re.VERBOSE,
)
_LOCAL = re.compile(r"[-_.]")

_NO_PRE_BUT_DEV, _ALPHA, _BETA, _CANDIDATE, _NO_PRE = range(5)
_PHASES = {"a": _ALPHA, "b": _BETA, "c": _CANDIDATE, "p": _CANDIDATE, "r": _CANDIDATE}
_FINAL = (_NO_PRE, 0, 1, 0)  # no pre-release, no post-release, no development release, no local part


def parse(text: str) -> plugins.Key:
    """The order of ``packaging.version.Version``."""
    if _PLAIN.fullmatch(text):
        return (0, *_release(text), *_FINAL)
    match = _VERSION.fullmatch(text)
    if match is None:
        raise ValueError
    epoch, release, phase, phase_number, post, bare_post, post_number, dev, dev_number, local = match.groups()
    key: list[int | str] = [int(epoch or 0), *_release(release)]
    if phase:
        key += (_PHASES[phase[0].lower()], int(phase_number or 0))
    else:
        # "1.dev1" sorts before "1a1", but "1.post1.dev1" after "1"
        key.append(_NO_PRE_BUT_DEV if dev and not post else _NO_PRE)
    key += (1, int(bare_post or post_number or 0)) if post else (0,)
    key += (0, int(dev_number or 0)) if dev else (1,)
    _extend_local(key, local)
    return tuple(key)


def _release(text: str) -> list[int]:
    """The numbers plus one, ended by 0: an end sorts before another number."""
    numbers = [int(number) + 1 for number in text.split(".")]
    while len(numbers) > 1 and numbers[-1] == 1:
        numbers.pop()
    numbers.append(0)
    return numbers


def _extend_local(key: list[int | str], local: str | None) -> None:
    if local is None:
        key.append(0)
        return
    key.append(1)
    for segment in _LOCAL.split(local.lower()):
        key += (2, int(segment)) if segment.isdigit() else (1, segment)
    key.append(0)


def after(text: str) -> plugins.Key:
    """Above the version and, where it has no local part, above all local versions of it, for a local part counts only
    where it is asked for (PEP 440, "Version matching" and "Inclusive ordered comparison")."""
    return (*parse(text)[:-1], 1 if "+" in text else 2)


SCHEME = plugins.Scheme(names=("pypi", "PyPI"), parse=parse, after=after)
