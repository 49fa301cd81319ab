"""A policy, a page that is none, and where a policy and its parents come from, for tests."""

from __future__ import annotations

from pathlib import Path

import msgspec

from images import digest_of
from pratique.limits import DEFAULT
from pratique.policy.schema import Policy

TEXT = "gate: [{name: high, when: 'finding.severity == \"high\"', action: fail}]\n"
HTML = "<!DOCTYPE html>\n<html><body>Sign in</body></html>\n"
QUICK = msgspec.structs.replace(DEFAULT, retries=0, connect_seconds=2.0, read_seconds=0.3)


def sha256(text: str) -> str:
    return digest_of(text.encode())


def written(folder: Path, text: str, name: str = "pratique.yaml") -> Path:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def places(policy: Policy) -> list[str]:
    return [each.shown for each in policy.line()]
