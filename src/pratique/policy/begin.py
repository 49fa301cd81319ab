"""What a team wants of its policy in, the text of a first ``pratique.yaml`` out."""

from __future__ import annotations

from datetime import date

import msgspec

_TEXT = """\
# What may run here, begun on {today}. docs/policy.md tells every key; after a change: pratique policy check
version: 1

# The rules are those of {parent}. This file may only be stricter,
# but where that one lets it be loosened; what is known to be exploited fails in any case.
# pratique policy explain ID tells which rule decides a finding, and why.
extends: {extends}

# Rules of your own, in order. The first one that holds speaks for this file, and the stricter of both files holds.
# gate:
#   - name: likely-fixable
#     when: finding.epss >= 0.05 && finding.fixable
#     action: fail
#     grace_days: 14

# What holds in some places only: pratique scan --env prod IMAGE
# scopes:
#   - name: production
#     when: target.env == "prod"
#     gate:
#       - {{name: high-fixable, when: 'finding.severity in ["high", "critical"] && finding.fixable', action: fail}}

# Findings that are accepted for a time, each with a reason, an owner and an end. pratique suppress add writes them
# here, and pratique suppress list tells which of them end soon.{owner}
# suppress:

# How far ahead they may end. Less is stricter.
max_suppression_days: 90
"""
_LONGEST = 60  # characters of a parent's name in a comment


def begun(extends: str, owner: str, today: date) -> str:
    """The text of a policy that extends a preset or a file, with comments that show what to write next. ``owner`` is
    who answers for suppressions, "" where nobody is named."""
    answers = "" if not owner else f" Who answers for them:\n# {owner}"
    parent = extends if len(extends) <= _LONGEST else "the file below"
    return _TEXT.format(today=today, parent=parent, extends=msgspec.json.encode(extends).decode(), owner=answers)
