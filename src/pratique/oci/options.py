"""What the user says of image sources (registries, daemons, platform), in one frozen object."""

from __future__ import annotations

import os
from collections.abc import Callable

import msgspec

from pratique.model import Struct


def nothing_known(diff_id: str) -> bool:
    """The answer of an empty cache."""
    return False


class Options(Struct, frozen=True):
    """How targets are opened.

    ``platform``    "" for this machine's, ``os/architecture[/variant]``, or ``all``.
    ``insecure``    registries (``host[:port]``) whose certificate is not checked, and that may speak plain HTTP.
    ``ca_file``     PEM bundle that is trusted besides the system's.
    ``client_certificate``, ``client_key``  PEM files for registries that ask for one.
    ``mirrors``     registry -> its mirrors (``host[:port][/prefix]``), asked in this order before the registry itself.
    ``auth_file``   credentials in the format of Docker's config.json; "" looks in the usual places.
    ``docker_socket``, ``podman_socket``  ``unix:///…`` or ``tcp://…``; "" looks in the usual places.
    ``read_seconds``  the longest silence of a registry; 0 is that of the limits.
    ``known``       says of a diff id whether its facts are cached; a daemon exports nothing when all are.
    ``environment`` is where the variables (``DOCKER_CONFIG``, ``HTTPS_PROXY``, …) are read from.
    """

    platform: str = ""
    insecure: tuple[str, ...] = ()
    ca_file: str = ""
    client_certificate: str = ""
    client_key: str = ""
    mirrors: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    auth_file: str = ""
    docker_socket: str = ""
    podman_socket: str = ""
    read_seconds: float = 0.0
    known: Callable[[str], bool] = nothing_known
    environment: dict[str, str] = msgspec.field(default_factory=lambda: dict(os.environ))
