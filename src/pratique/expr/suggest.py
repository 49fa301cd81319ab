"""A misspelt word and the words that exist in, the nearest of them out, as the end of a sentence."""

from __future__ import annotations

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'epss'?"``, or "" where nothing is near. Case counts little, for CEL's does."""
    import difflib  # only a policy that is wrong pays for it

    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(word[:100].casefold(), by_folded, n=1, cutoff=0.6)
    return f"; did you mean {by_folded[near[0]]!r}?" if near else ""
