"""The labelled cases in, what the product says of each out, and the tally of both. ``docs/accuracy.md`` tells the form.

A case is judged by its vendor's words. Nothing of ours decides a label; ours only answers.
"""

from __future__ import annotations

import json
import shutil
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import msgspec
import yaml

from pratique import plugins
from pratique.catalog._squash import squash
from pratique.limits import DEFAULT
from pratique.model import (
    Distro,
    Finding,
    FixState,
    Functions,
    Inventory,
    Layer,
    LayerFacts,
    Package,
    Vulnerability,
)
from pratique.vuln.build import build
from pratique.vuln.database import Database
from pratique.vuln.match import Matches, match
from pratique.workers import read_layers

HERE = Path(__file__).parent
GAPS = HERE / "known_gaps.txt"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
VENDORS = ("Amazon Linux", "NVD", "Oracle Linux", "Photon OS", "Red Hat")  # whole feeds too, though a case shows a part
TALLY = "accuracy"  # the name under which a test's report carries its case's tally
_FRESH = "2026-05-31T00:00:00Z"


class Label(Enum):
    """What the vendor says of one vulnerability in one installed package."""

    AFFECTED = "affected"
    WILL_NOT_FIX = "will_not_fix"
    DEFERRED = "deferred"
    UNDER_INVESTIGATION = "under_investigation"
    END_OF_LIFE = "end_of_life"
    FIXED = "fixed"
    NOT_AFFECTED = "not_affected"
    NOT_ASSESSED = "not_assessed"

    @property
    def positive(self) -> bool:
        """Whether a scanner has to report it."""
        return self not in (Label.FIXED, Label.NOT_AFFECTED, Label.NOT_ASSESSED)


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One inventory and the labels of all that its documents say of it. ``docs/accuracy.md`` describes each field."""

    id: str
    packages: list[dict[str, str]]
    expect: dict[str, dict[str, Label]]
    reason: str
    distro: dict[str, str] | None = None
    files: dict[str, str] = {}
    functions: dict[str, list[str]] = {}
    fix: dict[str, str] = {}
    undecided: bool | None = None
    now: str = ""


class Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a vendor published, as files below ``records/``, where it stands, and the cases that it settles."""

    records: list[str]
    source: str
    cases: list[Case]
    distro: dict[str, str] | None = None


class Chapter(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of cases: a distribution or an ecosystem. ``releases`` are those that its whole feed is known for."""

    name: str
    documents: list[Document]
    releases: list[str] = []


class Answer(msgspec.Struct, frozen=True):
    """What one case got: everything that is wrong, and how many labels came out how (``outcomes``)."""

    chapter: str
    case: str
    wrong: tuple[str, ...]
    tally: Mapping[str, int]


def chapters() -> list[Chapter]:
    """All cases, by file name. Raises ``msgspec.ValidationError`` for a file of another form."""
    return [
        msgspec.convert(yaml.safe_load(path.read_bytes()), Chapter) for path in sorted((HERE / "cases").glob("*.yaml"))
    ]


def known_gaps() -> dict[str, str]:
    """The cases that the product does not pass yet, with the reason."""
    lines = GAPS.read_text().splitlines()
    return dict(line.split(": ", 1) for line in lines if line and not line.startswith("#"))


# --- the feeds --------------------------------------------------------------------------------


def lay_out(records: Sequence[str], releases: Sequence[str], folder: Path) -> Path:
    """The records as their publishers lay them out: OSV's as ``<Ecosystem>/all.zip``, a vendor's own as its file."""
    feeds: dict[str, list[bytes]] = {}
    for ecosystem in releases:
        feeds.setdefault(ecosystem.partition(":")[0], []).append(_silent(ecosystem))
    for name in records:
        feed, _, file = name.partition("/")
        path = HERE / "records" / f"{name}.json"
        if path.is_file():
            feeds.setdefault(feed, []).append(path.read_bytes())
        else:
            (folder / feed / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(HERE / "records" / name, folder / feed / file)
    for feed, documents in feeds.items():
        (folder / feed).mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(folder / feed / "all.zip", "w") as archive:
            for number, document in enumerate(documents):
                archive.writestr(f"{number}.json", document)
    (folder / "ecosystems.txt").write_text("".join(f"{feed}\n" for feed in sorted(feeds)))
    (folder / "coverage.json").write_text(json.dumps({feed: {"complete": True} for feed in {*feeds, *VENDORS}}))
    catalogue = {"dateReleased": _FRESH, "vulnerabilities": [{"cveID": "CVE-1999-0001", "dateAdded": "2026-01-01"}]}
    (folder / "known_exploited_vulnerabilities.json").write_text(json.dumps(catalogue))
    return folder


def _silent(ecosystem: str) -> bytes:
    """A record of a package that nobody has: the feed knows the release, and was fresh when the case was judged."""
    affected = {"package": {"ecosystem": ecosystem, "name": "no-such-package"}, "versions": ["0"]}
    return json.dumps(
        {"id": f"SILENT-{ecosystem.replace(' ', '_')}", "modified": _FRESH, "affected": [affected]}
    ).encode()


# --- the question -----------------------------------------------------------------------------


def inventory(case: Case, document: Document, folder: Path) -> Inventory:
    """What the case's image holds: its files as the cataloguers read them, and its packages as they would be read."""
    found = squash([_facts(case.files, folder)]) if case.files else Inventory()
    distro = case.distro or document.distro
    packages = tuple(msgspec.convert(package, Package) for package in case.packages)
    functions = tuple(
        Functions(path, zlib.compress("\0".join(["", *names, ""]).encode())) for path, names in case.functions.items()
    )
    return msgspec.structs.replace(
        found,
        distro=msgspec.convert(distro, Distro) if distro else found.distro,
        packages=(*found.packages, *packages),
        functions=(*found.functions, *functions),
    )


def _facts(files: Mapping[str, str], folder: Path) -> LayerFacts:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    cataloguers = list(plugins.load("pratique.catalog", "CATALOGUER").values())
    (facts,) = read_layers([Layer(0, "", folder=str(folder))], cataloguers, None, DEFAULT, workers=0)
    if not isinstance(facts, LayerFacts):
        raise ValueError(f"the files cannot be read: {facts.what}")
    return facts


# --- the answer -------------------------------------------------------------------------------


def database(chapter: Chapter, document: Document, folder: Path) -> Path:
    """The product's database of the document's records, built in ``folder``."""
    build(lay_out(document.records, chapter.releases, folder / "feeds"), folder / "db")
    return folder / "db"


def ask(chapter: Chapter, document: Document, case: Case, records: Callable[[], Path], folder: Path) -> Answer:
    """One case put to the product; ``records`` gives the document's database. An exception is an answer too, and a
    wrong one."""
    try:
        now = datetime.fromisoformat(case.now).replace(tzinfo=UTC) if case.now else NOW
        found = match(inventory(case, document, folder), Database.open(records()), now)
    except Exception as error:  # whatever it is, the case is answered by it
        wrong = (f"{type(error).__name__}: {error}",)
        return Answer(chapter.name, case.id, wrong, Counter(outcomes(case, set(), set(case.expect))))
    tally = Counter(outcomes(case, reported(found), _refused(found)))
    return Answer(chapter.name, case.id, tuple(complaints(case, found)), tally)


def reported(found: Matches) -> set[tuple[str, str]]:
    """(package, id) of each finding."""
    return {(finding.package.name, finding.id) for finding in found.findings}


def outcomes(case: Case, findings: set[tuple[str, str]], refused: set[str]) -> Iterator[str]:
    """True and false positives and negatives; a finding without a label is a false positive. Silence on a package that
    is ``refused`` is no answer, unless none can be given."""
    labels = labelled(case)
    for key, label in labels.items():
        if key in findings:
            yield "true_positive" if label.positive else "false_positive"
        elif label.positive:
            yield "false_negative"
        else:
            yield "true_negative" if label is Label.NOT_ASSESSED or key[0] not in refused else "unanswered"
    yield from ("false_positive" for _ in findings - labels.keys())


def labelled(case: Case) -> dict[tuple[str, str], Label]:
    """The labels by package and id."""
    return {(package, name): label for package, of in case.expect.items() for name, label in of.items()}


def complaints(case: Case, found: Matches) -> Iterator[str]:
    """All that differs from the labels, states and fixed versions included."""
    labels = labelled(case)
    findings = {(each.package.name, each.id): each for each in found.findings}
    for key in sorted(findings.keys() - labels.keys()):
        yield f"{key} is reported, and nothing says so"
    for key, label in sorted(labels.items(), key=lambda pair: pair[0]):
        finding = findings.get(key)
        if label.positive != (finding is not None):
            yield f"{key} is {label.value}, and is {'not ' if finding is None else ''}reported"
        elif finding is not None:
            yield from _state(key, label, finding)
        elif (label is Label.NOT_ASSESSED) != (key[0] in _refused(found)):
            yield f"{key} is {label.value}, and {key[0]} was {'' if label is Label.NOT_ASSESSED else 'not '}assessed"
    for name, fix in sorted(case.fix.items()):
        given = {version for finding in findings.values() if finding.id == name for version in _fixes(finding)}
        if {version.removeprefix("0:") for version in given} != {
            fix.removeprefix("0:")
        }:  # rpm's epoch 0 may be left out
            yield f"{name} is fixed in {fix}, and {sorted(given)} is said"
    blocked = [each for each in found.problems if each.blocking and not each.where.startswith("feed ")]
    if case.undecided is not None and case.undecided != bool(blocked):  # a feed's age is of no concern here
        yield f"blocked by {blocked}" if blocked else "a blocking problem is missing"


def _state(key: tuple[str, str], label: Label, finding: Finding) -> Iterator[str]:
    if not isinstance(finding, Vulnerability):
        return
    if label is Label.AFFECTED:
        states = {FixState.AFFECTED, FixState.FIXED, FixState.UNKNOWN}
    else:
        states = {FixState(label.value)}
    if finding.fix.state not in states:
        yield f"{key} is {label.value}, and {finding.fix.state.value} is said"


def _fixes(finding: Finding) -> tuple[str, ...]:
    return finding.fix.versions if isinstance(finding, Vulnerability) else ()


def _refused(found: Matches) -> set[str]:
    """The packages of which it is said that they were not assessed."""
    return {name for reason in found.not_assessed for name in reason.examples}
