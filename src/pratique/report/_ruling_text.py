"""Rulings in, the text that a person reads at a terminal out: each rule in its order, each part of its condition with
the value that it met, what silences the finding, and the decision."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from pratique.explanation import PolicyAsked, RuleAsked, Ruling
from pratique.expr import Value
from pratique.expr.trace import Step
from pratique.model import Decision
from pratique.plugins import WriteOptions
from pratique.report import _groups, _told
from pratique.report._text import MARGIN, paint, visible, wrap

_LABEL = 13
_NARROWEST = 60


def write_text(rulings: Sequence[Ruling], options: WriteOptions) -> str:
    """One block a finding."""
    width = max(options.width, _NARROWEST)
    how = WriteOptions(options.colour, width)
    rule = paint("─" * width, "dim", options.colour)
    return f"\n\n{rule}\n".join("\n".join(_block(each, how)) for each in rulings) + "\n"


def _block(ruling: Ruling, options: WriteOptions) -> list[str]:
    finding, report = ruling.finding, ruling.report
    where = visible(report.image.name or report.target) if report.image else visible(report.target)
    made = [paint(f"{visible(finding.id)} of {visible(_groups.label(finding))}", "strong", options.colour)]
    made += _line("", f"in {where}, decided at {visible(report.now)}", options)
    made += _line("", visible(_told.known(finding)), options)
    for policy in ruling.policies:
        made += ["", *_policy(policy, options)]
    made.append("")
    for name, text in ruling.silencing:
        made += _line(name, visible(text), options)
    return [*made, "", *_decision(finding.decision, options)]


def _policy(asked: PolicyAsked, options: WriteOptions) -> Iterator[str]:
    yield paint(visible(asked.name), "strong", options.colour)
    for scope in asked.scopes:
        state = "holds" if scope.condition.holds else "outside"
        yield from _line(state, f"scope {visible(scope.name)}: {visible(scope.condition.text)}", options)
        yield from _parts(scope.condition, options)
        if scope.condition.holds:
            yield from _rules(scope.rules, options)
    yield from _rules(asked.rules, options)
    if asked.word is None:
        told = "nothing: no rule of it holds"
    else:
        told = _said(asked.word) + ("" if asked.standing else "; which gives way, as it lets")
    yield from _line("says", told, options)


def _rules(rules: Sequence[RuleAsked], options: WriteOptions) -> Iterator[str]:
    for rule in rules:
        if rule.state == "after":
            continue
        condition = rule.condition
        text = f"rule {visible(rule.name)}, {rule.action.value}: {visible(condition.text)}"
        yield from _line(rule.state, text, options)
        yield from _parts(condition, options)
        if rule.grace:
            yield from _line("", visible(rule.grace), options)
    if after := [visible(rule.name) for rule in rules if rule.state == "after"]:
        yield from _line("not asked", ", ".join(after), options)


def _parts(step: Step, options: WriteOptions, depth: int = 1) -> Iterator[str]:
    """``finding.epss >= 0.5: finding.epss is 0.12, no``; of a condition that is one comparison the values alone."""
    if not step.parts and step.values and depth == 1:
        yield from _deeper(_values(step), options, depth)
    for part in step.parts:
        answer, values = "yes" if part.holds else "no", _values(part)
        alone = len(part.values) == 1 and part.text == part.values[0][0]
        told = f"{values}, {answer}" if alone else f"{visible(part.text)}: {values}{', ' if values else ''}{answer}"
        yield from _deeper(told, options, depth)
        yield from _parts(part, options, depth + 1)


def _values(step: Step) -> str:
    return visible(", ".join(f"{path} is {shown(value)}" for path, value in step.values))


def _deeper(text: str, options: WriteOptions, depth: int) -> Iterator[str]:
    margin = " " * _LABEL + MARGIN * depth
    for line in wrap(text, options.width - len(margin), MARGIN):
        yield paint(margin + line, "dim", options.colour)


def shown(value: Value) -> str:
    """A value as conditions write it; ``missing`` for none."""
    if value is None:
        return "missing"
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def _said(decision: Decision) -> str:
    parts = [f"{decision.action.value} by rule {visible(decision.rule)}"]
    parts += [f"in grace until {visible(decision.grace_until)}"] if decision.grace_until else []
    return ", ".join(parts)


def _decision(decision: Decision, options: WriteOptions) -> Iterator[str]:
    """The last word, in the verdict's colours."""
    action = decision.action.value
    label = "NO RULE" if action == "none" else action.upper()
    style = action if action in ("fail", "warn") else "dim"
    by = f"by rule {visible(decision.rule)}" if decision.rule else "no rule speaks of it"
    by += f", in grace until {visible(decision.grace_until)}" if decision.grace_until else ""
    first, *rest = _line(label, by, options)
    yield paint(first[:_LABEL], style, options.colour) + first[_LABEL:]
    yield from rest
    if decision.note:
        yield from _line("", visible(decision.note), options)


def _line(label: str, text: str, options: WriteOptions) -> list[str]:
    """``label        text``, what is too long for the line below."""
    first, *rest = wrap(text, options.width - _LABEL, MARGIN)
    return [f"{label:{_LABEL}}{first}", *(" " * _LABEL + line for line in rest)]
