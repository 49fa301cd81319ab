"""What a document is: by what it says of itself, by what named it, or by what it holds; never two things at once."""

from __future__ import annotations

import json

import pytest

from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.oci.documents import DOCKER_INDEX, DOCKER_MANIFEST, OCI_INDEX, OCI_MANIFEST, Index, Manifest, parse

CONFIG = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "sha256:" + "a" * 64, "size": 1}
INDEX: dict[str, object] = {"schemaVersion": 2, "manifests": []}
MANIFEST: dict[str, object] = {"schemaVersion": 2, "config": CONFIG, "layers": []}


def read(document: object, named: str = "", limits: Limits = DEFAULT) -> Index | Manifest:
    return parse(json.dumps(document).encode(), named, "here", limits)


@pytest.mark.parametrize(
    ("document", "kind", "types"),
    [(INDEX, Index, (OCI_INDEX, DOCKER_INDEX)), (MANIFEST, Manifest, (OCI_MANIFEST, DOCKER_MANIFEST))],
)
def test_what_it_says_what_named_it_or_what_it_holds(
    document: dict[str, object], kind: type, types: tuple[str, ...]
) -> None:
    for type_ in types:
        assert isinstance(read({**document, "mediaType": type_}), kind)
        assert isinstance(read(document, type_), kind)
    assert isinstance(read(document), kind)
    assert isinstance(read(document, "application/octet-stream"), kind)  # as some registries serve all


@pytest.mark.parametrize(
    ("document", "named", "text"),
    [
        ({**MANIFEST, "mediaType": OCI_MANIFEST}, OCI_INDEX, "is named"),
        ({**INDEX, "mediaType": "application/x"}, "", "'application/x' is no image"),
        ({"schemaVersion": 2}, "application/x", "'application/x' is no image"),
        ({**MANIFEST, **INDEX}, "", "both an index and a manifest"),
        ({**MANIFEST, "schemaVersion": 1}, "", "schema 1"),
        ({**MANIFEST, "Layers": []}, "", "'Layers' stands for 'layers'"),
    ],
)
def test_what_is_none_or_two(document: object, named: str, text: str) -> None:
    with pytest.raises(Unreadable, match=text):
        read(document, named)


def test_documents_are_bounded() -> None:
    two = [CONFIG, CONFIG]
    assert isinstance(read({**INDEX, "manifests": two}, limits=Limits(index_manifests=2)), Index)
    assert isinstance(read({**MANIFEST, "layers": two}, limits=Limits(layers=2)), Manifest)
    with pytest.raises(LimitExceeded, match="2 manifests, more than 1"):
        read({**INDEX, "manifests": two}, limits=Limits(index_manifests=1))
    with pytest.raises(LimitExceeded, match="2 layers, more than 1"):
        read({**MANIFEST, "layers": two}, limits=Limits(layers=1))
