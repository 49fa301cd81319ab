"""CleanStart: OSV ``CleanStart``, a rolling distribution, by the package that a subpackage was made from.
https://github.com/cleanstart-dev/cleanstart-security-advisories"""

from __future__ import annotations

from pratique.vuln.distro._shape import Distribution, Named

DISTRO = Distribution(
    ids=("cleanstart",),
    name="CleanStart",
    type="apk",
    namespace="cleanstart",
    ecosystem="CleanStart",
    rolling=True,
    named=Named.SOURCE,
)
