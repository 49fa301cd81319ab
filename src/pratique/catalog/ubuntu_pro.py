"""Ubuntu Pro's record of its own state in, the services that are enabled out: with them other fixes are to be had.

https://documentation.ubuntu.com/pro-client/en/latest/explanations/status_columns/ (``pro status --format json``, kept
in ``/var/lib/ubuntu-advantage/status.json``).
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from pratique.errors import UNDECODABLE, Unreadable
from pratique.model import Channel, Fact
from pratique.plugins import Cataloguer, Claim, File


class _Service(msgspec.Struct, frozen=True):
    name: str = ""
    status: str = ""


class _Status(msgspec.Struct, frozen=True):
    attached: bool = False
    services: list[_Service] = []


_STATUS = msgspec.json.Decoder(_Status)


def parse(file: File) -> Iterator[Fact]:
    """A channel of kind ``ubuntu-pro`` a service that is enabled (``esm-infra``, ``fips-updates``), none where the
    image is not attached. Raises ``Unreadable`` for what is not that record."""
    try:
        status = _STATUS.decode(file.read())
    except UNDECODABLE as error:
        raise Unreadable(f"{file.path!r} is no status of Ubuntu Pro: {error}") from error
    if status.attached:
        for name in sorted({service.name for service in status.services if service.status == "enabled"} - {""}):
            yield Channel("ubuntu-pro", name, file.path)


CATALOGUER = Cataloguer("ubuntu-pro", 2, Claim(paths=("var/lib/ubuntu-advantage/status.json",)), parse)
