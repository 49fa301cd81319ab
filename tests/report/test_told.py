"""What formats tell of a finding in a sentence."""

from __future__ import annotations

import msgspec

from pratique.model import Image, Layer, Package, Vulnerability
from pratique.report._told import brought

FINDING = Vulnerability("CVE-1", package=Package("pypi", "app", "1", layer=0))


def image(created_by: str) -> Image:
    return Image("app:1", "app:1", layers=(Layer(0, "sha256:a", created_by=created_by),))


def test_the_layer_and_its_instruction() -> None:
    assert brought(FINDING, image("COPY target/lib /app/lib # buildkit")) == "layer 1, COPY target/lib /app/lib"
    assert brought(FINDING, image("")) == "layer 1"
    assert brought(FINDING, None) == ""
    assert brought(msgspec.structs.replace(FINDING, package=Package("pypi", "app", "1")), image("RUN x")) == ""


def test_a_long_instruction_is_cut_for_it_is_told_with_each_finding() -> None:
    found = brought(FINDING, image(f"/bin/sh -c apt-get install -y {' '.join(f'package{n}' for n in range(500))}"))
    assert found.startswith("layer 1, RUN apt-get install -y package0 package1 ")
    assert len(found) == len("layer 1, ") + 100
    assert found.endswith("…")
