"""What the user says of the network, in one frozen object."""

from __future__ import annotations

import os

import msgspec

from pratique import __version__
from pratique.model import Struct


class Options(Struct, frozen=True):
    """How hosts are reached.

    ``ca_file``      PEM bundle that is trusted besides the system's.
    ``client_certificate``, ``client_key``  PEM files for servers that ask for one.
    ``insecure``     hosts (``host`` or ``host:port``) whose certificate is not checked.
    ``unix_socket``  a path: every request goes there, whatever host its URL names.
    ``read_seconds``  the longest silence of a host; 0 is that of the limits.
    ``environment``  where ``HTTP_PROXY``, ``HTTPS_PROXY`` and ``NO_PROXY`` are read from.
    """

    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    insecure: tuple[str, ...] = ()
    unix_socket: str = ""
    read_seconds: float = 0.0
    user_agent: str = f"pratique/{__version__}"
    environment: dict[str, str] = msgspec.field(default_factory=lambda: dict(os.environ))
