"""Hand-made reports for the tests of the writers. ``python tests/reports.py`` writes their golden outputs and
the published schemas anew."""

from __future__ import annotations

from pathlib import Path

import msgspec

from pratique.difference import compare
from pratique.model import (
    Action,
    BaseImageFinding,
    BaselineStatus,
    Candidate,
    Coverage,
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
    NotAssessed,
    Package,
    Plan,
    Platform,
    PolicyStatus,
    Problem,
    Reason,
    Report,
    Result,
    Severity,
    Tally,
    Tool,
    Upgrade,
    Verdict,
    Vex,
    VexStatus,
    Vulnerability,
)
from pratique.plugins import WriteOptions
from pratique.report import (
    _difference_json,
    _difference_markdown,
    _difference_text,
    _schema,
    csv,
    github_actions,
    gitlab,
    json,
    junit,
    markdown,
    sarif,
    table,
)

NOW = "2026-11-21T10:00:00Z"
DEBIAN = Distro("debian", "12", "bookworm", name="Debian GNU/Linux", path="usr/lib/os-release")
GOLDEN = Path(__file__).parent / "report" / "golden"


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
FAILING = Report(
    "registry.example.org/team/app:1.4",
    NOW,
    Tool(version="0.1.0"),
    IMAGE,
    DEBIAN,
    (LOG4J, *GLIBC, ZLIB, EVIL),
    FINDINGS,
    (
        Problem(
            "app/lib/broken.jar",
            "is no zip archive: its end of central directory is missing",
            layer=2,
            hint="rebuild it",
        ),
    ),
    Coverage(
        7,
        6,
        (NotAssessed("no feed speaks for packages of a third party", 1, ("acme-agent",)),),
        3,
        3,
        ("secrets", "misconfiguration"),
    ),
    DATABASE,
    PolicyStatus(path="pratique.yaml", digest="sha256:" + "ee" * 32),
    Verdict(
        Result.FAIL,
        (Reason("kev", 6, "6 findings by rule kev"), Reason("malware", 1, "1 finding by rule malware")),
        ("log4j-core 2.17.0 clears 3", "remove @scope/evil 1.0.0"),
    ),
    plan=Plan(
        "fail",
        (
            Upgrade(
                "maven",
                "org.apache.logging.log4j:log4j-core",
                ("2.14.1",),
                "2.17.0",
                2,
                ("CVE-2021-44228", "CVE-2021-45046"),
                ("log4j-core",),
                "own",
                ("org.example:web",),
            ),
            Upgrade(
                "deb",
                "glibc",
                ("2.36-9+deb12u1",),
                "2.36-9+deb12u3",
                4,
                ("CVE-2023-4911",),
                ("libc-bin", "libc-l10n", "libc6", "locales"),
                "base",
            ),
        ),
        "RUN apt-get update && apt-get install -y --only-upgrade libc-bin libc-l10n libc6 locales "
        "&& rm -rf /var/lib/apt/lists/*",
        ("CVE-2026-9999",),
    ),
)

CLEAN = Report(
    "app.tar",
    NOW,
    Tool(version="0.1.0"),
    Image("app.tar", "app.tar", "", "sha256:" + "7" * 64, layers=LAYERS[:1]),
    Distro("alpine", "3.20.1", name="Alpine Linux"),
    (Package("apk", "musl", "1.2.5-r0", namespace="alpine", arch="x86_64", path="lib/apk/db/installed", layer=0),),
    coverage=Coverage(1, 1, layers=1, layers_read=1),
    database=DATABASE,
    verdict=Verdict(Result.PASS, (Reason("default", 0, "nothing that the policy names"),)),
)
UNREAD = Report(
    "ghcr.io/team/gone:1",
    NOW,
    Tool(version="0.1.0"),
    problems=(
        Problem(
            "ghcr.io/team/gone:1",
            "the registry asks for credentials and none are known",
            blocking=True,
            hint="docker login ghcr.io",
        ),
    ),
    database=DATABASE,
    verdict=Verdict(Result.UNKNOWN, (Reason("problem", 1, "1 blocking problem"),)),
)
FOREIGN = Report(
    "oci:構築/イメージ",
    NOW,
    Tool(version="0.1.0"),
    Image(
        "oci:構築/イメージ",
        "構築/イメージ",
        "sha256:" + "a" * 64,
        platform=Platform("linux", "arm64", "v8"),
        layers=LAYERS,
    ),
    None,
    (WIDE, Package("golang", "stdlib", "1.22.1", path="usr/bin/" + "very-long-name-" * 12, layer=1, owner="tool")),
    (
        vulnerability(
            "CVE-2026-0001", WIDE, Level.HIGH, 8.1, fix=Fix(FixState.WILL_NOT_FIX), decision=rule(Action.WARN, "high")
        ),
        vulnerability(
            "CVE-2026-0002",
            Package("golang", "a\x1b[2J\u202eb", "v1.0.0\x9b31m", path="usr/bin/\udcff\x07evil\nFAIL", layer=7),
            Level.LOW,
            1.0,
            decision=rule(Action.FAIL, "x"),
        ),
    ),
    coverage=Coverage(2, 2, layers=3, layers_read=3),
    database=DatabaseStatus(
        "starter", starter=True, feeds=(FeedStatus("PyPI", "2026-10-01T00:00:00Z"), FeedStatus("kev"))
    ),
    verdict=Verdict(Result.FAIL, (Reason("x", 1, "1 finding by rule x"),)),
    notes=("the starter database holds no EPSS",),
)
ALL = (FAILING, CLEAN, UNREAD, FOREIGN)
CANDIDATES = (
    Candidate(
        "debian:12-slim",
        "sha256:" + "5" * 64,
        Tally(2, 3, 1, 45),
        Tally(),
        Tally(0, 1, 0, 1),
        87,
        126,
        29_126_484,
        51_000_000,
        Result.WARN,
    ),
    Candidate("registry.example/<b>gone</b>:1", problem="the registry has no such image"),
)
WEIGHED = msgspec.structs.replace(CLEAN, candidates=CANDIDATES)


def cleared(identifier: str, status: VexStatus, kev: Kev | None = None) -> Vulnerability:
    """A finding of which a VEX document speaks."""
    vex = Vex(
        status,
        "vulnerable_code_not_in_execute_path" if status is VexStatus.NOT_AFFECTED else "",
        "JNDI look-ups are compiled out",
        author="Acme Product Security",
        document="https://acme.example/vex/2026-7",
        timestamp="2026-11-01T00:00:00Z",
    )
    found = vulnerability(identifier, LOG4J, Level.CRITICAL, 10.0, kev=kev)
    said = Decision(Action.ALLOW, "kev", reason=vex.justification, owner=vex.author, vex=status.value)
    return msgspec.structs.replace(found, vex=vex, decision=said)


CLEARED = msgspec.structs.replace(
    FAILING,
    findings=(
        cleared("CVE-2021-44228", VexStatus.NOT_AFFECTED, Kev("2021-12-10")),
        cleared("CVE-2021-45105", VexStatus.NOT_AFFECTED),
        cleared("CVE-2021-44832", VexStatus.FIXED),
    ),
    problems=(),
    database=msgspec.structs.replace(DATABASE, as_of="2026-11-20T00:00:00Z"),
    verdict=Verdict(Result.PASS, (Reason("default", 0, "nothing that the policy names"),)),
)

LET = Decision(
    Action.ALLOW,
    "high",
    suppressed_until="2026-11-30",
    reason="taken over with the service",
    owner="web@example.org",
    note="in the baseline of 2026-11-01 by web@example.org, until 2026-11-30; without it: fail",
    baseline="2026-11-01",
)
BASELINED = msgspec.structs.replace(
    CLEARED,
    findings=(
        vulnerability("CVE-2026-0003", ZLIB, Level.HIGH, 8.1, decision=LET),
        *(vulnerability("CVE-2026-0004", one, Level.MEDIUM, decision=LET) for one in GLIBC),
    ),
    policy=PolicyStatus(
        path="pratique.yaml",
        digest="sha256:" + "ee" * 32,
        baseline=BaselineStatus(
            "b.yaml", "sha256:" + "bb" * 32, "2026-11-01", "web@example.org", "2026-11-30", silenced=5, unused=1
        ),
    ),
    notes=("5 findings are in the baseline of 2026-11-01 by web@example.org, until 2026-11-30: …",),
)

OLDER = msgspec.structs.replace(
    FAILING,
    packages=(*(msgspec.structs.replace(one, version="2.36-9", licences=("GPL-2.0-only",)) for one in GLIBC), ZLIB),
    findings=(
        *(
            msgspec.structs.replace(one, severity=Severity(Level.LOW), kev=None)
            for one in FINDINGS[:3]
            if isinstance(one, Vulnerability)
        ),
        vulnerability("CVE-2020-0001", ZLIB, Level.HIGH, fix=fixed("1:1.3")),
    ),
    verdict=Verdict(Result.WARN),
)

DOCKERFILE = """# syntax=docker/dockerfile:1
FROM maven AS build
RUN mvn package

FROM debian:12
RUN apt-get update && \\
    apt-get install -y zlib1g
COPY --from=build --chown=1000 target/lib /app/lib
"""

GOLDENS = {
    "failing.txt": lambda: table.write((FAILING,), WriteOptions(width=110)),
    "failing-all.txt": lambda: table.write((FAILING,), WriteOptions(width=110, everything=True)),
    "failing-narrow.txt": lambda: table.write((FAILING,), WriteOptions(width=60)),
    "weighed.txt": lambda: table.write(
        (WEIGHED,), WriteOptions(width=100, dockerfile=("Dockerfile", "FROM debian:11"))
    ),
    "weighed.json": lambda: json.write((WEIGHED,), WriteOptions()),
    "weighed.md": lambda: markdown.write((WEIGHED,), WriteOptions()),
    "clean.txt": lambda: table.write((CLEAN,), WriteOptions(width=100)),
    "foreign.txt": lambda: table.write((FOREIGN,), WriteOptions(width=80)),
    "cleared.txt": lambda: table.write((CLEARED,), WriteOptions(width=80)),
    "cleared-all.txt": lambda: table.write((CLEARED, CLEAN), WriteOptions(width=80, everything=True)),
    "cleared.json": lambda: json.write((CLEARED,), WriteOptions()),
    "baselined.txt": lambda: table.write((BASELINED, CLEAN), WriteOptions(width=100)),
    "baselined-all.txt": lambda: table.write((BASELINED,), WriteOptions(width=100, everything=True)),
    "several.txt": lambda: table.write(ALL, WriteOptions(width=110)),
    "inventory.txt": lambda: table.write((FAILING,), WriteOptions(width=100, inventory=True)),
    "several.json": lambda: json.write(ALL, WriteOptions()),
    "failing.sarif": lambda: sarif.write((FAILING,), WriteOptions(dockerfile=("build/Dockerfile", DOCKERFILE))),
    "failing.csv": lambda: csv.write((FAILING, CLEARED), WriteOptions()),
    "several.junit.xml": lambda: junit.write(ALL, WriteOptions()),
    "several.md": lambda: markdown.write(ALL, WriteOptions()),
    "failing.gitlab.json": lambda: gitlab.write((FAILING,), WriteOptions()),
    "several.github-actions": lambda: github_actions.write(ALL, WriteOptions(dockerfile=("Dockerfile", DOCKERFILE))),
    "difference.txt": lambda: _difference_text.write_text(compare(OLDER, FAILING), WriteOptions(width=100)),
    "difference.md": lambda: _difference_markdown.write_markdown(compare(OLDER, FAILING), WriteOptions()),
    "difference.json": lambda: _difference_json.write_json(compare(OLDER, FAILING)),
    "inventory.json": lambda: json.write((FAILING,), WriteOptions(inventory=True)),
}

if __name__ == "__main__":
    GOLDEN.mkdir(exist_ok=True)
    for name, make in GOLDENS.items():
        (GOLDEN / name).write_text(make(), newline="")
    docs = Path(__file__).parent.parent / "docs"
    (docs / "report.schema.json").write_text(_schema.report_schema())
    (docs / "inventory.schema.json").write_text(_schema.inventory_schema())
    (docs / "difference.schema.json").write_text(_schema.difference_schema())
    (docs / "explanation.schema.json").write_text(_schema.explanation_schema())
    (docs / "ruling.schema.json").write_text(_schema.ruling_schema())
