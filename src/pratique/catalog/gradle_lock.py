"""A lock file of Gradle in, the packages of Maven that it locks out.

https://docs.gradle.org/current/userguide/dependency_locking.html: lines
``group:artifact:version=configuration,…``; before Gradle 7 a file a configuration, without the names of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._projects import is_of_a_package
from pratique.errors import LimitExceeded, Unreadable
from pratique.limits import DEFAULT
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_LINE = re.compile(r"([\w.-]{1,200}):([\w.-]{1,200}):([A-Za-z0-9][\w.+~-]{0,199})(?:=([\w,-]*))?", re.ASCII)
_BUILD = "buildscript-gradle.lockfile"
_END = "empty="  # the configurations that lock nothing: the last line of a file of all configurations
_CLAIM = Claim(names=("gradle.lockfile", _BUILD), below=(("gradle/dependency-locks", 0, ".lockfile"),))


def parse(file: File) -> Iterator[Fact]:
    """The packages, and a problem for all lines that are none. Raises ``Unreadable`` where there is nothing else."""
    if is_of_a_package(file.path):
        return
    data = file.read()
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"Gradle's lock file of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise Unreadable(f"no lock file of Gradle: {error}") from error
    name = file.path.rpartition("/")[2]
    if _END not in text and name in _CLAIM.names:
        yield Problem(file.path, f"Gradle's lock file does not end in {_END!r}: it is cut short")
    of_the_build = name == _BUILD or name.startswith("buildscript-")
    others = list[str]()
    seen = False
    for line in map(str.strip, text.splitlines()):
        if not line or line.startswith("#") or line.startswith(_END):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            others.append(line)
            continue
        group, artifact, version, configurations = found.groups()
        seen = True
        scope = "build" if of_the_build else _scope((configurations or name.removesuffix(".lockfile")).split(","))
        yield Package("maven", artifact, version, namespace=group, path=file.path, declared=True, scope=scope)
    if others:
        what = f"Gradle's lock file has the line {others[0][:200]!r}, one of {len(others)} that name no package"
        if not seen:
            raise Unreadable(what)
        yield Problem(file.path, what)


def _scope(configurations: list[str]) -> str:
    """By the names that Gradle's Java plugins give; of others nothing is known, so they may run."""
    names = [name.lower() for name in configurations if name]
    if names and all(name.startswith(("test", "androidtest", "integrationtest")) for name in names):
        return "test"
    if names and all(name.endswith(("compileclasspath", "annotationprocessor")) for name in names):
        return "build"
    return ""


CATALOGUER = Cataloguer("gradle-lock", 3, _CLAIM, parse)
