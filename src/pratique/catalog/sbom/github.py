"""A snapshot for GitHub's dependency graph in, what it states out.

https://docs.github.com/rest/dependency-graph/dependency-submission#create-a-snapshot-of-dependencies-for-a-repository
"""

from __future__ import annotations

import msgspec

from pratique.catalog.sbom._shape import Document, Kind, Part, Source, decoded


class _Detector(msgspec.Struct, frozen=True):
    name: str = ""


class _Resolved(msgspec.Struct, frozen=True, gc=False):
    package_url: str = ""
    scope: str = ""
    dependencies: list[str] | None = None


class _File(msgspec.Struct, frozen=True):
    source_location: str = ""


class _Manifest(msgspec.Struct, frozen=True):
    name: str = ""
    file: _File | None = None
    resolved: dict[str, _Resolved] | None = None


class _Snapshot(msgspec.Struct, frozen=True):
    detector: _Detector | None = None
    manifests: dict[str, _Manifest] | None = None


_SNAPSHOT = msgspec.json.Decoder(_Snapshot)


def read(source: Source) -> Document:
    """The document. Raises ``Unreadable``."""
    found = decoded(_SNAPSHOT.decode, source, "dependency snapshot")
    manifests = (found.manifests or {}).values()
    parts = [
        Part(
            ref=name,
            name=name,
            purl=each.package_url,
            scope="dev" if each.scope == "development" else "",
            places=(manifest.file.source_location,) if manifest.file and manifest.file.source_location else (),
        )
        for manifest in manifests
        for name, each in (manifest.resolved or {}).items()
    ]
    names = [manifest.name for manifest in manifests]
    return Document(
        format="GitHub dependency snapshot",
        tools=(found.detector.name.lower(),) if found.detector else (),
        subject=Part("", names[0], kind=Kind.SUBJECT) if len(names) == 1 else None,
        parts=tuple(parts),
        links=tuple(
            (name, other)
            for manifest in manifests
            for name, each in (manifest.resolved or {}).items()
            for other in each.dependencies or ()
        ),
    )
