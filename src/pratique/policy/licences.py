"""Packages and the policy's word on licences in, a finding for each licence that it refuses out.

A package's licences all hold for it; of an SPDX expression one side of each OR is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from pratique.licences import is_expression, published, satisfied, terms
from pratique.model import LicenceBreach, Package
from pratique.policy.schema import Licences

UNKNOWN = "licence-unknown"


def breaches(packages: Iterable[Package], rules: Sequence[Licences]) -> tuple[LicenceBreach, ...]:
    """A finding a package and refused licence, in the packages' order; none without rules. A licence that one of
    several refuses is refused."""
    if not rules:
        return ()
    judge = _Judge(rules)
    return tuple(
        LicenceBreach(name, title=" AND ".join(package.licences), package=package)
        for package in packages
        for name in judge.refused(package.licences)
    )


class _Judge:
    """What the rules say of a licence; asked of each text once."""

    def __init__(self, rules: Sequence[Licences]) -> None:
        self._words = tuple(_Word(each) for each in rules)
        self._unknown = any(each.unknown for each in rules)
        self._known = dict[str, tuple[str, ...]]()

    def refused(self, licences: tuple[str, ...]) -> Iterator[str]:
        """The identifiers that are refused, each once."""
        if not licences and self._unknown:
            yield UNKNOWN
        found = dict.fromkeys(name for text in licences for name in self._of(text))
        yield from found

    def _of(self, text: str) -> tuple[str, ...]:
        if text not in self._known:
            self._known[text] = self._judged(text)
        return self._known[text]

    def _judged(self, text: str) -> tuple[str, ...]:
        answer = satisfied(text, self._accepts)
        if answer is None:
            return (UNKNOWN,) if self._unknown else ()
        if answer:
            return ()
        return tuple(dict.fromkeys(_base(term) for term in terms(text) if not self._accepts(term)))

    def _accepts(self, term: str) -> bool:
        return all(word.accepts(term) for word in self._words)


class _Word:
    """What one policy says."""

    def __init__(self, rules: Licences) -> None:
        self._allow, self._deny = _Names(rules.allow), _Names(rules.deny)
        self._allows = any(" WITH " not in name for name in rules.allow)

    def accepts(self, term: str) -> bool:
        """Whether packages may be under it: an identifier, or one WITH an exception."""
        base = _base(term)
        if term != base and self._allow.has(term):
            return True
        if self._deny.has(term) or self._deny.has(base):
            return False
        return not self._allows or self._allow.has(base)


class _Names:
    """Identifiers, and beginnings of them with a ``*`` behind."""

    def __init__(self, names: Iterable[str]) -> None:
        names = tuple(names)
        self._exact = frozenset(canonical(name) for name in names if not name.endswith("*"))
        self._heads = tuple(name[:-1].lower() for name in names if name.endswith("*"))

    def has(self, name: str) -> bool:
        return canonical(name) in self._exact or (bool(self._heads) and name.lower().startswith(self._heads))


def _base(term: str) -> str:
    return term.partition(" WITH ")[0]


@lru_cache(maxsize=1 << 12)
def canonical(name: str) -> str:
    """The identifier that took a deprecated one's place: ``GPL-2.0`` is ``GPL-2.0-only``, ``GPL-2.0+`` is
    ``GPL-2.0-or-later`` (https://spdx.org/licenses/, deprecated identifiers); an exception stays behind it."""
    base, with_, exception = name.partition(" WITH ")
    later = f"{base[:-1]}-or-later" if base.endswith("+") else f"{base}-only"
    return (later if published(later) else base).lower() + with_ + exception.lower()


def is_name(text: str) -> bool:
    """Whether a policy may name it: a published identifier, one with an exception, a LicenseRef- name, or the
    beginning of published ones with a ``*`` behind."""
    if text.endswith("*"):
        return len(text) > 1 and published(text[:-1], beginning=True)
    return is_expression(text) and len(terms(text)) == 1 and "(" not in text
