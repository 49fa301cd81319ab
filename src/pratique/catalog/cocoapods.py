"""The lock file of CocoaPods in, the pods that it names out
(https://guides.cocoapods.org/using/using-cocoapods.html#what-is-podfilelock)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pratique.catalog._documents import Yaml, from_yaml
from pratique.catalog._lock import Left, declared
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_POD = re.compile(r"([^\s()/]+)(?:/[^()]*?)?(?: \(([^()]*)\))?")


def parse(file: File) -> Iterable[Fact]:
    """The declared pods; the subspecs of a pod are parts of it, and no packages."""
    return declared(file, _read)


def _read(data: bytes, path: str) -> Iterator[Fact]:
    lock = from_yaml(data, "lock file of CocoaPods")
    pods = lock.get("PODS") if isinstance(lock, dict) else None
    if not isinstance(pods, list):
        raise Unreadable("no lock file of CocoaPods: it has no PODS")
    versions, needs = dict[str, str](), dict[str, dict[str, None]]()
    for pod, needed in _pods(pods):
        name, version = _identity(pod)
        versions.setdefault(name, version)
        needs.setdefault(name, {}).update(dict.fromkeys(_identity(one)[0] for one in needed))
    left = Left()
    for name, version in versions.items():
        if left.out(name, version):
            continue
        depends = tuple(f"{one}@{versions[one]}" if one in versions else one for one in needs[name] if one != name)
        yield Package("cocoapods", name, version, path=path, depends=depends, declared=True)
    yield from left.told(path)
    if isinstance(lock, dict) and "COCOAPODS" not in lock:  # the last line, of the version that wrote it
        yield Problem(path, "lock file of CocoaPods without its end: it is cut short")


def _pods(pods: list[Yaml]) -> Iterator[tuple[str, list[str]]]:
    """A pod that needs nothing is a text, another one a map with a list."""
    for pod in pods:
        if isinstance(pod, str):
            yield pod, []
        elif isinstance(pod, dict):
            for name, needed in pod.items():
                yield name, [one for one in needed if isinstance(one, str)] if isinstance(needed, list) else []


def _identity(pod: str) -> tuple[str, str]:
    """``"AFNetworking/Security (4.0.1)"`` is a part of AFNetworking 4.0.1; a version may say "from a repository"."""
    found = _POD.fullmatch(pod.strip())
    return (found[1], found[2] or "") if found else (pod, "")


CATALOGUER = Cataloguer("cocoapods", 2, Claim(names=("Podfile.lock",)), parse)
