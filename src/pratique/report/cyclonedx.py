"""A report in, a CycloneDX document as JSON out (ECMA-424, https://cyclonedx.org/docs/1.6/json/)."""

from __future__ import annotations

import msgspec

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report._cyclonedx import document


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The document of one report. Raises ``UsageError`` for several."""
    return msgspec.json.format(msgspec.json.encode(document(reports, options)), indent=2).decode() + "\n"


WRITER = Writer("cyclonedx", write)
