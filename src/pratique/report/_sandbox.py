"""A template's place and the JSON of what it may tell of in, its text out: the process that renders templates.

Jinja (https://jinja.palletsprojects.com/en/stable/sandbox/) in its immutable sandbox, in a process of its own that has
no environment, may write no file, and is given so much memory and time. It is started by ``_template`` and answers it.
"""

from __future__ import annotations

import resource
import stat
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from traceback import walk_tb
from types import TracebackType
from typing import TYPE_CHECKING, Final

import msgspec

from pratique.errors import Unreadable
from pratique.limits import Limits
from pratique.report._text import visible

if TYPE_CHECKING:
    from pratique.report._sandbox_environment import Read

MISSING: Final = "missing"


class Task(msgspec.Struct, frozen=True):
    """What is asked; ``names`` is what the template may speak of, None where it is only to be checked."""

    folder: str
    name: str
    limits: Limits
    names: dict[str, object] | None = None


class Answer(msgspec.Struct, frozen=True):
    """The text; or what failed, and in which line of which file of the folder, 0 where that is not known."""

    text: str = ""
    failed: str = ""
    file: str = ""
    line: int = 0


def main() -> None:
    """Reads the task from stdin, writes the answer to stdout."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    _confine(task.limits)
    try:
        answer = _answer(task)
    except ImportError:
        answer = Answer(failed=MISSING)
    except MemoryError:
        answer = Answer(failed=f"it needs more than {task.limits.template_memory >> 20} MiB of memory")
    sys.stdout.buffer.write(msgspec.json.encode(answer))


def _confine(limits: Limits) -> None:
    """The kernel's bounds, https://man7.org/linux/man-pages/man2/setrlimit.2.html: they hold whatever runs here."""
    for what, most in (
        (resource.RLIMIT_AS, limits.template_memory),
        (resource.RLIMIT_CPU, int(limits.template_seconds)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError):  # macOS does not bound RLIMIT_AS; the parent's watch over the time remains
            resource.setrlimit(what, (most, most))


def _answer(task: Task) -> Answer:
    import jinja2  # an extra: the core does not install it

    from pratique.report import _sandbox_environment

    loaded = set[str]()
    environment = _sandbox_environment.made(task.name, _reader(Path(task.folder), task.limits.template, loaded))
    try:
        template = environment.get_template(task.name)
        if task.names is None:
            return Answer()
        parts = template.generate({name: _shown(value) for name, value in task.names.items()})
        return _bounded(parts, task.limits.template_output)
    except jinja2.TemplateSyntaxError as error:
        return Answer(failed=error.message or "", file=error.name or task.name, line=error.lineno)
    except jinja2.TemplateNotFound as error:
        file, line = _place(error.__traceback__, loaded)
        return Answer(failed=error.message or "", file=file or task.name, line=line)
    except MemoryError:
        raise
    except RecursionError:
        return Answer(failed="it calls itself without end", file=task.name)
    except Exception as error:  # whatever a template's expressions may raise
        file, line = _place(error.__traceback__, loaded)
        return Answer(failed=str(error) or type(error).__name__, file=file or task.name, line=line)


def _place(trace: TracebackType | None, files: set[str]) -> tuple[str, int]:
    """The innermost line of a template."""
    places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(trace)]
    return next((place for place in reversed(places) if place[0] in files), ("", 0))


def _bounded(parts: Iterable[str], most: int) -> Answer:
    made, length = list[str](), 0
    for part in parts:
        made.append(part)
        length += len(part)
        if length > most:
            return Answer(failed=f"it writes more than {most:,} characters")
    return Answer("".join(made))


def _shown(value: object) -> object:
    """The same with all text made visible, as every format shows it."""
    match value:
        case str():
            return visible(value)
        case list():
            return [_shown(item) for item in value]
        case dict():
            return {key: _shown(item) for key, item in value.items()}
        case _:
            return value


def _reader(folder: Path, most: int, loaded: set[str]) -> Read:
    """What reads templates of the folder and below, and nothing else, whatever links lie there."""
    import jinja2

    def read(name: str) -> tuple[str, str, Callable[[], bool]]:
        try:
            source = _source(folder, name, most)
        except Unreadable as error:
            raise jinja2.TemplateNotFound(name, str(error)) from error
        loaded.add(name)
        return source, name, lambda: True

    return read


def _source(folder: Path, name: str, most: int) -> str:
    """The text of a file of the folder. Raises ``Unreadable``."""
    file = (folder / name).resolve()
    if ".." in Path(name).parts or not file.is_relative_to(folder):
        raise Unreadable(f"{name!r} lies outside the folder of the template")
    try:
        if not stat.S_ISREG(file.stat().st_mode):
            raise Unreadable(f"{name!r} is no regular file")
        with file.open("rb") as stream:
            data = stream.read(most + 1)
        if len(data) > most:
            raise Unreadable(f"{name!r} is larger than {most} bytes")
        return data.decode()
    except OSError as error:
        raise Unreadable(f"cannot read {name!r}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise Unreadable(f"{name!r} is not UTF-8: byte {error.start}") from error


if __name__ == "__main__":
    main()
