"""Reports in, the package URLs of all that is in the images out, one a line, sorted, each once."""

from __future__ import annotations

from pratique.model import Report
from pratique.plugins import WriteOptions, Writer
from pratique.report._bom import url_of


def write(reports: tuple[Report, ...], options: WriteOptions) -> str:
    """The list of all reports' packages; a package without a name or a type has none."""
    found = {url_of(package, report.distro) for report in reports for package in report.packages} - {""}
    return "".join(f"{url}\n" for url in sorted(found))


WRITER = Writer("purls", write)
