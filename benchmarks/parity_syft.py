"""Our inventory of images beside Syft's: packages that both find, that one finds alone, and why, by name.

Images: OCI layouts in a folder (``--images``). Compared are the types of package that we catalogue, by type, name,
version and file (distributions' packages by name and version). Exits 1 when Syft finds a package that we miss and no
rule here explains.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import _measure

PRATIQUE = str(Path(sys.executable).parent / "pratique")
# Syft's types of package (https://github.com/anchore/syft, syft/pkg/type.go) and the purl types that are ours.
TYPES = {
    "deb": "deb",
    "apk": "apk",
    "rpm": "rpm",
    "python": "pypi",
    "npm": "npm",
    "go-module": "golang",
    "java-archive": "maven",
    "gem": "gem",
    "rust-crate": "cargo",
}
DISTRIBUTION = ("deb", "apk", "rpm")
NO_VERSION = ("", "UNKNOWN", "(devel)")
Found = tuple[str, str, str, str]  # type, name, version, file; "" for a distribution's package


def ours(layout: Path) -> tuple[Counter[Found], dict[Found, str]]:
    """Our packages, and the groups of those from Maven."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [PRATIQUE, "sbom", "--no-cache", "--format", f"json={report}", str(layout)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        packages = json.loads(report.read_text())["packages"]
    found = Counter[Found]()
    groups = {}
    for one in packages:
        kind, group = one["type"], one.get("namespace", "")
        whole = one["name"] if kind in (*DISTRIBUTION, "maven") or not group else f"{group}/{one['name']}"
        name = Path(one["path"]).name  # Syft lists each copy by itself; a lock file is no copy
        places = (one["path"], *(place for place in one.get("locations", ()) if Path(place).name == name))
        for path in [""] if kind in DISTRIBUTION else [place.partition("!/")[0] for place in places]:
            key = (kind, whole, one["version"], path)
            found[key] += 1
            if kind == "maven":
                groups[key] = group
    return found, groups


def theirs(layout: Path, syft: str) -> tuple[Counter[Found], dict[Found, str]]:
    """Syft's packages of the types compared, and the groups of those from Maven."""
    command = [syft, "scan", f"oci-dir:{layout}", "-q", "-o", "json"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found = Counter[Found]()
    groups = {}
    for one in json.loads(done.stdout)["artifacts"]:
        kind = TYPES.get(one["type"])
        if kind is None:
            continue
        path = "" if kind in DISTRIBUTION else one["locations"][0]["path"].lstrip("/")
        version = one["version"].removeprefix("go") if one["name"] == "stdlib" else one["version"]  # as OSV spells it
        key = (kind, one["name"], version, path)
        found[key] += 1
        if kind == "maven":
            groups[key] = one["purl"].removeprefix("pkg:maven/").rpartition("/")[0]
    return found, groups


def explained(missed: Found, found: Iterable[Found]) -> str:
    """Why we do not list what Syft lists; "" where nothing here explains it."""
    kind, name, version, path = missed
    if version in NO_VERSION:
        return "tells no version: nothing can be known of it, and Syft lists it without one"
    if (kind, name) == ("rpm", "gpg-pubkey"):
        return "a public key that rpm keeps among its packages, no software"
    if kind == "maven":
        same = [one for one in found if one[0] == kind and one[3] == path and one[2] == version]
        if same and Path(path).stem == name:
            return f"the archive's file name; its pom.properties says {same[0][1]}"
        shorter = [one[2] for one in found if one[:2] == (kind, name) and one[3] == path and version.startswith(one[2])]
        if shorter:
            return f"with a classifier; the version is {shorter[0]}"
    return ""


def compare(layout: Path, syft: str) -> dict[str, object]:
    """The comparison of one image, printed and returned."""
    (mine, my_groups), (his, his_groups) = ours(layout), theirs(layout, syft)
    missed = {one: explained(one, mine) for one in sorted(his - mine)}
    more = sorted(mine - his)
    groups = {one: (his_groups[one], group) for one, group in my_groups.items() if his_groups.get(one, group) != group}
    both = sum((mine & his).values())
    unexplained = [one for one, why in missed.items() if not why]
    print(f"{layout.name:16} both {both:5}   Syft alone {len(missed):3} ({len(unexplained)} unexplained)"
          f"   we alone {len(more):3}   other group {len(groups):3}")  # fmt: skip
    for one, why in missed.items():
        print(f"    Syft alone   {' '.join(one)}   {why or 'UNEXPLAINED'}")
    for one in more:
        print(f"    we alone     {' '.join(one)}")
    for one, (his_group, group) in sorted(groups.items()):
        print(f"    other group  {' '.join(one)}   Syft {his_group!r}, we {group!r}")
    return {
        "both": both,
        "by_type": dict(sorted(Counter(one[0] for one in (mine & his).elements()).items())),
        "syft_alone": {" ".join(one): why for one, why in missed.items()},
        "pratique_alone": [" ".join(one) for one in more],
        "other_group": {" ".join(one): {"syft": a, "pratique": b} for one, (a, b) in sorted(groups.items())},
        "unexplained": len(unexplained),
    }


def main() -> int:
    """Compares all images of a folder."""
    parser = _measure.arguments(__doc__)
    parser.add_argument("--images", type=Path, required=True, help="folder of OCI layouts")
    parser.add_argument("--syft", default="syft", help="Syft's program")
    parser.add_argument("names", nargs="*", help="images (default: all)")
    options = parser.parse_args()
    layouts = sorted(path.parent for path in options.images.glob("*/index.json"))
    compared = {one.name: compare(one, options.syft) for one in layouts if one.name in (options.names or [one.name])}
    _measure.write(options.json, compared)
    return 1 if any(one["unexplained"] for one in compared.values()) or not compared else 0


if __name__ == "__main__":
    sys.exit(main())
