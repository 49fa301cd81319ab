"""Which layers are the base image's: by what somebody names, what the image says, and where its history turns."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from images import build, file, layer, oci_layout
from pratique import api
from pratique.bases import recognise
from pratique.errors import NotFound, UsageError
from pratique.known_bases import KnownBase
from pratique.model import Base, Image, ImageConfig, Layer, Step

DEBIAN = (Step("# debian.sh --arch amd64"), Step('CMD ["bash"]', empty=True))
CLASSIC = (Step("/bin/sh -c #(nop) ADD file:1 in / "), Step('/bin/sh -c #(nop)  CMD ["bash"]', empty=True))
OWN = (Step("ENV A=1", empty=True), Step("RUN apt-get update"), Step("COPY . /app"), Step('CMD ["app"]', empty=True))


def image(
    *steps: Step, names: str = "abcdef", annotations: dict[str, str] | None = None, labels: dict[str, str] | None = None
) -> Image:
    count = sum(not step.empty for step in steps)
    layers = tuple(Layer(place, f"sha256:{name}", f"sha256:plain-{name}") for place, name in enumerate(names[:count]))
    config = ImageConfig(history=steps, labels=labels or {})
    return Image("app", "app", layers=layers, config=config, annotations=annotations or {})


@pytest.mark.parametrize(
    ("steps", "found"),
    [
        ((*DEBIAN, *OWN), 1),
        ((*CLASSIC, *OWN), 1),
        ((*DEBIAN, Step("RUN x"), Step('ENTRYPOINT ["python"]', empty=True), *OWN), 2),
        (DEBIAN, 0),
        ((Step("COPY app /"), Step('CMD ["app"]', empty=True)), 0),
        ((Step("COPY app /"), *OWN), 0),
        ((), 0),
    ],
)
def test_by_history(steps: tuple[Step, ...], found: int) -> None:
    base = recognise(image(*steps))
    assert base == (Base("", "", found, "history") if found else None)


def test_a_history_that_does_not_fit_the_layers_tells_nothing() -> None:
    assert recognise(image(*DEBIAN, *OWN, names="ab")) is None


def test_annotations_and_labels_name_it() -> None:
    said = {"org.opencontainers.image.base.name": "debian:12", "org.opencontainers.image.base.digest": "sha256:1"}
    assert recognise(image(*DEBIAN, *OWN, annotations=said)) == Base("debian:12", "sha256:1", 1, "annotation")
    assert recognise(image(*OWN, labels=said)) == Base("debian:12", "sha256:1", 0, "annotation")


def test_one_that_is_named_must_be_below() -> None:
    made = image(*DEBIAN, *OWN)
    assert recognise(made, image(*DEBIAN)) == Base("app", "", 1, "option")
    for other in (image(*DEBIAN, names="b"), image(), image(*DEBIAN, *OWN, *OWN)):
        with pytest.raises(UsageError, match="is not built on"):
            recognise(made, other)


def test_a_base_that_is_named_serves_all_targets(tmp_path: Path) -> None:
    below, above = layer(file("etc/os-release", "ID=debian\n")), layer(file("app/x", "x"))
    base = oci_layout(tmp_path / "base", build(below))
    targets = [oci_layout(tmp_path / name, build(below, above)) for name in ("one", "two")]
    other = oci_layout(tmp_path / "other", build(above))
    settings = api.Settings(now=datetime(2026, 11, 22, tzinfo=UTC), base=str(base))
    first, second, third = api.inventory([str(target) for target in (*targets, other)], settings)
    for outcome in (first, second):
        found = outcome.report.base
        assert found is not None
        assert (found.layers, found.how) == (1, "option")
    assert isinstance(third.error, UsageError)
    assert "is not built on" in str(third.error)


def test_a_base_that_cannot_be_opened_is_named(tmp_path: Path) -> None:
    target = oci_layout(tmp_path / "x", build(layer(file("a", "1"))))
    settings = api.Settings(now=datetime(2026, 11, 22, tzinfo=UTC), base=str(tmp_path / "gone"))
    (outcome,) = api.inventory([str(target)], settings)
    assert isinstance(outcome.error, NotFound)
    assert str(outcome.error).startswith(f"the base {str(tmp_path / 'gone')!r}: ")


def known(name: str, layers: str, digest: str = "", created: str = "", *, blobs: bool = False) -> KnownBase:
    digests = tuple(f"sha256:{letter}" if blobs else f"sha256:plain-{letter}" for letter in layers)
    return KnownBase(name, digest, diff_ids=() if blobs else digests, layers=digests if blobs else (), created=created)


def test_the_longest_chain_of_known_layers_is_the_base() -> None:
    made = image(*DEBIAN, Step("RUN x"), Step("RUN y"))
    debian, python, other = known("debian:12", "a", created="2026-01-01"), known("python:3", "ab"), known("other", "b")
    assert recognise(made, known=(debian, python, other)) == Base("python:3", "", 2, "known")
    assert recognise(made, known=(debian, other)) == Base("debian:12", "", 1, "known", "2026-01-01")
    assert recognise(made, known=(known("debian:12", "a", blobs=True),)) == Base("debian:12", "", 1, "known")
    assert recognise(image(*DEBIAN), known=(other, known("longer", "ab"), known("empty", ""))) is None


def test_of_the_same_layers_the_one_that_the_image_names_then_the_newest() -> None:
    names = (known("a", "a", "sha256:1"), known("b", "a", "sha256:2"), known("c", "a", "sha256:3", "2026-01-01"))
    said = {"org.opencontainers.image.base.name": "b", "org.opencontainers.image.base.digest": "sha256:2"}
    for order in (names, names[::-1]):
        assert recognise(image(*OWN), known=order) == Base("c", "sha256:3", 1, "known", "2026-01-01")
        assert recognise(image(*OWN, annotations=said), known=order) == Base("b", "sha256:2", 1, "known")


def test_a_name_that_the_layers_contradict_is_told_and_not_believed() -> None:
    said = {"org.opencontainers.image.base.name": "b", "org.opencontainers.image.base.digest": "sha256:2"}
    named, true = known("b", "z", "sha256:2"), known("a", "a", "sha256:1")
    lying = image(*DEBIAN, *OWN, annotations=said)
    assert recognise(lying, known=(named, true)) == Base("a", "sha256:1", 1, "known", contradicts="b")
    assert recognise(lying, known=(named,)) == Base("", "", 1, "history", contradicts="b")
    assert recognise(image(*OWN, annotations=said), known=(named,)) == Base("", "", 0, "history", contradicts="b")
    assert recognise(lying, known=(true,)) == Base("a", "sha256:1", 1, "known")  # nobody knows b's layers


def test_a_base_of_the_base_does_not_take_the_place_of_the_one_that_is_named() -> None:
    said = {"org.opencontainers.image.base.name": "python:3", "org.opencontainers.image.base.digest": "sha256:9"}
    made = image(*DEBIAN, Step("RUN x"), Step('CMD ["python"]', empty=True), *OWN, annotations=said)
    assert recognise(made, known=(known("debian:12", "a"),)) == Base("python:3", "sha256:9", 2, "annotation")


def test_its_history_tells_when_the_base_was_built() -> None:
    dated = (Step("ADD x", created="2026-01-01"), Step("CMD x", empty=True, created="2026-01-02"), *OWN)
    assert recognise(image(*dated)) == Base("", "", 1, "history", "2026-01-01")
    assert recognise(image(*dated), known=(known("debian:12", "a"),)) == Base("debian:12", "", 1, "known", "2026-01-01")


LETTERS = st.text("abc", min_size=1, max_size=4)


@given(LETTERS, st.lists(LETTERS, max_size=6))
def test_against_trying_each(layers: str, names: list[str]) -> None:
    made = image(*(Step(f"RUN {letter}") for letter in layers), names=layers)
    found = recognise(made, known=[known(name, name) for name in names])
    below = [len(name) for name in names if layers.startswith(name)]
    assert (found.layers if found else 0) == max(below, default=0)
