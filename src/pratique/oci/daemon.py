"""The name of an image in a Docker or Podman daemon in, the image out; it is exported only if a layer is not yet known.

Docker Engine API: https://docs.docker.com/reference/api/engine/ ("ImageInspect", "ImageHistory", "ImageGet"); Podman
speaks the same: https://docs.podman.io/en/latest/_static/api.html
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Literal
from urllib.parse import quote, urlsplit

import msgspec

from pratique.errors import NetworkError, NotFound, Undecided, Unreadable, UsageError
from pratique.folders import home
from pratique.limits import Limits
from pratique.model import Image, Layer, Platform, Struct
from pratique.net.client import Client
from pratique.net.options import Options as NetworkOptions
from pratique.net.response import Response
from pratique.oci import archive, assemble, contexts, platforms
from pratique.oci.documents import Config, Execution, decode
from pratique.oci.files import Archive, open_range
from pratique.oci.options import Options
from pratique.oci.reference import familiar, is_same
from pratique.oci.spool import Spool
from pratique.oci.tarindex import index

_KEEPING = threading.Lock()
_kept: dict[tuple[str, str], Spool] = {}
_HINTS = {
    "Docker": "start Docker, or set DOCKER_HOST to where it listens (and may you use its socket?); an image in a"
    " registry needs no prefix, and one that `docker save` wrote is docker-archive:FILE",
    "Podman": "start `podman system service`, or set CONTAINER_HOST to where it listens; an image in a registry needs"
    " no prefix, and one that `podman save` wrote is docker-archive:FILE",
}
_EXPORT_PATIENCE = 20  # times the usual: the classic store packs all layers before it sends a byte


class Daemon(Struct, frozen=True):
    """Where a daemon listens, and who said so: ``url`` is what paths are put after; ``network`` holds socket and
    certificates."""

    engine: str
    address: str
    said: str
    url: str
    network: NetworkOptions


class _Described(msgspec.Struct, frozen=True, rename="pascal"):
    """A manifest's descriptor, as the containerd image store gives it."""

    digest: str = msgspec.field(default="", name="digest")


class _Inspected(msgspec.Struct, frozen=True, rename="pascal"):
    """``GET /images/{name}/json``."""

    id: str
    repo_tags: tuple[str, ...] | None = None
    os: str = ""
    architecture: str = ""
    variant: str | None = ""
    created: str | None = ""
    author: str | None = ""
    config: Execution | None = None
    root_fs: _Layers | None = msgspec.field(default=None, name="RootFS")
    descriptor: _Described | None = None


class _Layers(msgspec.Struct, frozen=True, rename="pascal"):
    layers: tuple[str, ...] | None = None


class _Step(msgspec.Struct, frozen=True, rename="pascal"):
    """One of ``GET /images/{name}/history``, newest first."""

    created_by: str = ""
    size: int = 0


def images(
    engine: str, target: str, name: str, options: Options, limits: Limits, stack: ExitStack
) -> tuple[Image, ...]:
    """The image that ``engine`` (``Docker`` or ``Podman``) calls ``name``. Raises ``NotFound``, ``UsageError``, and
    ``Undecided`` when no daemon answers."""
    daemon = find(engine, options)
    described = _inspect(daemon, name, limits)
    platform = Platform(described.os, described.architecture, described.variant or "")
    if options.platform not in ("", platforms.ALL) and not platforms.best(
        platforms.parse(options.platform), [platform]
    ):
        raise NotFound(f"{target!r}: nothing for {options.platform}", hint=f"the daemon has it for {platform}")
    diff_ids = (described.root_fs.layers if described.root_fs else None) or ()
    steps = _steps(daemon, described.id, len(diff_ids), limits)
    openers = _openers(daemon, described.id, diff_ids, options.known, limits, stack)
    layers = tuple(
        Layer(position, "", diff_id, created_by=step, computed_by_daemon=True, open=opener)
        for position, (diff_id, step, opener) in enumerate(zip(diff_ids, steps, openers, strict=True))
    )
    called, named = _called(name, described)
    config = Config(config=described.config, created=described.created, author=described.author)
    return (
        Image(
            target=target,
            name=called,
            named=named,
            digest=described.descriptor.digest if described.descriptor else "",
            config_digest="" if described.descriptor else described.id,
            platform=platform,
            config=assemble.execution(config),
            layers=layers,
        ),
    )


def _called(asked: str, described: _Inspected) -> tuple[str, Literal["caller", "maker"]]:
    """What the image is called, and whose word that is: the name that it was asked for by, with the tag which that
    means; of one that was asked for by its id the tag that it bears, which an archive may have brought along."""
    tags = described.repo_tags or ()
    meant = next((tag for tag in tags if is_same(tag, asked)), "")
    if not meant and described.id.removeprefix("sha256:").startswith(asked.removeprefix("sha256:")):
        return familiar(tags[0] if len(tags) == 1 else asked), "maker"
    return familiar(meant or asked), "caller"


def find(engine: str, options: Options) -> Daemon:
    """Where the daemon listens, by the options, the environment, Docker's context, or the usual place. Raises
    ``UsageError``."""
    environment = options.environment
    runtime = environment.get("XDG_RUNTIME_DIR", "")
    if engine == "Podman":
        given, variable = options.podman_socket, "CONTAINER_HOST"
        usual = [f"{runtime}/podman/podman.sock"] if runtime else []
        system = "/run/podman/podman.sock"
    else:
        given, variable = options.docker_socket, "DOCKER_HOST"
        usual = [f"{runtime}/docker.sock"] if runtime else []
        system = "/var/run/docker.sock"
    if given:
        return _daemon(engine, given, "as the options say", "", options)
    if environment.get(variable):
        return _daemon(engine, environment[variable], f"as {variable} says", "", options)
    context = contexts.current(environment) if engine == "Docker" else None
    if context is not None:
        said = f"as the context {context.name!r} says"
        return _daemon(engine, context.address, said, context.certificates, options)
    address = "unix://" + next((path for path in usual if Path(path).exists()), system)
    return _daemon(engine, address, "the usual place", "", options)


def _daemon(engine: str, address: str, said: str, certificates: str, options: Options) -> Daemon:
    """``said`` tells who named the address; ``certificates`` is a folder, "" for the one that the environment names."""
    unreachable = UsageError(
        f"{address!r} ({said}): {engine} cannot be reached that way", hint="write unix://PATH or tcp://HOST:PORT"
    )
    try:
        parts = urlsplit(address if "://" in address else f"unix://{address}")
    except ValueError:
        raise unreachable from None
    environment = options.environment
    if parts.scheme == "unix" and parts.path:
        network = NetworkOptions(unix_socket=parts.path, environment={})
        return Daemon(engine, address, said, "http://localhost", network)
    if parts.scheme not in ("tcp", "http", "https") or not parts.hostname:
        raise unreachable
    encrypted = parts.scheme == "https" or bool(certificates) or bool(environment.get("DOCKER_TLS_VERIFY"))
    folder = Path(certificates or environment.get("DOCKER_CERT_PATH") or home(environment) / ".docker")
    network = NetworkOptions(
        ca_file=options.ca_file or (str(folder / "ca.pem") if encrypted else ""),
        client_certificate=options.client_certificate or (str(folder / "cert.pem") if encrypted else ""),
        client_key=options.client_key or (str(folder / "key.pem") if encrypted else ""),
        environment=environment,
    )
    return Daemon(engine, address, said, f"{'https' if encrypted else 'http'}://{parts.netloc}", network)


def _get(daemon: Daemon, path: str, what: str, limits: Limits, patience: float = 1.0) -> Response:
    """An answer with status 200. Nothing is tried again: a daemon is near, and is there or not."""
    client = Client(daemon.network, msgspec.structs.replace(limits, retries=0))
    try:
        response = client.request("GET", daemon.url + path, read_seconds=limits.read_seconds * patience)
    except NetworkError as error:
        what = f"no {daemon.engine} daemon answers at {daemon.address} ({daemon.said}): {_why(error)}"
        raise Undecided(what, hint=_HINTS[daemon.engine]) from error
    try:
        return response.expect(f"{daemon.engine}: {what}", 200)
    except NotFound as error:
        raise NotFound(f"{daemon.engine} has no image {what!r}", hint="pull it, or leave the prefix out") from error


def _why(error: NetworkError) -> str:
    """The system's reason; "localhost" would mislead where the daemon listens at a socket."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, OSError) and inner.strerror:
            return inner.strerror
        inner = inner.__cause__ or inner.__context__
    return str(error)


def _inspect(daemon: Daemon, name: str, limits: Limits) -> _Inspected:
    with _get(daemon, f"/images/{quote(name, safe='/:@')}/json", name, limits) as response:
        return decode(response.read(limits.config), _Inspected, f"{daemon.engine}: {name}")


def _steps(daemon: Daemon, image: str, count: int, limits: Limits) -> list[str]:
    """Which instruction made which layer. The history tells no empty layers from others but by size; where that does
    not come out even, nothing is better than something wrong."""
    with _get(daemon, f"/images/{image}/history", image, limits) as response:
        history = decode(response.read(limits.config), tuple[_Step, ...], f"{daemon.engine}: history")
    made = [step.created_by for step in reversed(history) if step.size > 0 or len(history) == count]
    return made if len(made) == count else [""] * count


def _openers(
    daemon: Daemon, image: str, diff_ids: Sequence[str], known: Callable[[str], bool], limits: Limits, stack: ExitStack
) -> list[Callable[[], BinaryIO]]:
    """One for each layer. The export is one stream, and workers would each ask for their own: it is taken here, once,
    unless nobody will need it."""
    if all(known(diff_id) for diff_id in diff_ids):
        return [functools.partial(open_layer, daemon, image, diff_id, limits) for diff_id in diff_ids]
    spool = stack.enter_context(_export(daemon, image, limits))
    found = _layers(spool, daemon, image, limits)
    missing = [diff_id for diff_id in diff_ids if diff_id not in found]
    if missing:
        raise Unreadable(f"{daemon.engine}: the export lacks the layer {missing[0]!r}, which it said was there")
    return [found[diff_id] for diff_id in diff_ids]


def open_layer(daemon: Daemon, image: str, diff_id: str, limits: Limits) -> BinaryIO:
    """The layer's bytes, by an export of their own: for a layer whose facts were known, but are gone by now. Raises
    as ``images`` does."""
    found = _layers(_kept_export(daemon, image, limits), daemon, image, limits)
    if diff_id not in found:
        raise Unreadable(f"{daemon.engine}: the export lacks the layer {diff_id!r}")
    return found[diff_id]()


def _kept_export(daemon: Daemon, image: str, limits: Limits) -> Spool:
    """The last export is kept for the image's other layers; it goes with the process."""
    with _KEEPING:
        if (daemon.address, image) not in _kept:
            _kept.clear()
            _kept[daemon.address, image] = _export(daemon, image, limits)
        return _kept[daemon.address, image]


def _export(daemon: Daemon, image: str, limits: Limits) -> Spool:
    spool = Spool()
    try:
        with _get(daemon, f"/images/{image}/get", image, limits, _EXPORT_PATIENCE) as response:
            spool.fill(response.stream(), limits)
    except BaseException:
        spool.close()
        raise
    return spool


def _layers(spool: Spool, daemon: Daemon, image: str, limits: Limits) -> dict[str, Callable[[], BinaryIO]]:
    """The exported layers by diff id."""
    with open_range(spool.path, 0, spool.size) as stream:
        files = Archive(index(stream, spool.path, spool.size, limits), limits)
    found: dict[str, Callable[[], BinaryIO]] = {}
    for exported in archive.images(files, image, f"{daemon.engine}: {image}", "", "", limits):
        found |= {layer.diff_id: layer.open for layer in exported.layers if layer.open is not None}
    return found
