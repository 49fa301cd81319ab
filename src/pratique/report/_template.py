"""A team's own template and the documents of reports in, the text that it makes of them out.

The template is Jinja's (https://jinja.palletsprojects.com/en/stable/templates/). It sees the JSON documents of
``docs/*.schema.json`` and nothing else, and it is rendered by ``_sandbox`` in a process of its own, which ends when its
time or its memory is used up.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import msgspec

from pratique.errors import UNDECODABLE, PratiqueError, UsageError
from pratique.limits import Limits
from pratique.report._document import Part
from pratique.report._encode import written
from pratique.report._sandbox import MISSING, Answer, Task

_EXTRA = "install it beside Pratique: pip install jinja2"
_WAIT = 4  # times the processor time that it may take: the machine may be busy with others


def check(template: Path, limits: Limits) -> None:
    """Raises ``UsageError`` for a template that cannot be read or compiled, or where Jinja is not installed."""
    _ask(template, None, limits)


def render(template: Path, documents: Sequence[Part], name: str, limits: Limits) -> str:
    """The text; the template knows the list of documents as ``name`` and an ``s``, and one that stands alone as
    ``name``. Raises ``UsageError`` for what the template does wrong, with its line."""
    whole = [_whole(document) for document in documents]
    names: dict[str, object] = {f"{name}s": whole}
    if len(whole) == 1:
        names[name] = whole[0]
    return _ask(template, names, limits)


def _whole(value: object) -> object:
    """The document as dicts and lists, with what JSON leaves out for want of a value: a template need not ask whether
    a key is there, and one that it misspells is an error on every image."""
    if isinstance(value, msgspec.Struct):
        return {field.encode_name: _whole(getattr(value, field.name)) for field in msgspec.structs.fields(value)}
    if isinstance(value, list | tuple):
        return [_whole(item) for item in value]
    return written(value) if isinstance(value, str) else value


def _ask(template: Path, names: dict[str, object] | None, limits: Limits) -> str:
    file = Path(os.path.realpath(template))
    task = msgspec.json.encode(Task(str(file.parent), file.name, limits, names))
    answer = _answer(task, template, limits)
    if answer.failed == MISSING:
        raise UsageError(f"the template {str(template)!r} needs Jinja, which is not installed", hint=_EXTRA)
    if answer.failed:
        where = repr(str(template)) if answer.file in ("", file.name) else repr(str(template.parent / answer.file))
        line = f", line {answer.line}" if answer.line else ""
        hint = "docs/report.md tells what a template knows" if "undefined" in answer.failed else ""
        raise UsageError(f"the template {where}{line}: {answer.failed}", hint=hint)
    return answer.text


def _answer(task: bytes, template: Path, limits: Limits) -> Answer:
    """What the process says; it is given no variable of ours, for some are secrets."""
    command = (sys.executable, "-P", "-m", "pratique.report._sandbox")
    environment = {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path), "PYTHONHASHSEED": "0"}
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    try:
        done = subprocess.run(
            command,
            input=task,
            capture_output=True,
            env=environment,
            timeout=_WAIT * limits.template_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise UsageError(_too_long(template, limits)) from None
    except OSError as error:
        raise PratiqueError(f"cannot render the template {str(template)!r}: {error.strerror}") from error
    try:
        return msgspec.json.decode(done.stdout, type=Answer)
    except UNDECODABLE:
        if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
            raise UsageError(_too_long(template, limits)) from None
        told = done.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise PratiqueError(f"cannot render the template {str(template)!r}: {told or done.returncode}") from None


def _too_long(template: Path, limits: Limits) -> str:
    return f"the template {str(template)!r} takes more than {limits.template_seconds:g} seconds"
