"""What is to be told and the formats asked for in, text on stdout or in files out."""

from __future__ import annotations

import argparse
import errno
import os
import stat
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import IO

import msgspec

from pratique import report as formats
from pratique.cli import _messages
from pratique.errors import PratiqueError, StorageError, UsageError
from pratique.given import read_given
from pratique.limits import DEFAULT
from pratique.model import Report
from pratique.plugins import Build, WriteOptions, Writer, modules
from pratique.report import _names

_DOCKERFILE = 1 << 20  # bytes
_EFFECTIVE = os.access in os.supports_effective_ids
_PAUSE = 0.05  # seconds between two looks whether a pipe has a reader
_FIXED = (errno.EBUSY, errno.EACCES, errno.EPERM)
_LINKS = 40  # as Linux follows them (https://man7.org/linux/man-pages/man7/path_resolution.7.html)


class Wanted(msgspec.Struct, frozen=True):
    """A format, or a template of one's own, the version of the format ("" for the usual one), and the file that it goes
    to; stdout where that is None."""

    format: str
    file: Path | None = None
    variant: str = ""
    template: Path | None = None


INVENTORIES = ("cyclonedx", "cyclonedx-xml", "github", "json", "purls", "spdx", "spdx-3", "spdx-tag-value", "table")
"""What tells of packages. The other formats tell of findings: where none was sought, they would be a clean bill."""

Render = Callable[[Wanted, WriteOptions], str]
"""What makes the text of a format; it raises ``UsageError`` where the format cannot tell of what there is."""


def available() -> list[str]:
    """The names of all formats, found by the files, without importing one."""
    return [name.replace("_", "-") for name in modules(formats)]


def wanted(text: str, known: Sequence[str] = ()) -> Wanted:
    """``json`` or ``json=out.json``, as the type of an option; ``known`` are the formats of a command that has its
    own."""
    name, given, file = text.partition("=")
    asked = _names.Asked(name) if known else _names.find(name)
    others = () if known else (*_names.ALIASES, *_names.versioned())
    known = known or available()
    if asked.format not in known:
        meant = _messages.nearest(name, [*known, *others])
        suggestion = f"; did you mean {meant!r}?" if meant else ""
        raise argparse.ArgumentTypeError(f"no format {name!r}; there are: {', '.join(known)}{suggestion}")
    if given and not file:
        raise argparse.ArgumentTypeError(f"{text!r} names no file after the '='")
    return Wanted(asked.format, _place(file), asked.variant)


def wanted_template(text: str) -> Wanted:
    """``comment.md.j2`` or ``comment.md.j2=comment.md``, as the type of an option."""
    template, given, file = text.partition("=")
    if not template or (given and not file):
        raise argparse.ArgumentTypeError(f"{text!r} is not FILE[=OUT]")
    return Wanted("template", _place(file), template=Path(template))


def _place(file: str) -> Path | None:
    """The file; ``-`` is stdout, as no file is."""
    return Path(file) if file not in ("", "-") else None


def add_template(group: argparse._ArgumentGroup) -> None:
    """--template."""
    group.add_argument(
        "--template",
        metavar="FILE[=OUT]",
        action="append",
        type=wanted_template,
        help="write what this Jinja template makes of the JSON document; with =OUT into that file; may be given "
        "several times (needs Jinja: pip install jinja2)",
    )


def checked(asked: Sequence[Wanted], default: str = "table") -> tuple[Wanted, ...]:
    """What is asked for, ``default`` where nothing is. Raises ``UsageError``, before any work, for two on stdout or in
    one file, a file that cannot be there, or a template that cannot be used."""
    found = tuple(asked or (Wanted(default),))
    direct = [one for one in found if one.file is None]
    if len(direct) > 1:
        option = f"--template {direct[1].template}=OUT" if direct[1].template else f"--format {direct[1].format}=FILE"
        names = ", ".join(one.format for one in direct)
        raise UsageError(
            f"the formats {names} would be mixed on standard output", hint=f"give all but one a file: {option}"
        )
    taken = {os.path.realpath(one.template) for one in found if one.template is not None}
    for file in (one.file for one in found if one.file is not None):
        place = os.path.realpath(file)
        if place in taken:
            raise UsageError(f"two formats would overwrite one another in {str(file)!r}", hint="give each its own file")
        taken.add(place)
        _writable(file)
    for template in (one.template for one in found if one.template is not None):
        from pratique.report import _template  # only for those who have one

        _template.check(template, DEFAULT)
    return found


def _writable(file: Path) -> None:
    """Raises ``UsageError`` for a file that cannot be there: whoever misspells a folder learns it before the scan."""
    why = ""
    if not file.parent.is_dir():
        why = f"there is no folder {str(file.parent)!r}"
    elif file.is_dir():
        why = "it is a folder"
    elif _is_replaceable(file) and not _is_allowed(file) and not _is_allowed(file.parent):
        why = f"nothing may be written in the folder {str(file.parent)!r}"
    if why:
        raise UsageError(f"cannot write {str(file)!r}: {why}")


def _is_allowed(place: Path) -> bool:
    """Whether there is something in that place, and we may write it."""
    return os.access(os.path.realpath(place), os.W_OK, effective_ids=_EFFECTIVE)


def of_reports(reports: tuple[Report, ...]) -> Render:
    """What writes these reports."""
    return partial(_written, reports)


def _written(reports: tuple[Report, ...], asked: Wanted, options: WriteOptions) -> str:
    if asked.template is not None:
        from pratique.report import _template, json

        return _template.render(asked.template, json.documents(reports, options), "report", DEFAULT)
    writer: Writer = import_module(f"{formats.__name__}.{asked.format.replace('-', '_')}").WRITER
    return writer.write(reports, options)


def emit(render: Render, asked: Sequence[Wanted], out: IO[str], options: WriteOptions) -> tuple[PratiqueError, ...]:
    """Writes each format, stdout's first, and returns what could not be written: one does not keep back the others.
    ``options`` are those of stdout; a file has no colour and no terminal's width."""
    failed = list[PratiqueError]()
    plain = msgspec.structs.replace(options, colour=False, width=_messages.WIDTH)
    for one in sorted(asked, key=lambda one: one.file is not None):
        how = msgspec.structs.replace(options if one.file is None else plain, variant=one.variant)
        try:
            text = render(one, how)
            if one.file is None:
                _deliver(text, out)
            else:
                save(text, one.file)
        except PratiqueError as error:  # not every format can tell of several images
            failed.append(error)
    return tuple(failed)


def save(text: str, file: Path, patience: float = DEFAULT.read_seconds) -> None:
    """Writes a whole file in the place of the old one. A pipe is waited for, so many seconds, until somebody reads it.
    Raises ``StorageError``."""
    data = text.encode(errors="backslashreplace")
    try:
        if _is_replaceable(file):
            _put(data, Path(os.path.realpath(file)))
        else:
            _append(data, file, patience)
    except OSError as error:
        raise StorageError(f"cannot write {str(file)!r}: {error.strerror}") from error


def _append(data: bytes, file: Path, patience: float) -> None:
    """Writes behind what is there: what stdout goes to may be a file, and already hold a report."""
    descriptor = _opened(file, patience)
    with os.fdopen(descriptor, "wb") as stream:
        os.set_blocking(descriptor, True)
        stream.write(data)


def _opened(file: Path, patience: float) -> int:
    """Opens what is no regular file, and waits no longer than that for a pipe's reader: as long as there is none, it
    does not open (ENXIO, https://man7.org/linux/man-pages/man7/fifo.7.html)."""
    last = time.monotonic() + patience
    while True:
        try:
            return os.open(file, os.O_WRONLY | os.O_APPEND | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            if error.errno != errno.ENXIO or not file.is_fifo():
                raise
            if time.monotonic() > last:
                raise OSError(errno.ENXIO, "nobody reads the pipe") from error
        time.sleep(_PAUSE)


def _is_replaceable(file: Path) -> bool:
    """Whether it is a regular file or none yet; /dev/stdout is neither, even where it leads to a regular file."""
    for _ in range(_LINKS):
        folder = os.path.realpath(file.parent)
        if folder == "/dev/fd" or folder.startswith("/proc/"):
            return False
        if not file.is_symlink():
            break
        file = Path(folder, file.readlink())
    try:
        return stat.S_ISREG(file.stat().st_mode)
    except FileNotFoundError:
        return True


def _put(data: bytes, file: Path) -> None:
    """Puts a whole file in the place of the old one, or writes over that where it cannot be replaced: it is mounted by
    itself (EBUSY, after `docker run -v FILE:FILE`), or the folder is not ours."""
    try:
        _replace(data, file)
    except OSError as error:
        if error.errno not in _FIXED or not file.exists():
            raise
        file.write_bytes(data)


def _replace(data: bytes, file: Path) -> None:
    """Puts a whole file, with the old one's owner and mode, in the place of the old one, or leaves that as it is."""
    new = file.with_name(f".pratique-{os.urandom(8).hex()}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(data)
            _own_as(file, descriptor)
        new.replace(file)
    except BaseException:
        new.unlink(missing_ok=True)
        raise


def _own_as(file: Path, descriptor: int) -> None:
    try:
        old = file.stat()
    except FileNotFoundError:
        return
    with suppress(PermissionError):  # who may replace a file may not always give one away
        os.fchown(descriptor, old.st_uid, old.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(old.st_mode))


def say(text: str, out: IO[str]) -> None:
    """Writes to stdout what is no report: whoever reads it may stop reading, a full disk may not go unnoticed."""
    with suppress(BrokenPipeError):
        _arriving(text, out)


def _deliver(text: str, out: IO[str]) -> None:
    """Writes a report to stdout. Raises ``StorageError`` also where its reader has gone: it did not arrive."""
    try:
        _arriving(text, out)
    except BrokenPipeError as error:
        what = "cannot write the report to standard output: its reader closed the pipe"
        raise StorageError(what, hint="write it into a file too: --format F=FILE") from error


def _arriving(text: str, out: IO[str]) -> None:
    """Writes, and nothing is held back, so that a full disk is told by the exit code."""
    try:
        out.write(text)
        out.flush()
    except OSError as error:
        _messages.abandon(out)
        if isinstance(error, BrokenPipeError):
            raise
        why = "it is closed" if error.errno == errno.EBADF else error.strerror
        raise StorageError(f"cannot write to standard output: {why}") from error


def write_options(args: argparse.Namespace, out: IO[str], environment: Mapping[str, str]) -> WriteOptions:
    """What stdout can show."""
    return WriteOptions(
        colour=_messages.colour(args.color, out, environment),
        width=_messages.width(out),
        everything=getattr(args, "all", False),
        build=_build(environment),
        dockerfile=_dockerfile(getattr(args, "dockerfile", None)),
    )


def _dockerfile(path: str | None) -> tuple[str, str]:
    """The path as it was given, and the text. Raises ``UsageError``."""
    if not path:
        return "", ""
    return path, read_given(path, _DOCKERFILE, "the Dockerfile").decode(errors="replace")


def _build(environment: Mapping[str, str]) -> Build:
    """The run of GitHub Actions that this is
    (https://docs.github.com/actions/reference/workflows-and-actions/variables)."""
    names = (environment.get("GITHUB_WORKFLOW", ""), environment.get("GITHUB_JOB", ""))
    return Build(
        sha=environment.get("GITHUB_SHA", ""),
        ref=environment.get("GITHUB_REF", ""),
        job=environment.get("GITHUB_RUN_ID", ""),
        correlator=" ".join(name for name in names if name),
    )
