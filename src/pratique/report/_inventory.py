"""An inventory in, its JSON document out: ``docs/inventory.schema.json``."""

from __future__ import annotations

from pratique.model import Image, Report
from pratique.report import _inventory_document as document
from pratique.report import _parts as parts


def inventory(report: Report) -> document.InventoryDocument:
    """The document of one image."""
    return document.InventoryDocument(
        schema=document.INVENTORY,
        tool=parts.tool_part(report.tool),
        created=report.now,
        target=report.target,
        image=parts.image_part(report.image),
        distro=parts.distro_part(report.distro),
        problems=[parts.problem_part(problem) for problem in report.problems],
        coverage=_read_part(report),
        packages=[
            parts.package_part(package, report.distro) for package in sorted(report.packages, key=parts.package_order)
        ],
        channels=[document.ChannelPart(one.kind, one.name, one.path) for one in report.channels],
        functions=[
            document.FunctionsPart(one.path, one.names, one.main, one.goos, one.goarch, one.replaced)
            for one in report.functions
        ],
        notes=report.notes,
        base=parts.base_part(report.base),
        config=_config_part(report.image),
        annotations=report.image.annotations if report.image is not None else {},
    )


def _read_part(report: Report) -> document.ReadPart:
    """How much was read."""
    coverage = report.coverage
    executables = parts.executables_part(coverage)
    return document.ReadPart(
        len(report.packages), coverage.layers, coverage.layers_read, executables, coverage.declared
    )


def _config_part(image: Image | None) -> document.ConfigPart | None:
    """What ``image`` does not tell of the config."""
    if image is None:
        return None
    config = image.config
    return document.ConfigPart(
        env=config.env,
        entrypoint=config.entrypoint,
        cmd=config.cmd,
        working_dir=config.working_dir,
        volumes=config.volumes,
        labels=config.labels,
        author=config.author,
        history=tuple(document.StepPart(step.created_by, step.empty) for step in config.history),
    )
