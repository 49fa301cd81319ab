"""A manifest and the blobs that it names in, an ``Image`` out: config, history, layers that open, and what is odd.

OCI image specification, manifest.md, config.md and layer.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from pratique.errors import Unreadable
from pratique.limits import Limits
from pratique.model import Image, ImageConfig, Layer, Platform, Problem, Step
from pratique.oci.documents import (
    CONFIG_NAMES,
    FOREIGN_LAYERS,
    LAYERS,
    Config,
    Descriptor,
    Execution,
    Manifest,
    check_digest,
    decode,
    parse,
    refuse_doubles,
)
from pratique.oci.resolve import Candidate, Content


def image(content: Content, candidate: Candidate, target: str, name: str, limits: Limits) -> Image:
    """The image of a chosen manifest. Raises ``Unreadable`` where the manifest or the config is not what its digest
    names; a layer that cannot be had is a ``Problem``, its ``open`` None."""
    descriptor = candidate.descriptor
    data = content.read(descriptor, limits.manifest)
    manifest = parse(data, descriptor.media_type, descriptor.digest, limits)
    if not isinstance(manifest, Manifest):
        raise Unreadable(f"{descriptor.digest} is listed as a manifest, but is an index")
    problems: list[Problem] = []
    config = read_config(content.read(manifest.config, limits.config), manifest.config.digest, problems, limits)
    described = manifest.layers or ()
    claims, steps = claimed(config, len(described), manifest.config.digest, problems)
    layers = tuple(
        _layer(content, position, layer, claims[position], steps[position], problems)
        for position, layer in enumerate(described)
    )
    return Image(
        target=target,
        name=name,
        digest=descriptor.digest,
        config_digest=manifest.config.digest,
        platform=stated_platform(config, candidate.platform),
        config=execution(config),
        layers=layers,
        annotations=manifest.annotations or {},
        problems=tuple(problems),
    )


def read_config(data: bytes, where: str, problems: list[Problem], limits: Limits) -> Config:
    """The config; where it is not readable, an empty one and a problem that blocks: the layers can still be read."""
    try:
        refuse_doubles(data, CONFIG_NAMES, where, limits)
        return decode(data, Config, where)
    except Unreadable as error:
        problems.append(Problem(where, f"the image config is {error}", blocking=True))
        return Config()


def claimed(config: Config, count: int, where: str, problems: list[Problem]) -> tuple[list[str], list[str]]:
    """What the config claims of its ``count`` layers: diff ids and instructions, "" where it says nothing that fits."""
    diff_ids = list((config.rootfs.diff_ids if config.rootfs else None) or ())
    if len(diff_ids) != count:
        what = f"the config names {len(diff_ids)} layers, the manifest {count}"
        problems.append(Problem(where, what, blocking=True, hint="the image was not made as its manifest says"))
        diff_ids = [""] * count
    steps = [step.created_by or "" for step in config.history or () if not step.empty_layer]
    return diff_ids, steps if len(steps) == count else [""] * count


def stated_platform(config: Config, otherwise: Platform) -> Platform:
    """What the config says; an index only repeats it."""
    stated = config.platform()
    return stated if stated.os and stated.architecture else otherwise


def execution(config: Config) -> ImageConfig:
    """The config's part that stages read."""
    run = config.config or Execution()
    return ImageConfig(
        user=run.user or "",
        env=run.env or (),
        entrypoint=_words(run.entrypoint),
        cmd=_words(run.cmd),
        working_dir=run.working_dir or "",
        exposed_ports=tuple(sorted(run.exposed_ports or ())),
        volumes=tuple(sorted(run.volumes or ())),
        labels=run.labels or {},
        created=config.created or "",
        author=config.author or "",
        history=tuple(
            Step(step.created_by or "", bool(step.empty_layer), step.created or "") for step in config.history or ()
        ),
    )


def _words(value: Sequence[str] | str | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _layer(
    content: Content, position: int, descriptor: Descriptor, diff_id: str, step: str, problems: list[Problem]
) -> Layer:
    check_digest(descriptor.digest, f"layer {position + 1}")
    fault = _fault(content, descriptor)
    if fault:
        problems.append(Problem(descriptor.digest, fault, blocking=True, layer=position))
    return Layer(
        index=position,
        digest=descriptor.digest,
        diff_id=diff_id,
        media_type=descriptor.media_type,
        size=descriptor.size,
        created_by=step,
        open=None if fault else content.opener(descriptor),
    )


def _fault(content: Content, descriptor: Descriptor) -> str:
    if descriptor.media_type not in LAYERS:
        return f"its kind {descriptor.media_type[:100]!r} is none that can be read"
    if not descriptor.digest.startswith("sha256:"):
        return "its digest is not SHA-256, by which layers are verified"
    if descriptor.size < 0:
        return "its descriptor does not say how large it is"
    fault = content.fault(descriptor)
    if fault and descriptor.media_type in FOREIGN_LAYERS:
        return "it is not distributed with the image, and addresses that an image names are not asked"
    return fault
