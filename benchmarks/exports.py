"""Made-up feeds of the size and the shape of the public OSV export, for measuring; nothing in them is a fact.

python benchmarks/exports.py FOLDER [--scale 1.0]

Sizes and shapes follow the public export of 2026: npm mostly of malicious packages, kernels of Ubuntu with a version
stream a flavour, advisories of SUSE and Red Hat that name thousands of packages of many products with shared versions,
listed versions in PyPI and Maven. It imports nothing of ours, so it cannot share a mistake with what it measures.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import random
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

Record = tuple[str, str, str]  # id, modified, JSON

WORDS = (
    *(
        "attacker",
        "remote",
        "crafted",
        "request",
        "denial",
        "service",
        "memory",
        "buffer",
        "overflow",
        "heap",
        "parser",
    ),
    *("header", "allows", "arbitrary", "code", "execution", "improper", "validation", "input", "leak", "session"),
    *("token", "path", "traversal", "injection", "bypass", "authentication", "race", "use", "after", "free", "null"),
    *("pointer", "dereference", "integer", "underflow", "certificate", "check", "missing", "privilege", "sandbox"),
)
SYLLABLES = (
    *("an", "ber", "cor", "dex", "el", "fas", "gri", "hub", "io", "jet", "kan", "lib", "mon", "net", "ox", "py"),
    *("qua", "ren", "ser", "tok", "uni", "vex", "wal", "xyl", "yar", "zen"),
)


def modified(rng: random.Random) -> str:
    return (
        f"20{rng.randint(22, 26)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T"
        f"{rng.randint(0, 23):02}:{rng.randint(0, 59):02}:{rng.randint(0, 59):02}.{rng.randint(0, 999999):06}Z"
    )


def name(rng: random.Random, parts: int = 3) -> str:
    return "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(1, parts))) + rng.choice(
        ("", "", "-js", "-core", "2")
    )


def prose(rng: random.Random, words: int) -> str:
    return " ".join(rng.choices(WORDS, k=words))


def cve(rng: random.Random) -> str:
    return f"CVE-{rng.randint(2010, 2026)}-{rng.randint(1000, 49999)}"


def vector(rng: random.Random) -> str:
    pick = rng.choice
    return (
        f"CVSS:3.1/AV:{pick('NNNALP')}/AC:{pick('LLH')}/PR:{pick('NNLH')}/UI:{pick('NR')}/S:{pick('UUC')}"
        f"/C:{pick('HLN')}/I:{pick('HLN')}/A:{pick('HLN')}"
    )


def document(
    id_: str, date: str, affected: Sequence[str], rng: random.Random, more: str = "", words: int = 60
) -> Record:
    text = (
        f'{{"id":"{id_}","published":"{date}","modified":"{date}","schema_version":"1.7.0"{more}'
        f',"details":"{prose(rng, words)}","affected":[{",".join(affected)}]'
        f',"references":[{{"type":"ADVISORY","url":"https://example.org/{id_}"}},'
        f'{{"type":"WEB","url":"https://example.com/{rng.getrandbits(48):x}"}}]}}'
    )
    return id_, date, text


def package(ecosystem: str, of: str, events: str, kind: str = "ECOSYSTEM", more: str = "") -> str:
    return (
        f'{{"package":{{"ecosystem":"{ecosystem}","name":"{of}","purl":"pkg:generic/{of}"}}'
        f',"ranges":[{{"type":"{kind}","events":[{events}]}}]{more}}}'
    )


def until(fixed: str, introduced: str = "0") -> str:
    return f'{{"introduced":"{introduced}"}},{{"fixed":"{fixed}"}}'


def listed(versions: Sequence[str]) -> str:
    return ',"versions":' + json.dumps(list(versions))


# --- packages of languages -------------------------------------------------------------------


def malicious(rng: random.Random, ecosystem: str, count: int) -> Iterator[Record]:
    for number in range(count):
        of = f"{name(rng)}-{rng.getrandbits(rng.choice((12, 20, 28))):x}"
        origins = (
            '{"malicious-packages-origins":[{"source":"ossf-package-analysis","sha256":'
            f'"{rng.getrandbits(256):064x}","import_time":"2025-05-01T00:00:00Z","versions":["1.0.0"]}}]}}'
        )
        if rng.random() < 0.6:
            versions = [
                f"{rng.randint(0, 99)}.{rng.randint(0, 20)}.{rng.randint(0, 9)}" for _ in range(rng.randint(1, 4))
            ]
            more = f'{listed(versions)},"database_specific":{origins}'
            body = f'{{"package":{{"ecosystem":"{ecosystem}","name":"{of}"}}{more}}}'
        else:
            body = package(ecosystem, of, '{"introduced":"0"}', "SEMVER", f',"database_specific":{origins}')
        summary = f',"summary":"Malicious code in {of} ({ecosystem})"'
        yield document(f"MAL-{rng.randint(2022, 2026)}-{number}", modified(rng), [body], rng, summary, 30)


def reviewed(
    rng: random.Random, ecosystem: str, prefix: str, count: int, spell: Callable[[random.Random], str], listing: int = 0
) -> Iterator[Record]:
    names = [spell(rng) for _ in range(max(count // 3, 1))]
    streams = {of: stream(rng, rng.randint(5, 120)) for of in names}
    for number in range(count):
        affected = []
        for of in rng.sample(names, min(rng.choice((1, 1, 1, 2, 4)), len(names))):
            versions = streams[of]
            for _ in range(rng.choice((1, 1, 2, 3))):
                low = rng.randrange(len(versions))
                high = min(len(versions) - 1, low + rng.randint(1, 40))
                events = until(versions[high], "0" if rng.random() < 0.5 else versions[low])
                more = listed(versions[low:high][:listing]) if listing else ""
                if ecosystem == "Go":
                    symbols = [
                        f"{rng.choice(WORDS).title()}.{rng.choice(WORDS).title()}" for _ in range(rng.randint(0, 6))
                    ]
                    more = f',"ecosystem_specific":{{"imports":[{{"path":"{of}/x","symbols":{json.dumps(symbols)}}}]}}'
                affected.append(package(ecosystem, of, events, "ECOSYSTEM" if listing else "SEMVER", more))
        more = (
            f',"aliases":["{cve(rng)}"],"summary":"{prose(rng, 8)}"'
            f',"severity":[{{"type":"CVSS_V3","score":"{vector(rng)}"}}]'
            ',"database_specific":{"severity":"HIGH","cwe_ids":["CWE-79"],"github_reviewed":true}'
        )
        yield document(f"{prefix}-{number:05}", modified(rng), affected, rng, more, 120)


def stream(rng: random.Random, count: int) -> list[str]:
    """Versions in their order."""
    version, found = [rng.randint(0, 3), 0, 0], []
    for _ in range(count):
        at = rng.choices((0, 1, 2), (1, 4, 10))[0]
        version = [*version[:at], version[at] + 1, *[0] * (2 - at)]
        found.append(".".join(map(str, version)))
    return found


def scoped(rng: random.Random) -> str:
    return f"@{name(rng, 2)}/{name(rng)}" if rng.random() < 0.3 else name(rng)


def module(rng: random.Random) -> str:
    return f"github.com/{name(rng, 2)}/{name(rng)}"


def artifact(rng: random.Random) -> str:
    return f"org.{name(rng, 2)}:{name(rng)}"


# --- distributions ---------------------------------------------------------------------------


def trackers(
    rng: random.Random, ecosystem: str, prefix: str, releases: Sequence[str], count: int, suffix: str
) -> Iterator[Record]:
    """A record a CVE, a source package in some releases: Debian, Alpine, Azure Linux, Mageia, Photon OS."""
    names = [name(rng) for _ in range(max(count // 8, 1))]
    streams = {of: stream(rng, 40) for of in names}
    for number in range(count):
        of = names[int(len(names) * rng.random() ** 3)]
        at = rng.randrange(39)
        affected = []
        for release in releases:
            if rng.random() < 0.8:
                text = f"{streams[of][at]}{suffix}{release if suffix == '+deb' else rng.randint(1, 9)}"
                fixed = rng.random() < 0.7
                more = listed([f"{one}-1" for one in streams[of][max(0, at - 4) : at]]) if suffix == "+deb" else ""
                if suffix == "+deb":
                    urgency = rng.choice(("not yet assigned", "unimportant", "low", "end-of-life"))
                    more += f',"ecosystem_specific":{{"urgency":"{urgency}"}}'
                events = until(text) if fixed else '{"introduced":"0"}'
                affected.append(package(f"{ecosystem}:{release}" if release else ecosystem, of, events, more=more))
        about = f"CVE-{2008 + number * 19 // count}-{1000 + number % 40000}"
        yield document(f"{prefix}{about}", modified(rng), affected, rng, f',"upstream":["{about}"]', 40)


def errata(
    rng: random.Random,
    ecosystem: str,
    prefix: str,
    lines: Sequence[tuple[str, ...]],
    count: int,
    binaries: int,
    width: int,
) -> Iterator[Record]:
    """A record an erratum: the binaries of a source package in the products of some lines, at one version a line."""
    sizes = [binaries * 8, *(rng.randint(1, binaries) for _ in range(count // 8))]  # the first is a kernel
    sources = [(name(rng), [f"{name(rng)}{part}" for part in range(size)]) for size in sizes]
    done: dict[tuple[str, int], int] = {}
    for number in range(count):
        of, parts = sources[int(len(sources) * rng.random() ** 2.5)]
        affected = []
        for line in rng.sample(range(len(lines)), min(rng.choice((1, 2, 3, width)), len(lines))):
            done[of, line] = build = done.get((of, line), 0) + rng.randint(1, 3)
            version = f"{1 + line}.{len(of)}.{build // 7}-{150000 + line * 100}.{build}.{rng.randint(1, 9)}"
            events = until(version)
            more = f',"ecosystem_specific":{{"binaries":[{{"{parts[0]}":"{version}","{of}-devel":"{version}"}}]}}'
            for product in lines[line]:
                for part in parts:
                    if part is parts[0] or zlib.crc32(f"{product}{part}".encode()) & 3:
                        affected.append(package(f"{ecosystem}:{product}", part, events, more=more))
        related = ",".join(f'"{cve(rng)}"' for _ in range(rng.choice((1, 1, 2, 4, 9))))
        more = f',"upstream":[{related}],"related":[{related}],"summary":"Security update for {of}"'
        id_ = f"{prefix}-{2014 + number * 12 // count}:{1000 + number % 9000}-{1 + number // 9000}"
        yield document(id_, modified(rng), affected, rng, more, 80)


def ubuntu(rng: random.Random, count: int) -> Iterator[Record]:
    releases = [f"{pro}{year}.04:LTS" for year in (14, 16, 18, 20, 22, 24) for pro in ("", "Pro:")] + ["25.04", "25.10"]
    flavours = ["linux"] + [f"linux-{name(rng, 2)}{at}" for at in range(11)]
    kernels: dict[tuple[str, str], list[str]] = {}
    for release in releases:
        for flavour in flavours:
            tick = rng.randint(1, 40)
            kernels[release, flavour] = [f"5.{len(release)}.0-{tick + at * 3}.{tick + at * 4}" for at in range(90)]
    cached: dict[tuple[str, str, int], str] = {}
    names = [name(rng) for _ in range(4000)]
    streams = {of: stream(rng, 30) for of in names}
    for number in range(count):
        affected = []
        urgent = rng.choice(("low", "medium", "medium", "high", "negligible"))
        level = f',"severity":[{{"type":"Ubuntu","score":"{urgent}"}}]'
        if number % 5 == 0:
            at = 20 + number * 60 // count + rng.randint(0, 9)
            for key, versions in kernels.items():
                if (*key, at) not in cached:
                    cached[(*key, at)] = kernel(*key, versions, at)
                affected.append(cached[(*key, at)])
        else:
            of = names[int(len(names) * rng.random() ** 3)]
            at = rng.randrange(1, 30)
            for release in releases:
                if rng.random() < 0.7:
                    events = (
                        until(f"{streams[of][at]}-0ubuntu{len(release)}.{at}")
                        if rng.random() < 0.6
                        else '{"introduced":"0"}'
                    )
                    more = listed([f"{one}-0ubuntu1" for one in streams[of][max(0, at - 6) : at]])
                    affected.append(package(f"Ubuntu:{release}", of, events, more=more))
        about = f"CVE-{2012 + number * 15 // count}-{1000 + number % 45000}"
        yield document(f"UBUNTU-{about}", modified(rng), affected, rng, f'{level},"upstream":["{about}"]', 40)


def kernel(release: str, flavour: str, versions: list[str], at: int) -> str:
    binary = f'{{"binary_name":"{flavour}-image","binary_version":"{versions[at]}"}}'
    more = f'{listed(versions[at - 20 : at])},"ecosystem_specific":{{"binaries":[{binary}]}}'
    return package(f"Ubuntu:{release}", flavour, until(versions[at]), more=more)


SLE_PRODUCTS = ("Module for Basesystem", "Server", "Desktop", "Server LTSS", "Server for SAP Applications", "Micro")
SLE_LINES = ("12 SP3", "12 SP4", "12 SP5", "15 SP1", "15 SP2", "15 SP3", "15 SP4", "15 SP5", "15 SP6", "15 SP7")
SLE = tuple(tuple(f"Linux Enterprise {product} {line}" for product in SLE_PRODUCTS) for line in SLE_LINES)
RHEL_PRODUCTS = ("enterprise_linux:{}", "rhel_eus:{}", "enterprise_linux:{}.4", "rhel_eus:{}.4")
RHEL = tuple(
    tuple(f"{product.format(release)}::{part}" for product in RHEL_PRODUCTS for part in ("baseos", "appstream", "crb"))
    for release in (6, 7, 8, 9, 10)
)
EULER = tuple((f"22.03-LTS-SP{pack}", f"24.03-LTS-SP{pack}") for pack in range(1, 5))
LEAP = (*((f"Leap {one}", f"Leap Micro {one}") for one in ("15.3", "15.4", "15.5", "15.6")), ("Tumbleweed",))


def plan(scale: float) -> dict[str, list[tuple[Callable[..., Iterator[Record]], tuple[object, ...]]]]:
    """By ecosystem the functions that make its records, with their arguments; the count is scaled."""

    def of(count: int) -> int:
        return max(1, int(count * scale))

    debian = ("11", "12", "13", "14")
    alpine = tuple(f"v3.{minor}" for minor in range(12, 23))
    return {
        "npm": [(malicious, ("npm", of(195_000))), (reviewed, ("npm", "GHSA-n", of(20_000), scoped))],
        "PyPI": [(malicious, ("PyPI", of(12_000))), (reviewed, ("PyPI", "PYSEC", of(14_000), name, 60))],
        "Go": [(reviewed, ("Go", "GO-2025", of(7_000), module))],
        "Maven": [(reviewed, ("Maven", "GHSA-m", of(6_500), artifact, 60))],
        "NuGet": [(reviewed, ("NuGet", "GHSA-u", of(1_700), name, 40)), (malicious, ("NuGet", of(700)))],
        "RubyGems": [(reviewed, ("RubyGems", "GHSA-r", of(2_000), name, 40)), (malicious, ("RubyGems", of(1_500)))],
        "crates.io": [(reviewed, ("crates.io", "RUSTSEC", of(2_300), name))],
        "Packagist": [(reviewed, ("Packagist", "GHSA-p", of(5_500), lambda rng: f"{name(rng)}/{name(rng)}", 40))],
        "Hex": [(reviewed, ("Hex", "GHSA-h", of(60), name))],
        "Pub": [(reviewed, ("Pub", "GHSA-d", of(20), name))],
        "Bitnami": [(reviewed, ("Bitnami", "BIT", of(9_000), name))],
        "Debian": [
            (trackers, ("Debian", "DEBIAN-", debian, of(62_000), "+deb")),
            (trackers, ("Debian", "DSA-", debian[:2], of(9_000), "+deb")),
        ],
        "Ubuntu": [(ubuntu, (of(62_000),))],
        "Alpine": [(trackers, ("Alpine", "ALPINE-", alpine, of(5_000), "-r"))],
        "Wolfi": [(trackers, ("Wolfi", "CGA-w-", ("",), of(26_000), "-r"))],
        "Chainguard": [(trackers, ("Chainguard", "CGA-c-", ("",), of(32_000), "-r"))],
        "MinimOS": [(trackers, ("MinimOS", "MINI-", ("",), of(14_000), "-r"))],
        "AlmaLinux": [(errata, ("AlmaLinux", "ALSA", (("8",), ("9",), ("10",)), of(6_000), 30, 1))],
        "Rocky Linux": [(errata, ("Rocky Linux", "RLSA", (("8",), ("9",), ("10",)), of(5_500), 30, 1))],
        "Red Hat": [(errata, ("Red Hat", "RHSA", RHEL, of(24_000), 7, 2))],
        "SUSE": [(errata, ("SUSE", "SUSE-SU", SLE, of(24_000), 12, 5))],
        "openSUSE": [(errata, ("openSUSE", "openSUSE-SU", LEAP, of(14_000), 30, 4))],
        "Azure Linux": [(trackers, ("Azure Linux", "AZL-", ("2", "3"), of(13_000), "-"))],
        "openEuler": [(errata, ("openEuler", "OESA", EULER, of(9_000), 20, 4))],
        "Mageia": [(errata, ("Mageia", "MGASA", (("8",), ("9",)), of(6_500), 20, 1))],
        "Photon OS": [(trackers, ("Photon OS", "PHSA-", ("3.0", "4.0", "5.0"), of(6_000), "-"))],
    }


def write(task: tuple[Path, str, float]) -> tuple[str, int]:
    """One ecosystem's export: the archive and the list of changes."""
    folder, ecosystem, scale = task
    target = folder / ecosystem
    target.mkdir(parents=True, exist_ok=True)
    changes = []
    with zipfile.ZipFile(target / "all.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for make, arguments in plan(scale)[ecosystem]:
            rng = random.Random(f"{ecosystem} {make.__name__}")
            for id_, date, text in make(rng, *arguments):
                archive.writestr(zipfile.ZipInfo(f"{id_}.json"), text, zipfile.ZIP_DEFLATED, 1)
                changes.append(f"{date},{id_}\n")
    (target / "modified_id.csv").write_text("".join(sorted(changes, reverse=True)))
    return ecosystem, len(changes)


def generate(folder: Path, scale: float = 1.0) -> dict[str, int]:
    """The whole export; how many records each ecosystem has."""
    folder.mkdir(parents=True, exist_ok=True)
    names = list(plan(scale))
    (folder / "ecosystems.txt").write_text("".join(f"{each}\n" for each in sorted(names)))
    large_first = sorted(names, key=lambda each: each not in ("SUSE", "Ubuntu", "Red Hat", "npm"))
    with multiprocessing.get_context("fork").Pool(2) as pool:
        return dict(pool.imap_unordered(write, [(folder, each, scale) for each in large_first]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--scale", type=float, default=1.0)
    options = parser.parse_args()
    made = generate(options.folder, options.scale)
    print(f"{sum(made.values())} records in {str(options.folder)!r}")


if __name__ == "__main__":
    main()
