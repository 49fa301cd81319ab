"""Packages, layers and findings that hand-made reports are made of."""

from __future__ import annotations

from pratique.model import (
    Action,
    BaseImageFinding,
    CoverageFinding,
    DatabaseStatus,
    Decision,
    Distro,
    Epss,
    Evidence,
    FeedStatus,
    Fix,
    FixState,
    Image,
    Kev,
    Layer,
    Level,
    Malware,
    Package,
    Platform,
    Severity,
    Vulnerability,
)

DEBIAN = Distro("debian", "12", "bookworm", name="Debian GNU/Linux", path="usr/lib/os-release")


def deb(name: str, version: str, source: str = "", layer: int = 0) -> Package:
    return Package(
        "deb",
        name,
        version,
        namespace="debian",
        arch="amd64",
        source_name=source,
        path="var/lib/dpkg/status",
        layer=layer,
    )


LOG4J = Package(
    "maven",
    "log4j-core",
    "2.14.1",
    namespace="org.apache.logging.log4j",
    licences=("Apache-2.0",),
    path="app/lib/app.jar!/BOOT-INF/lib/log4j-core-2.14.1.jar",
    layer=2,
)
GLIBC = tuple(deb(name, "2.36-9+deb12u1", "glibc") for name in ("libc-bin", "libc-l10n", "libc6", "locales"))
ZLIB = deb("zlib1g", "1:1.2.13.dfsg-1", "zlib")
EVIL = Package("npm", "evil", "1.0.0", namespace="@scope", path="app/node_modules/@scope/evil/package.json", layer=2)
WIDE = Package(
    "pypi", "日本語パッケージ", "1.0", path="usr/lib/python3/dist-packages/日本語.dist-info/METADATA", layer=1
)


def vulnerability(
    identifier: str,
    package: Package,
    level: Level = Level.UNKNOWN,
    score: float | None = None,
    *,
    fix: Fix | None = None,
    kev: Kev | None = None,
    epss: float | None = None,
    decision: Decision | None = None,
) -> Vulnerability:
    return Vulnerability(
        identifier,
        Severity(level, score, source="nvd"),
        package=package,
        aliases=(f"GHSA-of-{identifier}",),
        fix=fix or Fix(),
        kev=kev,
        epss=None if epss is None else Epss(epss, 0.99, "2026-11-20"),
        evidence=(Evidence(f"REC-{identifier}", "Debian:12", package.name, package.version, "deb", fixed="9"),),
        decision=decision or Decision(),
    )


def fixed(*versions: str) -> Fix:
    return Fix(FixState.FIXED, versions)


def rule(action: Action, name: str) -> Decision:
    return Decision(action, name)


LAYERS = tuple(
    Layer(index, f"sha256:{index:064x}", f"sha256:{index + 16:064x}", size=1000 * (index + 1), created_by=created_by)
    for index, created_by in enumerate(
        (
            "/bin/sh -c #(nop) ADD file:8f5d1e in / ",
            "RUN /bin/sh -c apt-get update && apt-get install -y --no-install-recommends python3 # buildkit",
            "COPY target/lib /app/lib # buildkit",
        )
    )
)
IMAGE = Image(
    "registry.example.org/team/app:1.4",
    "registry.example.org/team/app:1.4",
    "sha256:" + "3f9c" * 16,
    "sha256:" + "51ab" * 16,
    Platform("linux", "amd64"),
    layers=LAYERS,
)
DATABASE = DatabaseStatus(
    "pratique",
    "/home/someone/db",
    "sha256:" + "d0" * 32,
    feeds=(
        FeedStatus("Debian", "2026-11-19T03:00:00Z", 41_000, 90_000, digest="sha256:" + "1" * 64),
        FeedStatus("Maven", "2026-11-18T03:00:00Z", 6_000, 9_000),
        FeedStatus("KEV", "2026-11-20T12:00:00Z", 1_500),
        FeedStatus("EPSS", "2026-11-20T00:00:00Z", 300_000),
    ),
)
FINDINGS = (
    vulnerability(
        "CVE-2021-44228",
        LOG4J,
        Level.CRITICAL,
        10.0,
        fix=fixed("2.15.0", "2.12.2", "2.3.1"),
        kev=Kev("2021-12-10", "2021-12-24", ransomware=True),
        epss=0.944,
        decision=rule(Action.FAIL, "kev"),
    ),
    vulnerability(
        "CVE-2021-45046",
        LOG4J,
        Level.CRITICAL,
        9.0,
        fix=fixed("2.16.0"),
        kev=Kev("2023-05-01"),
        epss=0.943,
        decision=rule(Action.FAIL, "kev"),
    ),
    vulnerability(
        "CVE-2021-45105", LOG4J, Level.MEDIUM, 5.9, fix=fixed("2.17.0"), epss=0.65, decision=rule(Action.WARN, "epss")
    ),
    *(
        vulnerability(
            "CVE-2023-4911",
            package,
            Level.HIGH,
            7.8,
            fix=fixed("2.36-9+deb12u3"),
            kev=Kev("2023-11-21"),
            epss=0.71,
            decision=rule(Action.FAIL, "kev"),
        )
        for package in GLIBC
    ),
    vulnerability(
        "CVE-2024-2961",
        GLIBC[2],
        Level.HIGH,
        7.3,
        fix=fixed("2.36-9+deb12u6"),
        decision=Decision(Action.WARN, "fixable", grace_until="2026-12-01"),
    ),
    *(
        vulnerability(f"CVE-2022-{1000 + number}", ZLIB, level)
        for number, level in enumerate([Level.LOW, Level.MEDIUM, Level.UNKNOWN] * 4)
    ),
    vulnerability(
        "CVE-2020-1111",
        ZLIB,
        Level.HIGH,
        7.0,
        decision=Decision(
            Action.ALLOW,
            "suppress",
            suppressed_until="2026-11-30",
            reason="not reachable from our code",
            owner="web@example.org",
        ),
    ),
    vulnerability(
        "CVE-2020-2222",
        ZLIB,
        Level.LOW,
        3.0,
        decision=Decision(
            Action.ALLOW, "suppress", suppressed_until="2027-01-30", reason="only on Windows", owner="web@example.org"
        ),
    ),
    Malware("MAL-2024-77", package=EVIL, decision=rule(Action.FAIL, "malware")),
    BaseImageFinding(
        "base-unpinned",
        Severity(Level.MEDIUM),
        "it was built on debian:12, and nothing tells on which build of it",
        decision=rule(Action.WARN, "base-unpinned"),
        hint="name it by its digest: FROM debian:12@sha256:…",
    ),
    BaseImageFinding(
        "image-old",
        Severity(Level.LOW),
        "the image was built 412 days ago, on 2025-10-05",
        decision=Decision(
            Action.ALLOW, "old", suppressed_until="2026-12-30", reason="goes in January", owner="web@example.org"
        ),
        hint="rebuild it on the newest build of its base",
    ),
    CoverageFinding(
        "executables-unaccounted",
        Severity(Level.LOW),
        "1 of 214 executables belong to no package (opt/<b>acme</b>)",
        hint="install them as packages",
    ),
)
