"""A list of requirements as pip reads it in, the packages that it pins out.

https://pip.pypa.io/en/stable/reference/requirements-file-format/, each line by PEP 508
(https://packaging.python.org/en/latest/specifications/dependency-specifiers/). Files that it includes are catalogued by
themselves where they bear such a name; others are told. Nothing is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Locked, archive_version, declared, few_hashes
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT
from pratique.model import Fact, Problem
from pratique.plugins import Cataloguer, Claim, File

_PART, _SUFFIX, _FOLDER = "requirements", ".txt", "requirements"
_SPECIFIER = re.compile(r"\s*([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*(.*)", re.DOTALL)
_PIN = re.compile(r"(?:^|,)\s*={2,3}\s*([^\s,;*]+)\s*(?=$|[,;\s])")
_HASH = re.compile(r"--hash[= ]\s*([a-z0-9_]+:[0-9a-fA-F]+)")
_OPTION = re.compile(r"\s--[a-z]")
_INCLUDE = re.compile(r"(-r|--requirement|-c|--constraint)(?:\s*=\s*|\s+|(?<=-[rc]))(\S.*)")
_EDITABLE = re.compile(r"(?:-e|--editable)(?:\s*=\s*|\s+)(.*)")
_EGG = re.compile(r"[#&]egg=([A-Za-z0-9._-]+)")
_COMMENT = re.compile(r"(?:^|\s)#.*$")
_WORD = re.compile(r"[a-z]+")
_SCOPES = {"dev": "dev", "develop": "dev", "development": "dev", "test": "test", "tests": "test", "testing": "test"}
_INCLUDES = 5
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def parse(file: File) -> Iterator[Fact]:
    """The pinned packages; one problem for those without a version, one for included files that nobody reads. Raises
    ``LimitExceeded``."""
    if is_of_a_package(file.path):
        return
    data = file.read()
    if len(data) > DEFAULT.file_list:
        raise LimitExceeded(f"requirements of {len(data)} bytes; limits.file_list is {DEFAULT.file_list}")
    includes, found = list[str](), list[Locked]()
    scope = _scope(file.path)
    for line in _lines(_decode(data)):
        include = _INCLUDE.match(line)
        if include:
            if include[1] in ("-r", "--requirement") and not _is_claimed(include[2], file.path):
                includes.append(include[2])
        elif not line.startswith("-") or _EDITABLE.match(line):
            found += _requirement(line, scope)
    yield from declared(file.path, found)
    if includes:
        names = ", ".join(repr(name[:200]) for name in includes[:_INCLUDES])
        more = f" and {len(includes) - _INCLUDES} more" if len(includes) > _INCLUDES else ""
        yield Problem(file.path, f"includes {names}{more}, which is not read: its name is not that of requirements")


def _decode(data: bytes) -> str:
    """As pip: by the byte order mark, else UTF-8, else as ASCII with something in the comments."""
    if data.startswith(_UTF16):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _lines(text: str) -> Iterator[str]:
    """Logical lines, without comments: a backslash joins a line with the next one."""
    held = list[str]()
    for line in text.splitlines():
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            held.append(line[:-1])
            continue
        held.append(line if not line.lstrip().startswith("#") else "")
        joined = _COMMENT.sub("", "".join(held)).strip()
        held.clear()
        if joined:
            yield joined
    joined = _COMMENT.sub("", "".join(held)).strip()
    if joined:
        yield joined


def _requirement(line: str, scope: str) -> Iterable[Locked]:
    hashes = few_hashes(_HASH.findall(line)) if "--hash" in line else ()
    option = _OPTION.search(line)
    text = line[: option.start()] if option else line
    editable = _EDITABLE.match(text)
    if editable:
        text = editable[1]
    egg = _EGG.search(text)
    if "://" in text.partition(";")[0].partition("@")[0] or text.startswith((".", "/", "file:")):
        name = egg[1] if egg else _archive_name(text)
        return (Locked(name, archive_version(text), scope, (), hashes),) if name else ()
    named = _SPECIFIER.match(text)
    if named is None:
        return (Locked(text[:200], "", scope),)
    name, rest = named.groups()
    if rest.startswith("@"):
        return (Locked(name, archive_version(rest[1:].strip().split(" ")[0]), scope, (), hashes),)
    pin = _PIN.search(rest.partition(";")[0].strip().strip("()"))
    return (Locked(name, pin[1] if pin else "", scope, (), hashes),)


def _archive_name(location: str) -> str:
    """The distribution in an archive's name; "" for a folder or a repository, which is a project of its own."""
    if not archive_version(location):
        return ""
    return location.partition("#")[0].rpartition("/")[2].partition("-")[0]


def _scope(path: str) -> str:
    """``requirements-dev.txt`` and ``requirements/test.txt`` say what they are for."""
    name = path.rpartition("/")[2].removesuffix(_SUFFIX)
    return next((_SCOPES[word] for word in _WORD.findall(name.lower()) if word in _SCOPES), "")


def _is_claimed(include: str, path: str) -> bool:
    """Whether the included file is catalogued by its own name; a file that includes itself adds nothing."""
    if "://" in include:
        return False
    folder, _, name = include.strip("\"'").rpartition("/")
    if not name.lower().endswith(_SUFFIX):
        return False
    here = path.rpartition("/")[0].rpartition("/")[2]
    return _PART in name.lower() or (folder.rpartition("/")[2] or here) == _FOLDER


CATALOGUER = Cataloguer("requirements", 1, Claim(parts=((_PART, _SUFFIX),), below=((_FOLDER, 0, _SUFFIX),)), parse)
