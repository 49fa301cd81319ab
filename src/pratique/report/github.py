"""Reports in, a snapshot for GitHub's dependency graph out.

https://docs.github.com/rest/dependency-graph/dependency-submission#create-a-snapshot-of-dependencies-for-a-repository
Commit, branch and job are those of the run that ``WriteOptions.build`` tells of; outside of one, the commit is the one
that the image's label names (OCI image-spec, annotations.md). GitHub takes none without a commit and a branch.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from pratique.errors import UsageError
from pratique.model import Image, Report
from pratique.plugins import WriteOptions, Writer
from pratique.report._bom import UNNAMED, Bom, bom
from pratique.report._text import visible

_SHA = range(40, 64 + 1)  # characters of SHA-1 to SHA-256
_REVISION = "org.opencontainers.image.revision"


class _Node(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    pass


class _Job(_Node, frozen=True):
    id: str = msgspec.field()
    correlator: str = msgspec.field()


class _Detector(_Node, frozen=True):
    name: str = msgspec.field()
    version: str = msgspec.field()
    url: str = msgspec.field()


class _Resolved(_Node, frozen=True):
    package_url: str
    relationship: str
    scope: str
    dependencies: tuple[str, ...] = ()


class _Manifest(_Node, frozen=True):
    name: str
    metadata: dict[str, str] = {}
    resolved: dict[str, _Resolved] = {}


class _Snapshot(msgspec.Struct, frozen=True):
    version: int
    job: _Job
    sha: str
    ref: str
    detector: _Detector
    metadata: dict[str, str]
    manifests: dict[str, _Manifest]
    scanned: str


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """One snapshot, with a manifest an image. Raises ``UsageError`` where nothing tells of which commit and branch."""
    first = reports[0] if reports else None
    tool = first.tool if first else None
    build = options.build
    sha = build.sha or _revision(reports)
    if len(sha) not in _SHA or not build.ref.startswith("refs/"):
        raise UsageError(
            f"a dependency snapshot is of a commit and a branch, and they are {sha!r} and {build.ref!r}",
            hint="GitHub Actions tells them; elsewhere set GITHUB_SHA and GITHUB_REF=refs/heads/NAME",
        )
    snapshot = _Snapshot(
        version=0,
        job=_Job(build.job or "0", build.correlator or "pratique"),
        sha=sha,
        ref=build.ref,
        detector=_Detector(tool.name if tool else "", tool.version if tool else "", "urn:pratique"),
        metadata={},
        manifests=_manifests(reports),
        scanned=first.now if first else "",
    )
    return msgspec.json.format(msgspec.json.encode(snapshot), indent=2).decode() + "\n"


def _revision(reports: Sequence[Report]) -> str:
    """The commit that all images are of."""
    found = {_label(report.image) for report in reports}
    return found.pop() if len(found) == 1 else ""


def _label(image: Image | None) -> str:
    return visible(image.config.labels.get(_REVISION, "")) if image is not None else ""


def _manifests(reports: Sequence[Report]) -> dict[str, _Manifest]:
    made = dict[str, _Manifest]()
    for report in reports:
        found = bom((report,), "GitHub")
        name = found.name if found.name not in made else f"{found.name} {found.version}"
        made[name or UNNAMED] = _manifest(found)
    return made


def _manifest(found: Bom) -> _Manifest:
    """What has no package URL cannot be told there."""
    needed = dict[int, list[str]]()
    for relation in found.relations:
        if found.parts[relation.other].url:
            needed.setdefault(relation.one, []).append(found.parts[relation.other].ref)
    roots = frozenset(found.roots)
    image, distro = found.report.image, found.report.distro
    told = {
        "pratique:image-digest": image.digest if image else "",
        "pratique:distro": f"{visible(distro.id)}-{visible(distro.version)}" if distro else "",
    }
    resolved = {
        part.ref: _Resolved(
            part.url,
            "direct" if position in roots else "indirect",
            "development" if part.package.scope in ("dev", "test", "build") else "runtime",
            tuple(needed.get(position, ())),
        )
        for position, part in enumerate(found.parts)
        if part.url
    }
    return _Manifest(found.name, {key: value for key, value in told.items() if value}, resolved)


WRITER = Writer("github", write)
