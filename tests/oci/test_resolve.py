"""Which manifests an index offers, and which is taken: what is an artifact or an attestation is none of them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import BinaryIO

import pytest

from images import digest_of
from pratique.errors import LimitExceeded, NotFound, Unreadable
from pratique.limits import DEFAULT, Limits
from pratique.oci.documents import OCI_INDEX, OCI_MANIFEST, Descriptor, PlatformDocument
from pratique.oci.resolve import Candidate, candidates, choose

CONFIG = "application/vnd.oci.image.config.v1+json"
ARM, AMD = PlatformDocument(os="linux", architecture="arm64"), PlatformDocument(os="linux", architecture="amd64")


class Blobs:
    """Blobs in memory, as ``resolve.Content`` has it."""

    def __init__(self) -> None:
        self._kept = dict[str, bytes]()

    def put(self, document: object, media_type: str, platform: PlatformDocument | None = None) -> Descriptor:
        """Keeps a document, and says what names it."""
        data = json.dumps(document).encode()
        self._kept[digest_of(data)] = data
        return Descriptor(media_type, digest_of(data), len(data), platform=platform)

    def image(self, *platform: str, config_type: str = CONFIG) -> Descriptor:
        """An image whose config names this system and architecture; without an entry of its platform."""
        config = self.put(dict(zip(("os", "architecture"), platform, strict=True)), config_type)
        return self.put(self.manifest(config), OCI_MANIFEST)

    def manifest(self, config: Descriptor) -> object:
        named = {"mediaType": config.media_type, "digest": config.digest, "size": config.size}
        return {"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": named, "layers": []}

    def index(self, *below: Descriptor) -> Descriptor:
        listed = [{"mediaType": one.media_type, "digest": one.digest, "size": one.size} for one in below]
        return self.put({"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": listed}, OCI_INDEX)

    def forget(self, descriptor: Descriptor) -> None:
        del self._kept[descriptor.digest]

    def read(self, descriptor: Descriptor, limit: int) -> bytes:
        return self._kept[descriptor.digest]

    def fault(self, descriptor: Descriptor) -> str:
        return "" if descriptor.digest in self._kept else "is missing"

    def opener(self, descriptor: Descriptor) -> Callable[[], BinaryIO]:
        raise AssertionError("no layer is opened to choose an image")


@pytest.fixture
def blobs() -> Blobs:
    return Blobs()


def offered(blobs: Blobs, *roots: Descriptor, limits: Limits = DEFAULT) -> list[str]:
    return [str(one.platform) for one in candidates(blobs, roots, limits)]


def test_the_config_tells_the_platform_where_the_index_does_not(blobs: Blobs) -> None:
    index = blobs.index(blobs.image("linux", "arm64"), blobs.image("linux", "amd64"))
    assert offered(blobs, index) == ["linux/arm64", "linux/amd64"]


def test_a_config_that_cannot_be_had_or_read_leaves_an_image_of_unknown_platform(blobs: Blobs) -> None:
    config = blobs.put({"os": "linux"}, CONFIG)
    gone = blobs.put(blobs.manifest(config), OCI_MANIFEST)
    blobs.forget(config)
    odd = blobs.put(blobs.manifest(blobs.put(["no", "config"], CONFIG)), OCI_MANIFEST)
    found = candidates(blobs, [blobs.index(gone, odd)], DEFAULT)
    assert [(one.platform.os, one.missing) for one in found] == [("", ""), ("", "")]


def test_artifacts_in_an_index_are_left_aside_and_one_that_is_asked_for_is_refused(blobs: Blobs) -> None:
    image, chart = blobs.image("linux", "amd64"), blobs.put({}, "application/vnd.cncf.helm.chart.v1")
    signed = blobs.image("linux", "amd64", config_type="application/vnd.example.signature")
    assert offered(blobs, blobs.index(chart, signed, image)) == ["linux/amd64"]
    with pytest.raises(Unreadable):
        candidates(blobs, [chart], DEFAULT)


def test_only_the_platform_makes_an_attestation(blobs: Blobs) -> None:
    nowhere = PlatformDocument(os="unknown", architecture="unknown")
    named = blobs.put({"any": 1}, OCI_MANIFEST, nowhere)
    assert candidates(blobs, [named, blobs.index(blobs.image("unknown", "unknown"))], DEFAULT) == []
    mark = {"vnd.docker.reference.type": "attestation-manifest"}
    image, empty = blobs.image("linux", "amd64"), blobs.image("", "")
    marked = [Descriptor(one.media_type, one.digest, one.size, annotations=mark) for one in (image, empty)]
    assert offered(blobs, *marked) == ["linux/amd64"]  # an engine would run it, so it is read


def test_indexes_are_bounded_in_depth_and_number(blobs: Blobs) -> None:
    index = blobs.image("linux", "amd64")
    for _ in range(3):
        index = blobs.index(index)
    assert offered(blobs, index, limits=Limits(index_depth=3)) == ["linux/amd64"]
    with pytest.raises(LimitExceeded, match="more than 2 deep"):
        candidates(blobs, [index], Limits(index_depth=2))
    two = [blobs.index(blobs.image("linux", "amd64")), blobs.index(blobs.image("linux", "arm64"))]
    assert len(candidates(blobs, two, Limits(index_manifests=2))) == 2
    with pytest.raises(LimitExceeded, match="more than 1 manifests"):
        candidates(blobs, two, Limits(index_manifests=1))


def test_one_that_is_listed_and_absent_is_never_another(blobs: Blobs) -> None:
    arm, amd = blobs.put({"a": 1}, OCI_MANIFEST, ARM), blobs.put({"b": 1}, OCI_MANIFEST, AMD)
    blobs.forget(amd)
    found = candidates(blobs, [arm, amd], DEFAULT)
    assert choose(found, "linux/arm64", "x") == choose(found, "", "x") == choose(found, "all", "x") == [found[0]]
    with pytest.raises(Unreadable, match="linux/amd64 is listed, but is missing"):
        choose(found, "linux/amd64", "x")
    with pytest.raises(NotFound, match="nothing for linux/riscv64") as caught:
        choose(found, "linux/riscv64", "x")
    assert "linux/arm64, linux/amd64" in caught.value.hint
    blobs.forget(arm)
    lost = candidates(blobs, [arm, amd], DEFAULT)
    with pytest.raises(Unreadable, match=f"{arm.digest} is listed, but is missing"):
        choose(lost, "all", "x")


def test_an_index_of_no_image_is_said_to_be_one() -> None:
    none = list[Candidate]()
    for wanted in ("", "all", "linux/amd64"):
        with pytest.raises(Unreadable, match="there is no image in it"):
            choose(none, wanted, "x")
