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
    (?:(?P<epoch>\d+)!)?
    (?P<release>\d+(?:\.\d+)*)
    (?:[-_.]?(?P<pre>alpha|a|beta|b|preview|pre|c|rc)[-_.]?(?P<pre_number>\d*))?
    (?P<post>-(?P<post_bare>\d+)|[-_.]?(?:post|rev|r)[-_.]?(?P<post_number>\d*))?
    (?P<dev>[-_.]?dev[-_.]?(?P<dev_number>\d*))?
    (?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?
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
    part = match.groupdict()
    key: list[int | str] = [int(part["epoch"] or 0), *_release(part["release"])]
    if part["pre"]:
        key += (_PHASES[part["pre"][0].lower()], int(part["pre_number"] or 0))
    else:
        # "1.dev1" sorts before "1a1", but "1.post1.dev1" after "1"
        key.append(_NO_PRE_BUT_DEV if part["dev"] and not part["post"] else _NO_PRE)
    key += (1, int(part["post_bare"] or part["post_number"] or 0)) if part["post"] else (0,)
    key += (0, int(part["dev_number"] or 0)) if part["dev"] else (1,)
    _extend_local(key, part["local"])
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


SCHEME = plugins.Scheme(names=("pypi", "PyPI"), parse=parse)
