"""A report in, an SPDX 2.3 document as JSON out (ISO/IEC 5962, https://spdx.github.io/spdx-spec/v2.3/)."""

from __future__ import annotations

import msgspec

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report._spdx import document


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The document of one report. Raises ``UsageError`` for several."""
    return msgspec.json.format(msgspec.json.encode(document(reports, options)), indent=2).decode() + "\n"


WRITER = Writer("spdx", write)
