"""The environment in, where the Docker context in use has its daemon listen, out.

Docker Desktop, colima and rootless Docker are found by it: https://docs.docker.com/engine/manage-resources/contexts/.
The files are those of https://github.com/docker/cli/tree/master/cli/context/store: ``contexts/meta/ID/meta.json`` and
``contexts/tls/ID/docker/*.pem`` beside ``config.json``, where ID is the SHA-256 of the context's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from pratique.errors import UNDECODABLE, UsageError
from pratique.folders import home
from pratique.given import check_ends
from pratique.model import Struct

_DEFAULT = "default"  # not stored: the usual place
_MOST = 1 << 20


class Context(Struct, frozen=True):
    """``address`` is ``unix:///…``, ``tcp://…`` or another; ``certificates`` the folder of its PEM files, "" for
    none."""

    name: str
    address: str
    certificates: str = ""


class _Config(msgspec.Struct, frozen=True, rename="camel"):
    """What we read of ``config.json``."""

    current_context: str = ""


class _Endpoint(msgspec.Struct, frozen=True, rename="pascal"):
    host: str = ""


class _Meta(msgspec.Struct, frozen=True, rename="pascal"):
    endpoints: dict[str, _Endpoint] = {}


_T = TypeVar("_T", _Config, _Meta)


def current(environment: Mapping[str, str]) -> Context | None:
    """The context that ``DOCKER_CONTEXT`` or Docker's ``config.json`` names; None for the usual place. Raises
    ``UsageError`` for one that is not there or says no address."""
    folder = Path(environment.get("DOCKER_CONFIG") or home(environment) / ".docker")
    name = environment.get("DOCKER_CONTEXT") or _named(folder / "config.json")
    if name in ("", _DEFAULT):
        return None
    place = hashlib.sha256(name.encode(errors="surrogateescape")).hexdigest()
    meta = _read(folder / "contexts/meta" / place / "meta.json", _Meta)
    address = meta.endpoints["docker"].host if meta and "docker" in meta.endpoints else ""
    if not address:
        hint = "`docker context ls` lists those that there are; or set DOCKER_HOST"
        raise UsageError(f"the Docker context {name!r} is not in {str(folder)!r}, or names no address", hint=hint)
    certificates = folder / "contexts/tls" / place / "docker"
    return Context(name, address, str(certificates) if certificates.is_dir() else "")


def _named(path: Path) -> str:
    config = _read(path, _Config)
    return config.current_context if config else ""


def _read(path: Path, kind: type[_T]) -> _T | None:
    """The document; None where there is none."""
    try:
        check_ends(path, "the file")
        with path.open("rb") as file:
            return msgspec.json.decode(file.read(_MOST), type=kind)
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, *UNDECODABLE) as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error}", hint="it is to be as Docker writes it") from error
