from __future__ import annotations

from pratique.model import BaseImageFinding, Kev, Malware, Package, Vulnerability

PACKAGE = Package("deb", "zlib1g", "1", path="var/lib/dpkg/status", layer=2)


def test_a_finding_stands_where_its_package_does() -> None:
    finding = Vulnerability("CVE-2024-0001", package=PACKAGE)
    assert (finding.file, finding.from_layer) == ("var/lib/dpkg/status", 2)


def test_a_finding_with_a_place_of_its_own_stands_there() -> None:
    finding = Vulnerability("CVE-2024-0001", package=PACKAGE, path="usr/lib/libz.so", layer=0)
    assert (finding.file, finding.from_layer) == ("usr/lib/libz.so", 0)


def test_a_finding_of_the_image_has_no_package() -> None:
    finding = BaseImageFinding("base-unknown")
    assert (finding.package, finding.file, finding.from_layer) == (None, "", -1)


def test_only_what_stands_in_the_catalogue_is_exploited() -> None:
    assert Vulnerability("CVE-2024-0001", package=PACKAGE, kev=Kev("2024-02-01")).is_exploited
    assert not Vulnerability("CVE-2024-0001", package=PACKAGE).is_exploited
    assert not Malware("MAL-2024-1", package=PACKAGE).is_exploited
    assert not BaseImageFinding("base-unknown").is_exploited
