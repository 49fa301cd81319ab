"""A package of dpkg's or apk's database in, whether another than the distribution published it out.

Neither database names a vendor, and Debian's maintainers write from any address, so that only those can be told who are
known: by the domain of the maintainer's address, which no maintainer of the distributions has, or by the mark that an
archive puts into its versions. https://www.debian.org/doc/debian-policy/ch-controlfields.html#maintainer and
https://wiki.alpinelinux.org/wiki/APKBUILD_Reference
"""

from __future__ import annotations

import functools
import re

from pratique.model import Package

_DOMAINS = frozenset(
    (
        "azul.com",
        "azulsystems.com",
        "clickhouse.com",
        "cloudflare.com",
        "confluent.io",
        "couchbase.com",
        "datadoghq.com",
        "docker.com",
        "dotnetfoundation.org",
        "elastic.co",
        "elasticsearch.com",
        "f5.com",
        "gitlab.com",
        "grafana.com",
        "hashicorp.com",
        "influxdata.com",
        "influxdb.com",
        "kubernetes.io",
        "mariadb.org",
        "microsoft.com",
        "mongodb.com",
        "neo4j.com",
        "newrelic.com",
        "nginx.com",
        "nodesource.com",
        "oracle.com",
        "percona.com",
        "redis.com",
        "redis.io",
        "tailscale.com",
        "timescale.com",
        "varnish-software.com",
    )
)
# Of companies whose people maintain packages of Debian too.
_ADDRESSES = frozenset(("cloud-sdk-eng@google.com", "corretto-team@amazon.com", "cudatools@nvidia.com"))
# pgdg: https://wiki.postgresql.org/wiki/Apt/FAQ; MariaDB: https://mariadb.com/kb/en/installing-mariadb-deb-files/.
_MARKS = re.compile(r"nodesource|\.pgdg|deb\.sury\.org|\+maria~")
# Sury's dated builds for a release (``+0~20221108.73+debian11``); Launchpad's personal archives (``+ppa1``, ``~ppa1``).
_DATED = re.compile(r"\+0~\d{8}\.\d+\+(?:debian|ubuntu)|[~+.-]ppa\d*(?!\w)")


def is_of_another(package: Package) -> bool:
    """Whether the package is none of the distribution's own, as far as its maintainer and version tell."""
    version = package.version
    if _is_anothers(package.vendor) or _MARKS.search(version):
        return True
    # Ubuntu's own FIPS builds come from such archives: 1.0.2g-1ubuntu4.fips.4.6~ppa1
    marked = "+0~" in version or ("ppa" in version and "fips" not in version)
    return marked and _DATED.search(version) is not None


@functools.lru_cache(maxsize=4096)
def _is_anothers(maintainer: str) -> bool:
    """Whether a maintainer (``Name <address>``) is known to publish packages beside the distributions'."""
    address = maintainer.rpartition("<")[2].rstrip("> ").lower()
    domain = address.partition("@")[2]
    while domain:
        if domain in _DOMAINS:
            return True
        domain = domain.partition(".")[2]
    return address in _ADDRESSES
