"""Which layers are the base image's: by what somebody names, what the image says, and where its history turns."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from images import build, file, layer, oci_layout
from pratique import api
from pratique.bases import recognise
from pratique.errors import NotFound, UsageError
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
