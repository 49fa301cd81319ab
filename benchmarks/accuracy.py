"""Precision and recall on the labelled set (``docs/accuracy.md``): ours, and osv-scanner's where it can be asked.

    python benchmarks/accuracy.py [--peer PROGRAM] [--json results/accuracy.json]
    python benchmarks/accuracy.py --gaps

osv-scanner gets the same records as its local exports and the packages of a case as a CycloneDX document, Debian's and
Alpine's by their source, as the feeds name them. Each label on which it and the publisher differ is printed.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "accuracy"))

from labels import (
    GAPS,
    Answer,
    Case,
    Chapter,
    Document,
    ask,
    chapters,
    database,
    known_gaps,
    labelled,
    lay_out,
    outcomes,
)

import _measure

ASKED = {
    "Alpine",
    "CRAN",
    "Debian",
    "Go",
    "Hex",
    "Malicious packages",
    "Maven",
    "NuGet",
    "OSV specification",
    "Packagist",
    "Pub",
    "PyPI",
    "RubyGems",
    "crates.io",
    "npm",
}
_OFFLINE = ("scan", "source", "--offline", "--all-packages", "--all-vulns", "--format", "json")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument(
        "--peer", default=os.environ.get("OSV_SCANNER") or shutil.which("osv-scanner"), metavar="PROGRAM"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, with machine and date")
    parser.add_argument("--gaps", action="store_true", help="take out of known_gaps.txt what passes, and do no more")
    options = parser.parse_args()
    all_chapters = chapters()
    if options.gaps:
        _close_gaps(all_chapters)
        return
    ours = {chapter.name: Counter[str]() for chapter in all_chapters}
    peers: dict[str, Counter[str]] = {}
    ours_there: Counter[str] = Counter()
    version = _version(options.peer) if options.peer else ""
    for chapter, document, case in _cases(all_chapters):
        with tempfile.TemporaryDirectory() as folder:
            tally = Counter(_ours(chapter, document, case, Path(folder)).tally)
            ours[chapter.name] += tally
            if options.peer and chapter.name in ASKED and not _beyond(case):
                peers.setdefault(chapter.name, Counter()).update(
                    _peer(options.peer, chapter, document, case, Path(folder))
                )
                ours_there += tally
    _print("ours", ours)
    figures: dict[str, object] = {"ours": _table(ours)}
    if options.peer:
        _print(f"osv-scanner {version}", peers)
        print(f"ours, on the labels that osv-scanner was asked for:  {_line(ours_there)}")
        figures |= {"peer": version, "osv_scanner": _table(peers), "ours_on_the_same_labels": _figures(ours_there)}
    _measure.write(options.json, figures)


def _ours(chapter: Chapter, document: Document, case: Case, folder: Path) -> Answer:
    return ask(chapter, document, case, functools.partial(database, chapter, document, folder), folder / "image")


def _close_gaps(all_chapters: list[Chapter]) -> None:
    gaps, right = known_gaps(), set[str]()
    for chapter, document, case in _cases(all_chapters):
        with tempfile.TemporaryDirectory() as folder:
            wrong = _ours(chapter, document, case, Path(folder)).wrong
        if not wrong:
            right.add(case.id)
        elif case.id not in gaps:
            print(f"{case.id}: {'; '.join(wrong)}")
    lines = GAPS.read_text().splitlines(keepends=True)
    GAPS.write_text("".join(line for line in lines if line.partition(": ")[0] not in right))
    print(f"{len(gaps.keys() & right)} gaps closed, {len(gaps.keys() - right)} left")


def _cases(all_chapters: list[Chapter]) -> Iterator[tuple[Chapter, Document, Case]]:
    for chapter in all_chapters:
        for document in chapter.documents:
            for case in document.cases:
                yield chapter, document, case


def _beyond(case: Case) -> bool:
    """Whether the case rests on what a list of components does not carry."""
    release = case.distro is None or "version" in case.distro
    shown = all({"owner", "vendor"}.isdisjoint(package) for package in case.packages)
    return bool(case.files or case.functions) or not release or not shown


# --- osv-scanner ------------------------------------------------------------------------------


def _peer(program: str, chapter: Chapter, document: Document, case: Case, folder: Path) -> Iterator[str]:
    exports = lay_out(document.records, chapter.releases, folder / "osv-scalibr")
    (exports / "GIT").mkdir()
    zipfile.ZipFile(exports / "GIT" / "all.zip", "w").close()  # it insists on one of commits
    components = [_component(package, case.distro or document.distro) for package in case.packages]
    (folder / "bom.cdx.json").write_text(
        json.dumps({"bomFormat": "CycloneDX", "specVersion": "1.5", "version": 1, "components": components})
    )
    done = subprocess.run(
        [program, *_OFFLINE, "-L", str(folder / "bom.cdx.json")],
        capture_output=True,
        text=True,
        env={**os.environ, "OSV_SCANNER_LOCAL_DB_CACHE_DIRECTORY": str(folder)},
        check=False,
    )
    if done.returncode not in (0, 1):
        print(f"osv-scanner gives no answer (exit {done.returncode}) to {case.id}: {case.reason}")
        yield from outcomes(case, set(), set(case.expect))
        return
    found = _labels(json.loads(done.stdout), case)
    for key, label in labelled(case).items():
        if label.positive != (key in found):
            print(
                f"osv-scanner {'misses' if label.positive else 'reports'} {' '.join(key)} in {case.id}: {case.reason}"
            )
    yield from outcomes(case, found, set())


def _component(package: dict[str, str], distro: dict[str, str] | None) -> dict[str, str]:
    name, version = _asked(package)
    space = str(package.get("namespace", ""))
    tail = ""
    if package["type"] in ("deb", "apk") and distro:
        space, tail = distro["id"], f"?distro={distro['id']}-{distro.get('version', '')}"
    path = "/".join(quote(part, safe="") for part in (*(space.split("/") if space else ()), *name.split("/")))
    return {
        "type": "library",
        **({"group": space} if space and not tail else {}),
        "name": name,
        "version": version,
        "purl": f"pkg:{package['type']}/{path}@{quote(version, safe='')}{tail}",
    }


def _asked(package: dict[str, str]) -> tuple[str, str]:
    name, version = package.get("source_name") or package["name"], package.get("source_version") or package["version"]
    if name == "stdlib":  # osv-scanner's own reader of Go programs drops both
        version = str(version).removeprefix("go").partition(" ")[0]
    return str(name), str(version)


def _labels(answer: dict[str, list[dict[str, list[dict[str, object]]]]], case: Case) -> set[tuple[str, str]]:
    """The labels that are reported: by record, alias or upstream; what has no label is reported by its record's id."""
    names = {_asked(package)[0].rpartition("/")[2].lower(): str(package["name"]) for package in case.packages}
    found = set()
    for package in (package for result in answer["results"] or [] for package in result["packages"]):
        spelt = str(package["package"]["name"]).replace(":", "/").rpartition("/")[2].lower()
        name = names.get(spelt) or names.get(spelt.replace("-", "_"), spelt)
        for vulnerability in package.get("vulnerabilities") or []:
            known = {vulnerability["id"], *(vulnerability.get("aliases") or []), *(vulnerability.get("upstream") or [])}
            meant = {each for each in case.expect.get(name, {}) if each in known}
            found |= {(name, each) for each in meant or {vulnerability["id"]}}
    return found


def _version(program: str) -> str:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return next((line.rpartition(" ")[2] for line in done.stdout.splitlines() if "version" in line), "")


# --- figures ----------------------------------------------------------------------------------


def _figures(tally: Counter[str]) -> dict[str, int | float | None]:
    true, wrong, missed = tally["true_positive"], tally["false_positive"], tally["false_negative"]
    return {
        **{name: tally[name] for name in ("true_positive", "false_positive", "true_negative", "false_negative")},
        "unanswered": tally["unanswered"],
        "precision": round(true / (true + wrong), 4) if true + wrong else None,
        "recall": round(true / (true + missed), 4) if true + missed else None,
    }


def _table(by_chapter: dict[str, Counter[str]]) -> dict[str, object]:
    total = sum(by_chapter.values(), Counter[str]())
    return {name: _figures(tally) for name, tally in sorted(by_chapter.items())} | {"all": _figures(total)}


def _print(title: str, by_chapter: dict[str, Counter[str]]) -> None:
    print(f"\n{title}")
    for name, tally in sorted(by_chapter.items()):
        print(f"  {name:28}{_line(tally)}")
    print(f"  {'all':28}{_line(sum(by_chapter.values(), Counter()))}")


def _line(tally: Counter[str]) -> str:
    of = _figures(tally)
    shares = [f"{of[name]:.3f}" if of[name] is not None else "    –" for name in ("precision", "recall")]
    counts = " ".join(
        f"{tally[name]:4}" for name in ("true_positive", "false_positive", "true_negative", "false_negative")
    )
    return f"precision {shares[0]}  recall {shares[1]}  tp fp tn fn {counts}  unanswered {tally['unanswered']:3}"


if __name__ == "__main__":
    main()
