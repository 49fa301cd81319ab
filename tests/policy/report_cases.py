"""A labelled case (``cases/*.yaml``) in, the report that it describes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from pratique.model import (
    AnyFinding,
    Base,
    BaseImageFinding,
    Coverage,
    CoverageFinding,
    DatabaseStatus,
    Decision,
    Distro,
    Epss,
    FeedStatus,
    Fix,
    FixState,
    Image,
    ImageConfig,
    Kev,
    Level,
    LicenceBreach,
    Malware,
    NotAssessed,
    Package,
    Problem,
    Report,
    Severity,
    Vex,
    VexStatus,
    Vulnerability,
)

CASES = Path(__file__).parent / "cases"
NOON = "2026-11-21T12:00:00Z"
FEEDS = (FeedStatus("osv-Debian", records=1), FeedStatus("kev", records=1), FeedStatus("epss", records=1))


def cases(*files: str) -> list[Any]:
    return [case for file in files for case in yaml.safe_load((CASES / f"{file}.yaml").read_text())]


def finding(spec: dict[str, Any]) -> AnyFinding:
    """``package`` is "[type:]name version"; deb and bash 5.0 where nothing is said."""
    if spec.get("kind") in ("base-image", "coverage"):
        return (BaseImageFinding if spec["kind"] == "base-image" else CoverageFinding)(spec["id"])
    kind, _, named = spec.get("package", "bash 5.0").rpartition(":")
    name, _, version = named.partition(" ")
    package = Package(
        kind or "deb",
        name,
        version,
        namespace=spec.get("namespace", ""),
        source_name=spec.get("source", ""),
        path="var/lib/dpkg/status",
        locations=tuple(spec.get("locations", ())),
    )
    aliases = tuple(spec.get("aliases", ()))
    if spec.get("kind") in ("malware", "licence"):
        return (Malware if spec["kind"] == "malware" else LicenceBreach)(spec["id"], package=package, aliases=aliases)
    versions = tuple(spec.get("fix", ()))
    return Vulnerability(
        spec["id"],
        severity=Severity(Level(spec.get("severity", "unknown")), spec.get("cvss")),
        path=spec.get("path", ""),
        layer=spec.get("layer", -1),
        package=package,
        aliases=aliases,
        fix=Fix(FixState.FIXED if versions else FixState.UNKNOWN, versions, spec.get("fixed_on", "")),
        kev=Kev(spec["kev"]) if "kev" in spec else None,
        epss=Epss(spec["epss"], 0.5) if "epss" in spec else None,
        vex=vex(spec["vex"]) if "vex" in spec else None,
        published=spec.get("published", ""),
    )


def vex(spec: dict[str, str]) -> Vex:
    """By Ann, in a.json."""
    status = VexStatus(spec["status"])
    return Vex(status, spec.get("justification", ""), spec.get("impact", ""), author="Ann", document="a.json")


def report(case: dict[str, Any]) -> Report:
    findings = tuple(finding(spec) for spec in case.get("findings", ()))
    read, layers = case.get("layers", (3, 3))
    missed = case.get("not_assessed", 0)
    name = case.get("image", "app:1")
    base = case.get("base")
    accounted, executables = case.get("executables", (0, 0))
    assessed, found = case.get("assessed", (0, 0))
    return Report(
        target=name or "nowhere",
        now=case.get("now", NOON),
        image=None if name is None else image(name, case),
        distro=Distro("debian", "12"),
        packages=tuple(Package("deb", f"package-{number}", "1") for number in range(case.get("packages", 5))),
        findings=findings,
        problems=tuple(Problem(**problem) for problem in case.get("problems", ())),
        coverage=Coverage(
            packages=found,
            assessed=assessed,
            executables=executables,
            accounted=accounted,
            layers=layers,
            layers_read=read,
            not_assessed=(NotAssessed("foreign", missed),) if missed else (),
        ),
        base=None
        if base is None
        else Base(base["name"], base.get("digest", ""), base["layers"], base.get("how", "option")),
        database=DatabaseStatus(
            starter=case.get("starter", False), feeds=() if case.get("database") == "none" else FEEDS
        ),
    )


def image(name: str, case: dict[str, Any]) -> Image:
    """What the caller calls so, unless ``named`` says that its maker does; ``stated`` where a document tells of it."""
    return Image(
        target=name,
        name=name,
        digest="sha256:" + "0" * 64,
        config=ImageConfig(created=case.get("created", "")),
        named=case.get("named", "caller"),
        stated=case.get("stated", False),
    )


def told(decision: Decision) -> str:
    """``"warn epss grace 2026-12-01"``."""
    parts = [decision.action.value, decision.rule]
    parts += ["grace", decision.grace_until] if decision.grace_until else []
    parts += ["suppressed", decision.suppressed_until] if decision.suppressed_until else []
    return " ".join(part for part in parts if part)
