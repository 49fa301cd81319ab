"""A report's coverage and the policy that decides it in; the coverage with what that policy asks for and no check looks
at yet, by name among what was not run, out."""

from __future__ import annotations

import msgspec

from pratique.model import Coverage
from pratique.policy.schema import Policy

_GUIDELINE = (
    "non-root user",
    "SBOM attestation",
    "provenance",
    "minimal base",
    "read-only root",
    "dropped capabilities",
)
"""What the preset ``guideline`` stands for, the MUST before the SHOULD, beside the checks that any policy goes without:
``docs/policy.md`` tells which of its rules waits for each."""


def with_unchecked(coverage: Coverage, policy: Policy) -> Coverage:
    """The coverage as this policy asks for it, whatever another one asked for before."""
    asks = any(each.name == "guideline" for each in policy.line())
    left = tuple(name for name in coverage.not_run if name not in _GUIDELINE)
    return msgspec.structs.replace(coverage, not_run=(*left, *_GUIDELINE) if asks else left)
