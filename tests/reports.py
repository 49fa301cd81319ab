"""Hand-made reports for the tests of the writers. ``python tests/reports.py`` writes their golden outputs and
the published schemas anew."""

from __future__ import annotations

from pathlib import Path

import msgspec

from findings import (
    DATABASE,
    DEBIAN,
    EVIL,
    FINDINGS,
    GLIBC,
    IMAGE,
    LAYERS,
    LOG4J,
    WIDE,
    ZLIB,
    fixed,
    rule,
    vulnerability,
)
from pratique.difference import compare
from pratique.model import (
    Action,
    BaselineStatus,
    Candidate,
    Coverage,
    DatabaseStatus,
    Decision,
    Distro,
    FeedStatus,
    Fix,
    FixState,
    Image,
    Kev,
    Level,
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
GOLDEN = Path(__file__).parent / "report" / "golden"
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
