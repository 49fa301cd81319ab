"""A conda environment.yml or conda-lock.yml in, the packages that it pins out.

https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#create-env-file-manually
(``name=version=build``, a list of pip's below ``pip``) and https://conda.github.io/conda-lock/output/ (version 1).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._documents import Yaml, from_yaml
from pratique.catalog._projects import is_of_a_package
from pratique.catalog._pypi import Locked, declared, few_hashes
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_ENVIRONMENTS = ("environment.yml", "environment.yaml")
_LOCKS = ("conda-lock.yml", "conda-lock.yaml")
# [channel::]name[=version[=build]], "==" or blanks as well; a version with an operator or a star pins nothing
_PIN = re.compile(
    r"(?:[^\s:]*::)?([A-Za-z0-9_.-]+)(?:\s*={1,2}\s*|\s+)([0-9A-Za-z][0-9A-Za-z._!+-]*)(?:(?:\s*=\s*|\s+)(\S+))?"
)
_NAME = re.compile(r"(?:[^\s:]*::)?([A-Za-z0-9_.-]+)")
_PIP = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[[^\]]*\])?\s*===?\s*([^\s,;*]+)\s*(?:;.*)?")
_SCOPES = {"main": "", "dev": "dev"}
_EXAMPLES = 5
_MOST = 1024  # characters of an item


def parse(file: File) -> Iterator[Fact]:
    """The packages, of type ``conda`` and ``pypi``; one problem for all that are not pinned. Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    name = file.path.rpartition("/")[2]
    document = from_yaml(file.read(), name)
    if not isinstance(document, dict):
        raise Unreadable(f"no {name}: the document is no mapping")
    yield from _locked(document, file.path) if name in _LOCKS else _environment(document, file.path)


def _environment(document: dict[str, Yaml], path: str) -> Iterator[Fact]:
    open_ = list[str]()
    pip = list[Locked]()
    for one in _list(document.get("dependencies", "")):
        if isinstance(one, dict):
            pip += [
                _pip(text[:_MOST]) for text in _list(one.get("pip", "")) if isinstance(text, str) and text[:1] != "-"
            ]
        elif isinstance(one, str):
            pinned, named = _PIN.fullmatch(one[:_MOST].strip()), _NAME.match(one[:_MOST].strip())
            if pinned:
                yield Package("conda", pinned[1].lower(), pinned[2], path=path, declared=True)
            elif named:
                open_.append(named[1])
    yield from declared(path, pip)
    if open_:
        more = f" and {len(open_) - _EXAMPLES} more" if len(open_) > _EXAMPLES else ""
        names = ", ".join(repr(name[:80]) for name in open_[:_EXAMPLES])
        yield Problem(path, f"names {names}{more} without an exact version, so nothing can be known of it")


def _pip(text: str) -> Locked:
    found = _PIP.fullmatch(text)
    return Locked(found[1], found[2]) if found else Locked(re.split(r"[^\w.-]", text.strip(), maxsplit=1)[0], "")


def _locked(document: dict[str, Yaml], path: str) -> Iterator[Fact]:
    """A package stands there once a platform."""
    if not isinstance(document.get("package"), list):
        raise Unreadable("no conda-lock.yml: it has no list of packages")
    seen = set[tuple[str, str, str]]()
    pip = list[Locked]()
    for one in _list(document.get("package", "")):
        if not isinstance(one, dict):
            raise Unreadable("no conda-lock.yml: a package that is no mapping")
        name, version, manager = (_text(one.get(key, "")) for key in ("name", "version", "manager"))
        if (name, version, manager) in seen:
            continue
        seen.add((name, version, manager))
        entry = _entry(name, version, one)
        if manager == "pip":
            pip.append(entry)
        elif _NAME.fullmatch(name) and version and version.isprintable():
            yield _conda(entry, path)
        else:
            what = f"conda-lock.yml names {name[:200]!r} {version[:200]!r}, which is no package and version"
            yield Problem(path, what)
    yield from declared(path, pip)


def _entry(name: str, version: str, one: dict[str, Yaml]) -> Locked:
    digests, needs = one.get("hash", ""), one.get("dependencies", "")
    hashes = [f"{kind}:{_text(digest)}" for kind, digest in digests.items()] if isinstance(digests, dict) else []
    category = _text(one.get("category", "")) or "main"
    scope = _SCOPES.get(category, "optional")
    if category == "main" and _text(one.get("optional", "")) == "true":
        scope = "optional"
    return Locked(name, version, scope, tuple(needs) if isinstance(needs, dict) else (), few_hashes(hashes))


def _conda(entry: Locked, path: str) -> Package:
    return Package(
        "conda",
        entry.name,
        entry.version[:200],
        path=path,
        depends=entry.depends,
        hashes=entry.hashes,
        declared=True,
        scope=entry.scope,
    )


def _list(node: Yaml) -> list[Yaml]:
    return node if isinstance(node, list) else []


def _text(node: Yaml) -> str:
    return node if isinstance(node, str) else ""


CATALOGUER = Cataloguer("conda-environment", 2, Claim(names=(*_ENVIRONMENTS, *_LOCKS)), parse)
