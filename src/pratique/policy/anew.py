"""A decided report and a policy in, the report as this policy decides it out, whatever another one said before."""

from __future__ import annotations

from datetime import datetime

import msgspec

from pratique.model import LicenceBreach, Report
from pratique.policy.baseline import Baseline
from pratique.policy.evaluate import decide
from pratique.policy.licences import breaches
from pratique.policy.schema import Policy
from pratique.policy.subject import ANYWHERE, Target


def decided_anew(
    report: Report, policy: Policy, now: datetime, baseline: Baseline | None = None, target: Target = ANYWHERE
) -> Report:
    """Decisions, verdict and notes are the policy's, and so are the findings of kind licence. Raises as ``decide``."""
    findings = tuple(each for each in report.findings if not isinstance(each, LicenceBreach))
    whole = (*findings, *breaches(report.packages, policy.licences))
    return decide(msgspec.structs.replace(report, findings=whole, notes=()), policy, now, baseline, target)
