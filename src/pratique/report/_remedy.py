"""A finding in, what is to be done about it out."""

from __future__ import annotations

from pratique.model import AnyFinding, FixState, ImageFinding, LicenceBreach, Vulnerability
from pratique.report._groups import short_name


def remedy(finding: AnyFinding) -> str:
    """What is to be done about a finding."""
    if isinstance(finding, ImageFinding):
        return finding.hint
    name = short_name(finding.package)
    if isinstance(finding, LicenceBreach):
        return f"replace {name}: the policy refuses its licence"
    if not isinstance(finding, Vulnerability):
        return f"remove {name}: it is malware"
    if finding.fix.versions:
        return f"raise {name} to {' or '.join(finding.fix.versions)}"
    return (
        f"{_NO_FIX.get(finding.fix.state, 'no fix is known')}: remove {name}, or suppress it with a reason and a date"
    )


_NO_FIX = {
    FixState.WILL_NOT_FIX: "its publisher will not mend it",
    FixState.DEFERRED: "its publisher has put the fix off",
    FixState.UNDER_INVESTIGATION: "its publisher is still looking into it",
    FixState.END_OF_LIFE: "it is mended no more, for its support has ended",
}
