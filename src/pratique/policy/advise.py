"""Decided findings in, what to do next out, the most useful first.

A version is only advised if the feeds say that it clears the finding: it is one of the finding's own fixed versions, or
above all of them, in the order of the package's scheme.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from pratique.model import Action, AnyFinding, LicenceBreach, Malware, Package, Vulnerability
from pratique.version import key

_LINES = 5
_NAMES = 3


class _Upgrade(msgspec.Struct, frozen=True):
    name: str
    version: str
    clears: int


def advise(findings: Sequence[AnyFinding]) -> tuple[str, ...]:
    """Sentences on the findings that fail; where none fails, on those that warn."""
    for action, kind in ((Action.FAIL, "failing finding"), (Action.WARN, "warning")):
        found = [finding for finding in findings if finding.decision.action is action]
        if found:
            return (*_removals(found), *_upgrades(found, kind), *_unfixed(found, kind), *_refused(found))
    return ()


def _removals(findings: Iterable[AnyFinding]) -> list[str]:
    names = {f"{each.package.name} {each.package.version}" for each in findings if isinstance(each, Malware)}
    return [f"remove {name}: it is malware" for name in sorted(names)[:_LINES]]


def _refused(findings: Iterable[AnyFinding]) -> list[str]:
    found = Counter(each.id for each in findings if isinstance(each, LicenceBreach))
    names = ", ".join(name for name, _ in found.most_common(_NAMES)) + (", …" if len(found) > _NAMES else "")
    several = counted(found.total(), "package")
    verb = "is" if found.total() == 1 else "are"
    told = f"{several} {verb} under a licence that the policy refuses ({names}): replace, or suppress with a date"
    return [told] if found else []


def _upgrades(findings: Iterable[AnyFinding], kind: str) -> list[str]:
    groups: dict[tuple[str, str, str], list[Vulnerability]] = {}
    for finding in findings:
        if isinstance(finding, Vulnerability) and finding.fix.versions:
            package = finding.package
            groups.setdefault((package.type, package.namespace, package.name), []).append(finding)
    upgrades = [upgrade for group in groups.values() if (upgrade := _upgrade(group)) is not None]
    upgrades.sort(key=lambda each: (-each.clears, each.name))
    return [f"{each.name} {each.version} clears {counted(each.clears, kind)}" for each in upgrades[:_LINES]]


def _upgrade(group: Sequence[Vulnerability]) -> _Upgrade | None:
    """The lowest of the versions that clear the most of the group."""
    try:
        installed = max(_key(finding, finding.package.version) for finding in group)
        fixes = [{_key(finding, text): text for text in finding.fix.versions} for finding in group]
    except ValueError:
        return None  # not a version: vuln has told so
    ends = Counter(max(fix) for fix in fixes)
    within = Counter(version for fix in fixes for version in fix.keys() - {max(fix)})
    texts = {version: text for fix in fixes for version, text in fix.items()}
    best: _Upgrade | None = None
    passed = 0  # findings whose fixes all lie at or below the version
    for version in sorted(texts):
        passed += ends[version]
        clears = passed + within[version]
        if version > installed and (best is None or clears > best.clears):
            best = _Upgrade(_name(group[0].package), texts[version], clears)
    return best


def _key(finding: Vulnerability, version: str) -> bytes:
    scheme = finding.evidence[0].scheme if finding.evidence else finding.package.type
    return key(scheme, version)


def _unfixed(findings: Iterable[AnyFinding], kind: str) -> list[str]:
    found = [each for each in findings if isinstance(each, Vulnerability) and not each.fix.versions]
    if not found:
        return []
    names = sorted({each.package.name for each in found})
    shown = ", ".join(names[:_NAMES]) + (f" and {len(names) - _NAMES} more" if len(names) > _NAMES else "")
    verb = "has" if len(found) == 1 else "have"
    if all(each.evidence and all(one.last_affected for one in each.evidence) for each in found):
        verb = "names" if len(found) == 1 else "name"
        return [f"{counted(len(found), kind)} {verb} no fix, but a last affected version ({shown}): move past it"]
    return [f"{counted(len(found), kind)} {verb} no known fix ({shown}): remove the package, or suppress with a date"]


def _name(package: Package) -> str:
    return f"{package.namespace}:{package.name}" if package.type == "maven" and package.namespace else package.name


def counted(count: int, noun: str) -> str:
    """``1 finding``, ``2 findings``."""
    return f"{count} {noun}{'' if count == 1 else 's'}"
