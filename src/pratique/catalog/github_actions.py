"""A workflow or composite action of GitHub in, the actions and workflows that it uses out.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (``jobs.<id>.uses``,
``jobs.<id>.steps[*].uses``) and .../metadata-syntax (``runs.steps[*].uses``). The purl type is ``github``
(https://github.com/package-url/purl-spec, types/github-definition.json); the version is the tag, branch or commit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pratique.catalog._documents import Yaml, from_yaml
from pratique.catalog._projects import is_of_a_package
from pratique.errors import Unreadable
from pratique.model import Fact, Package, Problem
from pratique.plugins import Cataloguer, Claim, File

_USES = re.compile(r"([A-Za-z0-9_.-]+)/([A-Za-z0-9_.-]+)((?:/[^@\s]+)?)@([^\s@]{1,200})")
_NOT_GITHUB = ("./", "../", "docker://")  # the repository's own, and images
_WORKFLOWS, _ACTIONS = ".github/workflows", ".github/actions"
_CLAIM = Claim(
    below=(
        (_WORKFLOWS, 0, ".yml"),
        (_WORKFLOWS, 0, ".yaml"),
        (_ACTIONS, 1, "action.yml"),
        (_ACTIONS, 1, "action.yaml"),
    )
)


def parse(file: File) -> Iterator[Fact]:
    """A package for each action or workflow of another repository and each of its versions. Raises ``Unreadable``."""
    if is_of_a_package(file.path):
        return
    seen = set[tuple[str, str, str]]()
    for text in _used(from_yaml(file.read(), "workflow")):
        if text.startswith(_NOT_GITHUB):
            continue
        found = _USES.fullmatch(text)
        if found is None:
            yield Problem(file.path, f"uses {text[:200]!r}, which names no action and version")
            continue
        owner, repository, folder, version = found.groups()
        if (owner, repository + folder, version) not in seen:
            seen.add((owner, repository + folder, version))
            name = repository + folder
            yield Package("github", name, version, namespace=owner, path=file.path, declared=True, scope="build")


def _used(document: Yaml) -> Iterator[str]:
    """The values of ``uses``, in order."""
    top = _members(document)
    if not {"jobs", "runs"} & top.keys():
        raise Unreadable("no workflow: it has neither jobs nor runs")
    jobs = _members(top.get("jobs", ""))
    for job in (*map(_members, jobs.values()), _members(top.get("runs", ""))):
        steps = job.get("steps", "")
        for part in (job, *(map(_members, steps) if isinstance(steps, list) else ())):
            uses = part.get("uses", "")
            if isinstance(uses, str) and uses.strip():
                yield uses.strip()


def _members(node: Yaml) -> dict[str, Yaml]:
    return node if isinstance(node, dict) else {}


CATALOGUER = Cataloguer("github-actions", 2, _CLAIM, parse)
