"""A vulnerability of a CSAF document in, what it says of single products (days, unfixed states, levels) out.

https://docs.oasis-open.org/csaf/csaf/v2.0/os/csaf-v2.0-os.html, 3.2.3.12 (remediations), 3.2.3.14 (threats).
"""

from __future__ import annotations

import re

import msgspec

from pratique.model import FixState, Level
from pratique.vuln.vendor._csaf import Remediation, Threat, ids

# The vendors' own words in the details: https://redhatproductsecurity.github.io/security-data-guidelines/csaf-vex/
_DETAILS = {
    "out of support scope": FixState.END_OF_LIFE,
    "will not fix": FixState.WILL_NOT_FIX,
    "fix deferred": FixState.DEFERRED,
    "deferred": FixState.DEFERRED,
}
_CATEGORIES = {"no_fix_planned": FixState.WILL_NOT_FIX, "none_available": FixState.AFFECTED}
_LEVELS = {
    "critical": Level.CRITICAL,
    "important": Level.HIGH,
    "moderate": Level.MEDIUM,
    "low": Level.LOW,
    "not set": Level.UNKNOWN,
    "none": Level.NONE,
}
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?=T|$)")


class Told(msgspec.Struct, frozen=True):
    """By product id: the day of the fix, the state of what is not fixed, the level; ``level`` is that of all others."""

    days: dict[str, str]
    states: dict[str, FixState]
    levels: dict[str, Level]
    level: Level

    def rated(self, id_: str) -> Level:
        """How bad it is for a product."""
        return self.levels.get(id_, self.level)


def told(remediations: list[Remediation] | None, threats: list[Threat] | None, aggregate: str) -> Told:
    """All of it; ``aggregate`` is the document's own word. Raises ``ValueError`` for a list that is none."""
    days: dict[str, str] = {}
    fixes = [(day(each.date or ""), each) for each in remediations or () if each.category == "vendor_fix"]
    for when, fix in sorted(fixes, key=lambda pair: pair[0], reverse=True):  # the earliest is written last
        if when:
            days.update(dict.fromkeys(ids(fix.product_ids), when))
    states: dict[str, FixState] = {}
    for each in remediations or ():
        if each.category in _CATEGORIES:
            word = (each.details or "").strip().lower()
            states.update(dict.fromkeys(ids(each.product_ids), _DETAILS.get(word, _CATEGORIES[each.category])))
    impacts = [each for each in threats or () if each.category == "impact"]
    levels: dict[str, Level] = {}
    if len(impacts) == 1:
        return Told(days, states, levels, level(impacts[0].details or "") or level(aggregate) or Level.UNKNOWN)
    for threat in impacts:
        levels.update(dict.fromkeys(ids(threat.product_ids), level(threat.details or "") or Level.UNKNOWN))
    return Told(days, states, levels, level(aggregate) or Level.UNKNOWN)


def level(word: str) -> Level | None:
    """The vendor's word for how bad it is; None for one that we do not know. Red Hat's and SUSE's scales are the same:
    https://access.redhat.com/security/updates/classification/, https://www.suse.com/support/security/rating/"""
    return _LEVELS.get(word.strip().lower())


def day(text: str) -> str:
    """The date of a time, "" for what is none."""
    found = _DAY.match(text)
    return found[0] if found else ""
