"""A target in (what a user writes for an image), its images out, with layers that open.

TARGET is a registry reference, or ``docker:NAME``, ``podman:NAME``, ``oci:PATH[:TAG|@DIGEST]``,
``docker-archive:PATH[:NAME:TAG]``, ``dir:PATH``; a path that exists needs no prefix.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import msgspec

from pratique.errors import LimitExceeded, NetworkError, NotFound, Unreadable, UsageError
from pratique.limits import DEFAULT, Limits
from pratique.model import Image, Layer, Problem
from pratique.oci import archive, layout, platforms, spool, tarindex
from pratique.oci.files import Archive, Files, Folder, open_range
from pratique.oci.options import Options

PREFIXES = ("docker", "podman", "oci", "docker-archive", "dir")
_LATER = ("sbom", "purl")
_ARCHIVES = (".tar", ".tgz", ".tar.gz", ".tar.zst", ".tar.bz2", ".tar.xz")  # misspelt paths, not to be told a registry
_BUILT_FROM = ("dockerfile", "containerfile")
_SNIFFED = 512  # bytes
_ROOTS = ("etc", "usr", "bin", "var", "lib", "opt", "home", "root")


class _Request(msgspec.Struct, frozen=True):
    """A target and all that it takes to open it; ``rest`` is the target without its prefix."""

    target: str
    rest: str
    options: Options
    limits: Limits
    stack: ExitStack


@contextmanager
def open_target(target: str, options: Options, limits: Limits = DEFAULT) -> Iterator[tuple[Image, ...]]:
    """The images that ``target`` names: one, or several for an archive of several or for ``--platform all``. Their
    layers open as long as the context is entered, in this process and in workers. Raises ``UsageError``, ``NotFound``
    (it names nothing), ``Unreadable``, ``NetworkError``, ``AuthError``, ``StorageError``."""
    if options.platform not in ("", platforms.ALL):
        platforms.parse(options.platform)
    with ExitStack() as stack:
        opener, rest = _source(target)
        try:
            images = opener(_Request(target, rest, options, limits, stack))
        except OSError as error:
            raise Unreadable(f"cannot read {error.filename or target!r}: {error.strerror or error}") from error
        yield images


def _source(target: str) -> tuple[Callable[[_Request], tuple[Image, ...]], str]:
    scheme, colon, rest = target.partition(":")
    if _exists(target) or target.startswith(("/", "./", "../")):
        return _path, target
    if colon and scheme in _LATER:
        raise UsageError(f"{target!r}: {scheme}: is no source of images", hint="give an image, an archive or a folder")
    if colon and scheme in PREFIXES:
        if not rest:
            raise UsageError(f"{target!r}: there is nothing after {scheme + ':'!r}")
        return _OPENERS[scheme], rest
    if not target:
        raise UsageError("the target is empty", hint="give an image reference, or a path")
    if os.path.lexists(target):
        raise NotFound(f"{target!r} is a link that leads nowhere")
    if target.endswith(_ARCHIVES) and "." not in target.rpartition("/")[0].partition("/")[0]:  # which is no host
        raise NotFound(f"{target!r}: there is no such file", hint=f"if it is an image's name, write docker.io/{target}")
    return _registry, target


def _path(request: _Request) -> tuple[Image, ...]:
    """A path without prefix: what it is shows in what it holds."""
    path, selector = _split(request.rest)
    if not path.is_dir():
        return _archive(request)
    if _is_layout(Folder(path)):
        return _layout(request)
    if (path / "manifest.json").is_file() and (path / "version").is_file():
        hint = f"make a layout of it: skopeo copy dir:{path} oci:LAYOUT"
        raise Unreadable(f"{str(path)!r} is a folder of skopeo's transport dir:, which is not read", hint=hint)
    if (path / "manifest.json").is_file():
        return _docker_archive(request)
    if any((path / name).is_dir() for name in _ROOTS) and not selector:
        return _folder(request)
    raise Unreadable(
        f"{str(path)!r} is neither an OCI layout nor a root file system",
        hint=f"write dir:{path} to read the packages in it all the same",
    )


def _archive(request: _Request) -> tuple[Image, ...]:
    path, selector = _split(request.rest)
    try:
        files = _files(path, request)
    except Unreadable as error:
        if not error.hint and not isinstance(error, LimitExceeded):
            error.hint = _instead(path)
        raise
    if files.find("index.json") is not None or files.find("oci-layout") is not None:
        return _layout_images(files, path, selector, request)
    if files.find("manifest.json") is not None or files.find("repositories") is not None:
        return _archive_images(files, path, selector, request)
    raise Unreadable(f"{str(path)!r} holds neither an OCI layout nor a docker-archive", hint=_instead(path))


def _instead(path: Path) -> str:
    """What to do with a file that is no image, by its name and how it begins."""
    if path.name.lower().startswith(_BUILT_FROM) or path.suffix.lower().lstrip(".") in _BUILT_FROM:
        return f"an image is built from it: build that and scan it; --dockerfile {path} shows the findings in this file"
    with path.open("rb") as file:
        if file.read(_SNIFFED).lstrip().startswith((b"{", b"<", b"SPDXVersion")):
            return f"if it is an SBOM, write sbom:{path}"
    return "make one with `docker save` or `skopeo copy … oci-archive:PATH`; a root file system is read as a folder"


def _layout(request: _Request) -> tuple[Image, ...]:
    path, selector = _split(request.rest)
    return _layout_images(_files(path, request), path, selector, request)


def _docker_archive(request: _Request) -> tuple[Image, ...]:
    path, selector = _split(request.rest)
    files = _files(path, request)
    if _is_layout(files):
        return _layout_images(files, path, selector, request)
    return _archive_images(files, path, selector, request)


def _folder(request: _Request) -> tuple[Image, ...]:
    path = Path(request.rest)
    if not path.is_dir():
        raise NotFound(f"{request.rest!r} {'is no folder' if path.exists() else 'is not there'}")
    name = path.name or str(path.resolve())
    layer = Layer(index=0, digest="", folder=str(path.absolute()))
    wanted = request.options.platform  # nothing in a folder tells its platform, so the user may
    platform = platforms.host() if wanted in ("", platforms.ALL) else platforms.parse(wanted)
    return (Image(request.target, name, platform=platform, layers=(layer,)),)


def _layout_images(files: Files, path: Path, selector: str, request: _Request) -> tuple[Image, ...]:
    found = layout.images(files, request.target, path.name, selector, request.options.platform, request.limits)
    stray = _stray(files, path, request.limits)
    return tuple(msgspec.structs.replace(image, problems=image.problems + stray) for image in found)


def _archive_images(files: Files, path: Path, selector: str, request: _Request) -> tuple[Image, ...]:
    return archive.images(files, request.target, path.name, selector, request.options.platform, request.limits)


def _stray(files: Files, path: Path, limits: Limits) -> tuple[Problem, ...]:
    """Archives of Docker 25 and later are both a layout and a docker-archive. If the two halves hold different images,
    what we read is not what a daemon loads."""
    if files.find("manifest.json") is None:
        return ()
    known = layout.configs(files, path.name, limits)
    return tuple(
        Problem(digest, "manifest.json names an image that index.json does not", blocking=True)
        for entry in archive.entries(files, path.name, limits)
        for digest in [archive.read_config(files, entry, path.name, limits)[1]]
        if digest not in known
    )


def _files(path: Path, request: _Request) -> Files:
    """The folder's or the archive's files; a compressed archive is inflated into a spool that the context closes."""
    if path.is_dir():
        return Folder(path)
    if not path.is_file():
        hint = "an archive is not read from its beginning to its end: save it into a file first"
        raise Unreadable(f"{str(path)!r} is no regular file", hint=hint)
    with open_range(str(path), 0, path.stat().st_size) as stream:
        if not spool.compression(stream.read(6)):
            return Archive(tarindex.index(stream, str(path), path.stat().st_size, request.limits), request.limits)
        stream.seek(0)
        inflated = request.stack.enter_context(spool.inflated(str(path), stream, request.limits))
    with open_range(inflated.path, 0, inflated.size) as stream:
        members = tarindex.index(stream, inflated.path, inflated.size, request.limits, str(path))
    return Archive(members, request.limits)


def _is_layout(files: Files) -> bool:
    return files.find("oci-layout") is not None or files.find("index.json") is not None


def _split(text: str) -> tuple[Path, str]:
    """A path and what it is to select: the longest path that exists, then ``@DIGEST`` or ``:NAME``. Raises
    ``NotFound``."""
    ends = [len(text)] + [position for position in range(len(text) - 1, 0, -1) if text[position] in ":@"]
    for end in ends:
        if _exists(text[:end]):
            return Path(text[:end]), text[end + 1 :]
    raise NotFound(f"{text!r}: there is no such file or folder")


def _exists(text: str) -> bool:
    """Whether it is a path. Raises ``Unreadable`` for one that we may not even look at: it must not be taken for the
    name of an image, and asked of a registry."""
    try:
        os.lstat(text)
        return Path(text).exists()
    except PermissionError as error:
        raise Unreadable(f"cannot read {text!r}: {error.strerror}") from error
    except (OSError, ValueError):
        return False


def _registry(request: _Request) -> tuple[Image, ...]:
    from pratique.oci import registry  # what the network takes to import, a local target does not pay

    try:
        return registry.images(request.target, request.rest, request.options, request.limits)
    except (NotFound, NetworkError) as error:
        folder, slash, _ = request.rest.partition("/")
        if slash and Path(folder).is_dir():
            error.hint = f"there is a folder {folder!r} here, and no {request.rest!r} in it: is the path misspelt?"
        elif not slash:
            name = request.rest
            asked = f"no file {name!r} is here, so Docker Hub was asked; docker:{name} asks the Docker of this machine"
            error.hint = f"{error.hint}; {asked}" if error.hint else asked
        raise


def _daemon(engine: str, request: _Request) -> tuple[Image, ...]:
    from pratique.oci import daemon  # as with a registry

    return daemon.images(engine, request.target, request.rest, request.options, request.limits, request.stack)


_OPENERS: dict[str, Callable[[_Request], tuple[Image, ...]]] = {
    "oci": _layout,
    "docker-archive": _docker_archive,
    "dir": _folder,
    "docker": functools.partial(_daemon, "Docker"),
    "podman": functools.partial(_daemon, "Podman"),
}
