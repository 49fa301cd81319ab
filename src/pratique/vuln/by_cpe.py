"""A package's CPE in, what NVD calls the program, its version and the software that it is for out.

https://csrc.nist.gov/pubs/ir/7695/final. Only applications are asked for: a container runs its host's kernel.
"""

from __future__ import annotations

import msgspec

from pratique.model import Package
from pratique.vuln.vendor import _cpe

ECOSYSTEM = "NVD"

# NVD names a product after its vendor; some have been bought or renamed, and it writes all of their names
# (https://nvd.nist.gov/vuln/detail/CVE-2021-23017, …/CVE-2018-12326, …/CVE-2015-8863, …/CVE-2019-11281,
# …/CVE-2017-8807).
_SAME = (
    ("broadcom:rabbitmq_server", "pivotal_software:rabbitmq", "vmware:rabbitmq"),
    ("f5:nginx", "nginx:nginx"),
    ("jqlang:jq", "jq_project:jq"),
    ("oracle:mysql", "mysql:mysql"),
    ("redis:redis", "redislabs:redis"),
    ("varnish_cache_project:varnish_cache", "varnish-cache:varnish"),
)


class Program(msgspec.Struct, frozen=True):
    """``names`` are ``vendor:product`` as NVD may write it, the CPE's own first; ``software`` is the target's, "" for
    none."""

    names: tuple[str, ...]
    version: str
    software: str = ""


def program(package: Package) -> Program | None:
    """What its CPE says; None where it has none that names an application. A version of the package's that is no
    version of the CPE's, for the CPE leaves it open, is taken as it stands."""
    try:
        cpe = _cpe.parse(package.cpe)
    except ValueError:
        return None
    if cpe.part != "a" or {cpe.vendor, cpe.product} & {_cpe.ANY, _cpe.NOT_APPLICABLE}:
        return None
    own = f"{cpe.vendor}:{cpe.product}"
    others = [name for same in _SAME if own in same for name in same if name != own]
    open_ = cpe.wild or cpe.version in (_cpe.ANY, _cpe.NOT_APPLICABLE)
    return Program((own, *others), package.version if open_ else _cpe.version_of(cpe), _cpe.target(cpe))
