"""The options that ``scan`` and ``sbom`` share, and what they say, as the settings of the library."""

from __future__ import annotations

import argparse
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pratique.cli import _clock, _output
from pratique.errors import UsageError

if TYPE_CHECKING:
    from pratique import api
    from pratique.oci.options import Options
    from pratique.workers import Progress

_SECONDS = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3})?")
_LONGEST = 3600
_TARGET = (
    "a registry reference (debian:12, ghcr.io/team/app@sha256:…), a path (OCI layout, docker-archive, root file "
    "system), or one of docker: podman: oci: docker-archive: dir: with a name or path, sbom:FILE, purl:URL or "
    "purl:FILE; - reads targets from stdin"
)


def add_targets(parser: argparse.ArgumentParser) -> None:
    """TARGET… and the file that lists more."""
    group = parser.add_argument_group("Targets")
    group.add_argument("targets", metavar="TARGET…", nargs="*", help=_TARGET)
    group.add_argument(
        "--targets",
        dest="targets_file",
        metavar="FILE",
        help="read more targets from FILE (- for stdin), one a line; # begins a comment",
    )
    add_name(group, "as often as there are targets, in their order; in a list a line is TARGET --name IMAGE")
    add_platform(group)


def add_name(group: argparse._ArgumentGroup, often: str) -> None:
    """--name, which may be given so ``often``."""
    group.add_argument(
        "--name",
        metavar="IMAGE",
        type=named,
        action="append",
        help="which image it is: by the name that an archive, a folder or an SBOM gives itself no suppression, no "
        f"baseline and no milder scope holds; {often}",
    )


def add_platform(group: argparse._ArgumentGroup) -> None:
    """--platform."""
    group.add_argument(
        "--platform",
        metavar="OS/ARCH",
        default="",
        help="which image of an index: linux/arm64/v8, or all (default: this machine's)",
    )


def add_output(parser: argparse.ArgumentParser, *, gate: bool) -> None:
    """--format and --color; --all where there is a gate that hides something."""
    group = parser.add_argument_group("Output")
    known = ", ".join(_output.available() if gate else _output.INVENTORIES)
    group.add_argument(
        "--format",
        metavar="F[=FILE]",
        action="append",
        type=_output.wanted,
        help=f"{known}; with =FILE into that file; CycloneDX takes a version: cyclonedx-1.5, cyclonedx-xml-1.5; may be "
        "given several times (default: table)",
    )
    _output.add_template(group)
    add_color(group)
    if gate:
        group.add_argument("--all", action="store_true", help="show what is below the gate too")
        group.add_argument(
            "--dockerfile",
            metavar="FILE",
            help="the file that the image was built from: sarif and github-actions show findings in it",
        )


def add_reading(parser: argparse.ArgumentParser) -> None:
    """How layers are read, what they stand on, and the clock."""
    group = add_layers(parser)
    group.add_argument(
        "--base",
        metavar="IMAGE",
        default="",
        help="the image that the targets are built on (default: what their annotations and history tell)",
    )
    _clock.add_now(group)


def add_layers(parser: argparse.ArgumentParser) -> argparse._ArgumentGroup:
    """The cache, the workers, and what counts."""
    group = parser.add_argument_group("Reading")
    add_cache_folder(group)
    group.add_argument("--no-cache", action="store_true", help="read every layer anew and keep nothing")
    group.add_argument(
        "--workers", metavar="N", type=_workers, default=0, help="layers read side by side (default: one a processor)"
    )
    group.add_argument(
        "--known-bases",
        metavar="FILE",
        help="known base images, by whose layers the base is recognised; `pratique base learn` adds to it",
    )
    group.add_argument(
        "--declared",
        metavar="WHEN",
        choices=("auto", "always", "never"),
        default="auto",
        help="count packages that only lock files name: auto (in folders, not in images), always or never "
        "(default: auto)",
    )
    return group


def add_cache_folder(group: argparse._ArgumentGroup) -> None:
    """--cache-dir."""
    group.add_argument(
        "--cache-dir",
        metavar="DIR",
        help="where facts on layers, and what is fetched, are kept (default: $XDG_CACHE_HOME/pratique, "
        "~/.cache/pratique)",
    )


def add_color(group: argparse._ArgumentGroup) -> None:
    """--color."""
    group.add_argument(
        "--color",
        metavar="WHEN",
        choices=("auto", "always", "never"),
        default="auto",
        help="auto, always or never (default: auto: on a terminal, unless NO_COLOR is set)",
    )


def add_gate(group: argparse._ArgumentGroup) -> None:
    """What is decided by, beside the database, and for which place."""
    add_policy(group)
    group.add_argument(
        "--env",
        metavar="NAME",
        type=named,
        default="",
        help="the environment that the targets are meant for, as the policy names it: prod, test, …",
    )
    group.add_argument(
        "--namespace",
        metavar="NAME",
        type=named,
        default="",
        help="the namespace of Kubernetes that they are meant for",
    )
    group.add_argument(
        "--baseline",
        metavar="FILE",
        type=named,
        help="what was there on a given day (pratique policy baseline) and does not fail until its end; never what is "
        "known to be exploited",
    )
    group.add_argument(
        "--vex",
        metavar="FILE",
        action="append",
        help="a VEX document (OpenVEX, CycloneDX or CSAF): what it calls not affected or fixed does not fail; may be "
        "given several times",
    )
    group.add_argument(
        "--as-of",
        metavar="DATE",
        type=_clock.moment,
        help="tell what was known then: a day, or a time as RFC 3339 writes it; --now is that time too, unless given",
    )


def add_policy(group: argparse._ArgumentGroup) -> None:
    """--policy and --preset."""
    group.add_argument(
        "--policy",
        metavar="FILE",
        type=named,
        help="the policy (default: pratique.yaml or pratique.yml here, else the built-in one)",
    )
    group.add_argument(
        "--preset",
        metavar="NAME",
        type=named,
        default="",
        help="a policy of ours instead: default, guideline, strict or advisory-only (pratique policy show NAME)",
    )


def add_certificates(group: argparse._ArgumentGroup) -> None:
    """--ca-file, --client-cert and --client-key."""
    group.add_argument(
        "--ca-file", metavar="FILE", default="", help="trust these certificates besides the system's (PEM)"
    )
    group.add_argument(
        "--client-cert", metavar="FILE", default="", help="certificate to show to servers that ask (PEM)"
    )
    group.add_argument("--client-key", metavar="FILE", default="", help="its private key (PEM)")


def add_registry(parser: argparse.ArgumentParser) -> None:
    """How registries and daemons are reached."""
    group = parser.add_argument_group("Registries and daemons")
    add_registries(group)
    group.add_argument(
        "--docker-socket",
        metavar="URL",
        default="",
        help="of docker: targets (default: $DOCKER_HOST, else the usual places)",
    )
    group.add_argument(
        "--podman-socket",
        metavar="URL",
        default="",
        help="of podman: targets (default: $CONTAINER_HOST, else the usual places)",
    )


def add_registries(group: argparse._ArgumentGroup) -> None:
    """How registries are reached."""
    group.add_argument(
        "--registry-mirror",
        metavar="HOST=MIRROR",
        action="append",
        type=_mirror,
        help="ask MIRROR (host[:port][/prefix]) before HOST; may be given several times",
    )
    group.add_argument(
        "--insecure-registry",
        metavar="HOST",
        action="append",
        type=_host,
        help="do not check HOST's certificate, and allow plain HTTP; may be given several times",
    )
    add_certificates(group)
    group.add_argument(
        "--auth-file",
        metavar="FILE",
        default="",
        help="credentials, as in Docker's config.json (default: $REGISTRY_AUTH_FILE, $DOCKER_CONFIG, ~/.docker)",
    )
    add_timeout(group, "registry")


def add_timeout(group: argparse._ArgumentGroup, whose: str) -> None:
    """--timeout of who is asked over the network."""
    group.add_argument(
        "--timeout",
        metavar="SECONDS",
        type=_seconds,
        default=0.0,
        help=f"how long a {whose} may say nothing; it is asked once more for a third of that, and then given up "
        "(default: 30)",
    )


def settings_of(
    args: argparse.Namespace,
    environment: Mapping[str, str],
    progress: Progress | None,
    names: tuple[tuple[str, str], ...] = (),
) -> api.Settings:
    """The library's settings; ``names`` are what the caller calls targets. Raises ``UsageError``."""
    from pratique import api  # it imports the stages: not for --help

    cache = Path(args.cache_dir) if args.cache_dir else api.cache_folder(environment)
    database, origin = database_of(getattr(args, "db", None))
    as_of: datetime | None = getattr(args, "as_of", None)
    return api.Settings(
        now=as_of if as_of is not None and args.now is None else _clock.now_of(args, environment),
        cache=None if args.no_cache else cache,
        database=database,
        origin=origin,
        learnt=api.learnt_file(environment),
        as_of=as_of,
        vex=tuple(Path(file) for file in getattr(args, "vex", None) or ()),
        policy=_path(getattr(args, "policy", None)),
        preset=getattr(args, "preset", ""),
        env=getattr(args, "env", ""),
        namespace=getattr(args, "namespace", ""),
        baseline=_path(getattr(args, "baseline", None)),
        names=names,
        base=getattr(args, "base", ""),
        known_bases=_path(args.known_bases),
        candidates=tuple(getattr(args, "candidate_base", None) or ()),
        declared={"auto": None, "always": True, "never": False}[args.declared],
        workers=args.workers,
        options=options_of(args, environment),
        progress=progress,
    )


def options_of(args: argparse.Namespace, environment: Mapping[str, str]) -> Options:
    """How registries, and daemons where the command has them, are reached."""
    from pratique.oci.options import Options

    return Options(
        platform=getattr(args, "platform", ""),
        insecure=tuple(args.insecure_registry or ()),
        ca_file=args.ca_file,
        client_certificate=args.client_cert,
        client_key=client_key(args),
        mirrors=_mirrors(args.registry_mirror or ()),
        auth_file=args.auth_file,
        read_seconds=args.timeout,
        docker_socket=getattr(args, "docker_socket", ""),
        podman_socket=getattr(args, "podman_socket", ""),
        environment=dict(environment),
    )


def client_key(args: argparse.Namespace) -> str:
    """--client-key. Raises ``UsageError`` for a key without the certificate that it is of: it would be passed over."""
    if args.client_key and not args.client_cert:
        raise UsageError(f"--client-key {args.client_key!r} is given without its certificate", hint="add --client-cert")
    key: str = args.client_key
    return key


def database_of(text: str | None) -> tuple[Path | None, str]:
    """What --db names: a folder, or the place that a database is carried to."""
    if not text:
        return None, ""
    if text.startswith(("oci:", "oci-archive:")) and not Path(text).exists():
        return None, text
    return Path(text), ""


def _path(text: str | None) -> Path | None:
    return Path(text) if text else None


def _mirrors(pairs: Sequence[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for host, mirror in pairs:
        found[host] = (*found.get(host, ()), mirror)
    return found


def _seconds(text: str) -> float:
    if not _SECONDS.fullmatch(text) or not 1 <= float(text) <= _LONGEST:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seconds from 1 to {_LONGEST}")
    return float(text)


def _host(text: str) -> str:
    if "/" in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no HOST[:PORT]: a registry is named as in an image's name")
    return text


def _mirror(text: str) -> tuple[str, str]:
    host, _, mirror = text.partition("=")
    if not host or not mirror:
        raise argparse.ArgumentTypeError(f"{text!r} is not HOST=MIRROR")
    return host, mirror


def _workers(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text[:6]) <= 1024:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of workers from 0 to 1024")
    return int(text)


def named(text: str) -> str:
    """A name; none is what a variable of a script leaves that was never set, and another policy would decide then."""
    if not text.strip():
        raise argparse.ArgumentTypeError(f"{text!r} names nothing; leave the option out for its default")
    return text
