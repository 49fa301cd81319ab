"""Stated vulnerabilities in, the references to their advisories that SPDX 2.3 lets a package have out, by its position.

https://spdx.github.io/spdx-spec/v2.3/how-to-use/#k1-including-security-information-in-a-spdx-document. The format has
no place for scores, decisions or an analysis: the comment tells them.
"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.report import _spdx_document as spdx
from pratique.report import _told
from pratique.report._links import page
from pratique.report._stated import Stated
from pratique.report._text import visible


def references(known: Sequence[Stated]) -> dict[int, list[spdx.Reference]]:
    """An advisory each, with what is known of it and what was decided."""
    found = dict[int, list[spdx.Reference]]()
    for each in known:
        address = page(each.finding.id, "osv")
        if not address:
            continue
        reference = spdx.Reference("SECURITY", "advisory", address, comment(each))
        for place in each.parts:
            found.setdefault(place, []).append(reference)
    return found


def comment(each: Stated) -> str:
    """``CVE-2021-44228: severity critical 10.0; known to be exploited since 2021-12-10; fails by rule kev``."""
    parts = [_told.known(each.finding), _told.decided(each.finding)]
    if each.analysis is not None:
        parts.append(f"{each.analysis.status.value.replace('_', ' ')}: {each.analysis.said}")
    return visible(f"{each.finding.id}: {'; '.join(part for part in parts if part)}")
