"""Reading the vendors' own feeds: documents of the published shape and of real size, one of each vendor.

python benchmarks/vendor_feeds.py

Processor seconds, for the readers wait for nothing; the peak of memory is that of a process that only reads.
"""

from __future__ import annotations

import bz2
import gzip
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import _measure
from pratique import plugins
from pratique.limits import DEFAULT
from pratique.vuln.bulletin import Bulletin, Vendor

_PACKAGES = (2, 4, 8, 10, 20, 60)  # in an erratum
_VECTOR = "CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H"


def main() -> None:
    parser = _measure.arguments(__doc__)
    parser.add_argument("--read", nargs=2, metavar=("VENDOR", "DIR"), help="only read; what the peak is taken of")
    options = parser.parse_args()
    if options.read:
        read(options.read[0], Path(options.read[1]))
        return
    figures: dict[str, dict[str, float]] = {}
    for name, lay in DOCUMENTS.items():
        with tempfile.TemporaryDirectory() as folder:
            size = lay(Path(folder))
            records, statements, _ = read(name, Path(folder))
            taken = _measure.median(lambda name=name, at=folder: read(name, Path(at))[2], min(options.runs, 3))
            command = [sys.executable, __file__, "--read", name, folder]
            peak = _measure.peak_pss(command)
        figures[name] = {
            "bytes": size, "records": records, "statements": statements, "seconds": taken, "peak_mb": peak
        }  # fmt: skip
        rate = f"{records / taken:8.0f} records, {statements / taken:8.0f} statements a second"
        print(f"{name:7} {size / 1e6:6.1f} MB {records:7} records {taken:6.2f} s {rate}, at most {peak:.0f} MB")
    _measure.write(options.json, figures)


def read(name: str, folder: Path) -> tuple[int, int, float]:
    """Records, statements and processor seconds. Nothing of a document may be unread."""
    vendor: Vendor = plugins.load("pratique.vuln.vendor", "VENDOR")[name]
    start = time.process_time()
    records = statements = 0
    for found in vendor.read(folder, DEFAULT):
        assert isinstance(found, Bulletin), found
        records += 1
        statements += len(found.statements)
    return records, statements, time.process_time() - start


def oracle(folder: Path) -> int:
    """9,500 errata of two architectures, and the tests behind the definitions."""
    rng = random.Random(1)
    text = ["<oval_definitions><definitions>\n", *(_erratum(rng, number) for number in range(9500)), "</definitions>"]
    test = '<rpminfo_test id="oval:com.oracle.elsa:tst:1" version="501" comment="a is earlier than 1" check="all"/>\n'
    text += ["<tests>\n", test * 400_000, "</tests></oval_definitions>"]
    return _put(folder / "oracle" / "com.oracle.elsa-all.xml.bz2", "".join(text), bz2.compress)


def _erratum(rng: random.Random, number: int) -> str:
    release, id_, count = 6 + number % 5, f"ELSA-{2010 + number % 15}-{number:04}", rng.choice(_PACKAGES)
    cves = "".join(f'<cve cvss3="7.8/{_VECTOR}">CVE-2024-{rng.randint(1000, 60000)}</cve>\n' for _ in range(4))
    builds = "".join(
        f'<criteria operator="AND">\n<criterion test_ref="oval:com.oracle.elsa:tst:{number}{each:03}" comment='
        f'"p{number % 400}-{each} is earlier than 0:1.{number}.{each}-3.el{release}"/>\n'
        f'<criterion test_ref="oval:com.oracle.elsa:tst:{number}" comment="p is signed with the Oracle Linux 8 key"/>'
        "\n</criteria>\n"
        for each in range(count)
    )
    hosts = "".join(
        f'<criteria operator="AND">\n<criterion test_ref="t" comment="Oracle Linux arch is {arch}"/>\n'
        f'<criteria operator="OR">\n{builds}</criteria>\n</criteria>\n'
        for arch in ("aarch64", "x86_64")
    )
    return (
        f'<definition id="oval:com.oracle.elsa:def:{number}" version="501" class="patch">\n<metadata>\n<title>\n{id_}: '
        f" update (IMPORTANT)\n</title>\n<affected><platform>Oracle Linux {release}</platform></affected>\n"
        f"<description>{'a line of it' * 60}</description>\n<advisory>\n<severity>IMPORTANT</severity>\n"
        "<issued date='2024-01-02'/>\n"
        f'{cves}</advisory>\n</metadata>\n<criteria operator="AND">\n<criterion test_ref="t" comment="Oracle Linux '
        f'{release} is installed"/>\n<criteria operator="OR">\n{hosts}</criteria>\n</criteria>\n</definition>\n'
    )


def amazon(folder: Path) -> int:
    """6,000 updates."""
    rng = random.Random(2)
    text = "".join(
        f'<update type="security"><id>ALAS2-2020-{number}</id><issued date="2020-02-07 18:49"/><severity>important'
        f'</severity><description>{"d" * 900}</description><references><reference id="CVE-2020-{1000 + number}" '
        'type="cve"/></references><pkglist><collection><name>Amazon Linux 2</name>'
        + "".join(
            f'<package arch="x86_64" epoch="0" name="p{number % 300}-{each}" release="{number}.amzn2" version="1.5">'
            "<filename>Packages/p-1.5-141.amzn2.x86_64.rpm</filename></package>"
            for each in range(rng.choice(_PACKAGES))
        )
        + "</collection></pkglist></update>"
        for number in range(6000)
    )
    return _put(folder / "amazon" / "2" / "core" / "updateinfo.xml.gz", f"<updates>{text}</updates>", gzip.compress)


def debian(folder: Path) -> int:
    """100,000 vulnerabilities of packages, four releases each."""
    rng = random.Random(3)
    said = (
        {"status": "resolved", "fixed_version": "1.2.3-5", "urgency": "not yet assigned"},
        {"status": "resolved", "fixed_version": "0", "urgency": "unimportant"},
        {"status": "open", "urgency": "low", "nodsa": "Minor issue", "nodsa_reason": "postponed"},
    )
    tracker: dict[str, dict[str, object]] = {}
    for number in range(100_000):
        releases = {
            codename: {
                **rng.choice(said),
                "repositories": {codename: "1.2.3-4", f"{codename}-security": "1.2.3-4+deb1"},
            }
            for codename in ("bullseye", "bookworm", "trixie", "sid")
        }
        issue = {"description": "d" * 140, "scope": "remote", "releases": releases}
        tracker.setdefault(f"p{number % 2400}", {})[f"CVE-{1999 + number % 27}-{10_000 + number}"] = issue
    return _put(folder / "debian" / "tracker.json", json.dumps(tracker), bytes)


def ubuntu(folder: Path) -> int:
    """One release: 45,000 vulnerabilities, one in eight of them of sixty kernels."""
    text = "".join(_ubuntu(number) for number in range(45_000))
    text = f"<oval_definitions><definitions>{text}</definitions></oval_definitions>"
    return _put(folder / "ubuntu" / "com.ubuntu.jammy.cve.oval.xml.bz2", text, bz2.compress)


def _ubuntu(number: int) -> str:
    cve = f"CVE-{2005 + number % 20}-{10_000 + number}"
    words = ("was vulnerable but has been fixed (note: '1:8.9p1-3ubuntu0.5').", "is affected and may need fixing.")
    tests = "".join(
        f'<criterion test_ref="oval:com.ubuntu.jammy:tst:{number}{each}" comment="p{each} package in jammy '
        f'{words[each % 2]}"/>\n'
        for each in range(1 if number % 8 else 60)
    )
    return (
        f'<definition class="vulnerability" id="oval:com.ubuntu.jammy:def:{number}" version="1"><metadata>'
        f"<title>{cve} on Ubuntu 22.04 LTS (jammy) - medium</title><description>{'d' * 800}</description>"
        "<affected><platform>Ubuntu 22.04 LTS</platform></affected><advisory><severity>Medium</severity>"
        f"<cve cvss_vector='{_VECTOR}'>{cve}</cve></advisory></metadata>"
        f"<criteria><criteria operator='OR'>{tests}</criteria></criteria></definition>\n"
    )


def nvd(folder: Path) -> int:
    """One year: 38,000 CVEs."""
    rng = random.Random(4)
    items = [{"cve": each} for each in _cves(rng)]
    return _put(folder / "nvd" / "nvdcve-2.0-2024.json.gz", json.dumps({"vulnerabilities": items}), gzip.compress)


def _cves(rng: random.Random) -> Iterator[dict[str, object]]:
    for number in range(38_000):
        matches = [
            {
                "vulnerable": True,
                "criteria": f"cpe:2.3:a:vendor{number % 3000}:product{each % 3}:*:*:*:*:*:*:*:*",
                "versionStartIncluding": f"{each}.1",
                "versionEndExcluding": f"{each}.9.{number % 50}",
                "matchCriteriaId": "F3F69BFB-4120-4A2B-83E8-A6BF45F67F46",
            }
            for each in range(rng.choice((1, 1, 2, 3, 8, 30)))
        ]
        yield {
            "id": f"CVE-2024-{10_000 + number}",
            "lastModified": "2024-11-21T06:35:04.443",
            "descriptions": [{"lang": "en", "value": "d" * 1000}],
            "metrics": {"cvssMetricV31": [{"type": "Primary", "cvssData": {"vectorString": _VECTOR}}]},
            "configurations": [{"nodes": [{"operator": "OR", "negate": False, "cpeMatch": matches}]}],
            "references": [{"url": f"https://example.org/{'r' * 60}", "source": "x"}] * 6,
        }


def _put(path: Path, text: str, pack: Callable[[bytes], bytes]) -> int:
    path.parent.mkdir(parents=True)
    path.write_bytes(pack(text.encode()))
    return len(text)


DOCUMENTS: dict[str, Callable[[Path], int]] = {
    "oracle": oracle, "amazon": amazon, "debian": debian, "ubuntu": ubuntu, "nvd": nvd
}  # fmt: skip

if __name__ == "__main__":
    main()
