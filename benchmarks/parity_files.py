"""Our reading of each format's files beside Syft's: packages that both find, and that one finds alone, and why.

The files are the tests' fixtures, each in a folder of its own, scanned as such (``dir:``), by Syft with all of its
cataloguers. Compared are type, name with namespace, and version as in the package URL. Exits 1 when Syft finds a
package that we miss and nothing here explains, or we find one that it does not, unexplained. ``--page`` writes the
table into docs/parity.md.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

import _measure

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from catalog.file_fixtures import Fixture, fixtures  # noqa: E402  (the tests' own helper)

PRATIQUE = str(Path(sys.executable).parent / "pratique")
DISTRIBUTION = ("alpm", "apk", "deb", "rpm")
TABLE = "<!-- written by benchmarks/parity_files.py -->\n"
Found = tuple[str, str, str]  # type, name with its namespace, version


class Why(NamedTuple):
    """Why one alone lists packages: fixtures, types, names and versions by regular expressions, and the reason."""

    fixture: str
    kind: str
    name: str
    version: str
    reason: str


_ALIAS = "an alias: we list the package that it stands for"
_GIT = "it comes from a repository and has no version: a problem says so"
_SPELT = "what Syft spells otherwise"
ALONE_SYFT = (
    Why(".*", ".*", ".*", r"|UNKNOWN", "it has no version, so nothing can be known of it"),
    Why("bundler", "gem", ".*", r".*-x86_64-linux", "the rest of the version is the platform"),
    Why("cocoapods", "cocoapods", ".*/.*", ".*", "a part of a pod, which we list"),
    Why("conan-file", "conan", ".*", r".* +", "the blanks before the comment are no part of the version"),
    Why("conan-lock.*", "conan", ".*/.*", ".*", "the namespace is the user that built it, no part of the name"),
    Why("dotnet-assembly", "nuget", ".*", ".*", "the assembly's product; we list its name, without build metadata"),
    Why("dotnet-deps", "nuget", "runtimepack.*", ".*", "we list the package that the pack is of"),
    Why("dotnet-deps", "nuget", "Some.Reference", ".*", "a reference to an assembly, no package"),
    Why(r"dpkg|nested-dpkg.*", "deb", "quarantine", ".*", "its state is config-files: its programs are gone"),
    Why("github-actions", "github", ".*", ".*", "we list the action's folder in the repository, too"),
    Why("go-binary", "golang", r"\./local", ".*", "a folder that takes a module's place; we list the module"),
    Why("go-binary", "golang", "stdlib", "go.*", "we spell the version as advisories do"),
    Why("jdk-release", "generic", "oracle/openjdk", ".*", "it is Temurin's, and NVD knows no builds"),
    Why("luarocks-.*", "luarocks", "Mast", ".*", "purl-spec has lower case"),
    Why("mix-lock|rebar-lock", "hex", "keel.*", ".*", _GIT),
    Why("mix-lock", "hex", "telemetry", ".*", "of an organisation, which belongs to the name"),
    Why("opkg", "deb", "kmod-gone", ".*", "its state is not-installed"),
    Why("opkg|ipk-file", "deb", ".*", ".*", "a package of opkg's, whose purl type we write"),
    Why("otp-app", "otp", "quay", ".*", "no application of Erlang's own: we list it as Hex's"),
    Why("pnpm-lock-5", "npm", "@port/crane", ".*_harbour@.*", "the rest is the peer that it was resolved with"),
    Why("pnpm-lock-.*", "npm", "lead@.*", ".*", _ALIAS),
    Why("yarn-.*", "npm", "lead", ".*", _ALIAS),
    Why("yarn-.*", "npm", "quay", ".*use.local", "the project itself, whose version yarn does not write there"),
    Why("pom-xml", "maven", "g/pinned", ".*", "the brackets are no part of the version"),
    Why("pom-xml", "maven", "g/range", ".*", "a range: a problem says so"),
    Why("pom-xml", "maven", "mast/mast", ".*", "the group is its parent's, which we list"),
    Why("rpm-.*", "rpm", "gpg-pubkey", ".*", "a public key that rpm keeps among its packages"),
    Why("sbom-trivy.*", "", "alpine|debian|rocky", ".*", "the distribution, no package"),
    Why("sbom-trivy-none.*", "UnknownPackage", ".*", ".*", "a package without a purl, which we list as generic"),
    Why("setup-py", "pypi", "commented", ".*", "it stands in a comment"),
    Why("swift-.*", "swift", ".*", ".*", "we name it by its repository, without .git"),
    Why("swipl-pack", "swiplpack", "commented", ".*", "the name stands in a comment"),
    Why("wordpress-plugin", "wordpress-plugin", ".*", ".*", "its title; we list its name in the directory"),
)
# fixtures of formats that Syft 1.18 does not read
_UNREAD = (
    "apk-file|bitnami|bun-.*|bundler-next|chisel|composer-php|conda.*|content-manifests|cpan-.*|deb-file|deno-.*|flatpak-.*"
    "|gguf|ghc-package|homebrew|ipk-file|julia-.*|luarocks-(?:lock|manifest)|nuget-.*|opam-locked|pacman-file|pdm-lock"
    "|pear|pub-manifest|pylock|renv|safetensors|sbom-bom.json|sbom-cdxgen.*|snap.*|stack-yaml|swift-hidden|terraform-lock"
    "|uv-.*|vcpkg.*|wordpress|wordpress-theme"
)
ALONE_PRATIQUE = (
    Why(_UNREAD, ".*", ".*", ".*", "Syft 1.18 has no reader of it"),
    Why("composer-lock|npm-lock-.|pipfile-lock", ".*", ".*", ".*", "for development; Syft leaves it out"),
    Why("conan-file", "conan", "(?!zlib).*", ".*", "of a section, or with a user, that Syft does not read"),
    Why("conan-info", "conan", ".*", ".*", "Syft finds nothing in the file"),
    Why("go-mod", "golang", ".*", ".*", "a module that takes another version's place"),
    Why("graalvm-native", "maven", ".*", ".*", "the program is cut down to what our reader needs"),
    Why("kernel", "generic", "linux-kernel", ".*", "the program is cut down to what our reader needs"),
    Why("opam-source", "opam", ".*", ".*", "Syft takes the folder's name, and no version"),
    Why("python-egg", "pypi", ".*", ".*", "an egg that is an archive"),
    Why("setup-py", "pypi", "celery", ".*", "a pin with extras"),
    Why("stack-lock", "hackage", ".*", ".*", "it comes from an archive, and the file tells its version"),
    Why("yarn-.", "npm", "pilot", ".*", "what an alias stands for"),
    Why("bundler|cocoapods|conan-.*|dotnet-.*|github-.*|go-binary|jdk-release|luarocks.*", ".*", ".*", ".*", _SPELT),
    Why("mix-lock|opkg|otp-app|pnpm-lock-5|pom-xml|swift-.*|swipl-pack|wordpress-plugin", ".*", ".*", ".*", _SPELT),
    Why("sbom-trivy-none.*", "generic", ".*", ".*", _SPELT),
)


def lay(fixture: Fixture, folder: Path) -> None:
    """Writes the fixture's files below a folder."""
    for path, data in fixture.files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        place.chmod(0o755)


def ours(folders: Sequence[Path]) -> dict[str, set[Found]]:
    """Our packages of each folder, by its name."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        targets = [f"dir:{one}" for one in folders]
        command = [PRATIQUE, "sbom", "--no-cache", "--declared=always", f"--format=json={report}", *targets]
        done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        if done.returncode not in (0, 3):  # 3: what a fixture lacks blocks a verdict
            sys.exit(f"pratique: exit {done.returncode}\n{done.stderr.decode()[-2000:]}")
        reports = json.loads(report.read_text())
    return {Path(one["target"]).name: {_ours(package) for package in one["packages"]} for one in reports}


def _ours(package: Mapping[str, str]) -> Found:
    kind, group = package["type"], package.get("namespace", "")
    whole = package["name"] if kind in DISTRIBUTION or not group else f"{group}/{package['name']}"
    return kind, whole, package.get("version", "")


def theirs(folder: Path, syft: str) -> dict[str, set[Found]]:
    """Syft's packages of each folder in the folder, by its name."""
    command = [syft, "scan", f"dir:{folder}", "--quiet", "--output=json", "--override-default-catalogers=all"]
    environment = os.environ | {"SYFT_CHECK_FOR_APP_UPDATE": "false"}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, env=environment)
    found = dict[str, set[Found]]()
    for artifact in json.loads(done.stdout)["artifacts"]:
        for place in artifact["locations"]:
            found.setdefault(place["path"].lstrip("/").partition("/")[0], set()).add(_theirs(artifact))
    return found


def _theirs(artifact: Mapping[str, str]) -> Found:
    kind, _, rest = artifact["purl"].removeprefix("pkg:").partition("/")
    name = unquote(re.sub(r"(?<=.)@[^@/]*$", "", re.split(r"[?#]", rest)[0]))
    if not kind or kind in DISTRIBUTION:
        return kind or artifact["type"], artifact["name"], artifact["version"]
    return kind, name or artifact["name"], artifact["version"]


def explained(fixture: str, found: Found, reasons: Sequence[Why]) -> str:
    """The first reason that holds; "" where none does."""
    for why in reasons:
        patterns = (why.kind, why.name, why.version)
        if re.fullmatch(why.fixture, fixture) and all(map(re.fullmatch, patterns, found)):
            return why.reason
    return ""


class Row(NamedTuple):
    """What came of a fixture: how many packages both find, and those of one alone with the reasons."""

    fixture: str
    both: int
    syft: dict[Found, str]
    pratique: dict[Found, str]


def compare(all_fixtures: Sequence[Fixture], syft: str) -> list[Row]:
    """The comparison of each fixture."""
    with tempfile.TemporaryDirectory() as folder:
        for one in all_fixtures:
            lay(one, Path(folder) / one.name)
        mine, his = ours([Path(folder) / one.name for one in all_fixtures]), theirs(Path(folder), syft)
    rows = []
    for one in all_fixtures:
        we, it = mine.get(one.name, set()), his.get(one.name, set())
        alone = {found: explained(one.name, found, ALONE_SYFT) for found in sorted(it - we)}
        more = {found: explained(one.name, found, ALONE_PRATIQUE) for found in sorted(we - it)}
        rows.append(Row(one.name, len(we & it), alone, more))
    return rows


def table(rows: Sequence[Row]) -> str:
    """The rows in Markdown."""
    lines = ["| fixture | both | Syft alone | Pratique alone |", "|---|---|---|---|"]
    lines += [f"| `{row.fixture}` | {row.both} | {_cell(row.syft)} | {_cell(row.pratique)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _cell(alone: Mapping[Found, str]) -> str:
    by_reason = dict[str, list[Found]]()
    for found, reason in alone.items():
        by_reason.setdefault(reason or "**unexplained**", []).append(found)
    return "; ".join(f"{_names(found)}: {reason}" for reason, found in by_reason.items())


def _names(found: Sequence[Found]) -> str:
    """At most two of them, and how many there are."""
    named = ", ".join(f"`{kind}/{name}@{version}`".replace("|", "\\|") for kind, name, version in found[:2])
    return named + (f" and {len(found) - 2} more" if len(found) > 2 else "")


def main() -> int:
    """Compares all fixtures, or those named."""
    parser = _measure.arguments(__doc__)
    parser.add_argument("--syft", default="syft", help="Syft's program")
    parser.add_argument("--page", type=Path, metavar="FILE", help="write the table there, behind the mark")
    parser.add_argument("names", nargs="*", help="fixtures (default: all)")
    options = parser.parse_args()
    rows = compare([one for one in fixtures() if one.name in (options.names or [one.name])], options.syft)
    unexplained = 0
    for row in rows:
        print(f"{row.fixture:28} both {row.both:3}   Syft alone {len(row.syft):3}   we alone {len(row.pratique):3}")
        for who, alone in (("Syft alone", row.syft), ("we alone", row.pratique)):
            for found, why in alone.items():
                print(f"    {who:12} {' '.join(found)}   {why or 'UNEXPLAINED'}")
                unexplained += not why
    print(f"{len(rows)} fixtures, {sum(row.both for row in rows)} packages found by both, {unexplained} unexplained")
    if options.page:
        head = options.page.read_text().partition(TABLE)[0]
        options.page.write_text(f"{head}{TABLE}\n{table(rows)}")
    figures = {row.fixture: {"both": row.both, "syft": len(row.syft), "pratique": len(row.pratique)} for row in rows}
    _measure.write(options.json, figures)
    return 1 if unexplained or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
