"""A report with other images that it might be built on in; what moving to each of them would do, in words, out."""

from __future__ import annotations

import msgspec

from pratique.model import Candidate, Report, Tally
from pratique.plugins import WriteOptions
from pratique.report._dockerfile import base_of, from_instruction
from pratique.report._text import count, size, visible


class Told(msgspec.Struct, frozen=True):
    """A candidate: its name, what it would do, the instruction for the Dockerfile ("" without one) and where that goes.

    All is of one line, and nothing in it obeys anybody."""

    name: str
    text: str
    instruction: str = ""
    place: str = ""


def told(report: Report, options: WriteOptions) -> list[Told]:
    """One a candidate, the best first."""
    return [_told(one, options) for one in report.candidates]


def _told(one: Candidate, options: WriteOptions) -> Told:
    name = visible(one.name)
    if one.problem:
        return Told(name, f"could not be weighed: {visible(one.problem)}")
    parts = [f"removes {_tally(one.removes)}", f"adds {_tally(one.adds)}", f"leaves {_tally(one.leaves)}"]
    parts += [f"{count(one.packages, 'package')} where the base has {one.packages_now:,}"]
    if one.size >= 0:
        parts.append(size(one.size) + (f" where the base has {size(one.size_now)}" if one.size_now >= 0 else ""))
    parts.append(f"{count(one.blocking, 'blocking problem')}" if one.blocking else "")
    parts.append(f"the verdict would be {one.result.value}")
    file, content = options.dockerfile
    old = base_of(content) if content else None
    place = f"line {old.line} of {visible(file)}, in place of {visible(old.text)}" if old is not None else ""
    return Told(name, "; ".join(part for part in parts if part), visible(from_instruction(one, old)), place)


def _tally(tally: Tally) -> str:
    """``45 findings (2 known to be exploited, 3 failing, 1 warning)``."""
    named = ((tally.exploited, "known to be exploited"), (tally.failing, "failing"), (tally.warning, "warning"))
    parts = ", ".join(f"{number:,} {what}" for number, what in named if number)
    return (count(tally.total, "finding") if tally.total else "none") + (f" ({parts})" if parts else "")
