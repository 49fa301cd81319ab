"""The policy's time: 5,000 findings, 50 rules, reading and compiling included. The promise is 200 ms. The same with the
fifty divided among a file, two scopes of it and the file that it extends; and with fifty in each of the two files.

"wall" is what a user waits, "cpu" what a busy machine does not spoil. Beside it, one condition a finding: ours, and
those of the CEL libraries that are installed (common-expression-language, cel-python).
"""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime

import _measure
from pratique.expr import compile
from pratique.model import (
    Base,
    Coverage,
    DatabaseStatus,
    Epss,
    FeedStatus,
    Fix,
    FixState,
    Image,
    Kev,
    Level,
    Package,
    Report,
    Severity,
    Vulnerability,
)
from pratique.policy.evaluate import decide
from pratique.policy.schema import Policy, Source, load
from pratique.policy.subject import ENVIRONMENT, Target, context, row

FINDINGS, RULES = 5_000, 50
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
PROD = Target("prod")
CONDITION = "finding.kev || finding.epss >= 0.5 && finding.fixable"


def make_report() -> Report:
    chance = random.Random(1)
    levels = list(Level)
    findings = tuple(
        Vulnerability(
            f"CVE-2024-{number}",
            severity=Severity(chance.choice(levels), chance.uniform(0, 10)),
            package=Package(
                "deb",
                f"lib{chance.randrange(200)}",
                "1.0-1",
                source_name=f"src{chance.randrange(90)}",
                layer=number % 3,
            ),
            fix=Fix(FixState.FIXED, (f"1.0-{chance.randrange(2, 20)}",), "2026-10-01") if number % 2 else Fix(),
            kev=Kev("2024-01-01") if number % 500 == 0 else None,
            epss=Epss(chance.random() ** 6, 0.5) if number % 10 else None,
            published="2025-01-01T00:00:00Z",
        )
        for number in range(FINDINGS)
    )
    return Report(
        "app",
        "2026-11-21",
        image=Image("app", "app:1"),
        packages=(Package("deb", "a", "1"),),
        findings=findings,
        coverage=Coverage(layers=1, layers_read=1),
        database=DatabaseStatus(feeds=(FeedStatus("kev"),)),
        base=Base("debian:12", "", 1, "option"),
    )


FORMS = [
    'finding.package.name == "app{0}" && finding.fixable',
    "finding.epss >= 0.9{0} && finding.cvss > 9.9",
    'finding.severity in ["critical", "high"] && finding.package.source == "src9{0}"',
    'finding.id.startsWith("CVE-1999-{0}") || finding.fix_age_days > 4000',
    'finding.package.name.matches("^(linux|kernel)-[a-z]+{0}$")',
]


def rules(first: int, end: int, indent: str = "  ") -> str:
    """Rules that hold for next to nothing, so that most findings are asked all of them."""
    lines = [
        f"{indent}- {{name: rule-{number}, when: '{FORMS[number % 5].format(number)}', action: fail}}"
        for number in range(first, end)
    ]
    return "\n".join(lines) + "\n"


def make_policy() -> str:
    return "gate:\n" + rules(0, RULES)


def make_child(common: int) -> str:
    """A file that extends another one, with two scopes of five rules and as many common ones."""
    return (
        "extends: org.yaml\nscopes:\n"
        "  - name: prod\n    when: target.env == 'prod'\n    gate:\n"
        + rules(0, 5, "      ")
        + "  - name: base\n    when: finding.origin == 'base'\n    gate:\n"
        + rules(5, 10, "      ")
        + "gate:\n"
        + rules(10, 10 + common)
    )


def extending(child: str, parent: str) -> Policy:
    return load(child, "pratique.yaml", parents=lambda reference: Source(parent, reference.place))


def milliseconds(run: Callable[[], object], runs: int, clock: Callable[[], float] = time.process_time) -> float:
    """The median."""

    def once() -> float:
        start = clock()
        run()
        return 1000 * (clock() - start)

    return round(_measure.median(once, runs), 2)


def libraries(report: Report, runs: int) -> dict[str, float]:
    """Microseconds an evaluation of one condition, over all findings."""
    shared = context(report, NOW.date())
    rows = [row(finding, shared, NOW.date()) for finding in report.findings]
    condition = compile(CONDITION, ENVIRONMENT)
    found = {"pratique.expr": milliseconds(lambda: [condition(one) for one in rows], runs)}
    names = ("finding.kev", "finding.epss", "finding.fixable")
    places = [ENVIRONMENT.slots[name] for name in names]
    objects = [
        {"finding": {name.split(".")[1]: one[place] for name, place in zip(names, places, strict=True)}}
        for one in rows
        if one[places[1]] is not None
    ]
    if importlib.util.find_spec("cel"):
        import cel

        program = cel.compile(CONDITION)
        found["common-expression-language"] = milliseconds(
            lambda: [program.execute(one) for one in objects], min(runs, 5)
        )
    if importlib.util.find_spec("celpy"):
        import celpy

        environment = celpy.Environment()
        runner = environment.program(environment.compile(CONDITION))
        values = [{"finding": celpy.json_to_cel(one["finding"])} for one in objects[:500]]
        found["cel-python"] = milliseconds(lambda: [runner.evaluate(one) for one in values], 1) * FINDINGS / len(values)
    return {name: round(1000 * took / FINDINGS, 3) for name, took in found.items()}


def main() -> None:
    options = _measure.arguments(__doc__).parse_args()
    report, text = make_report(), make_policy()
    policy, child = load(text, "pratique.yaml"), make_child(20)
    steps: dict[str, Callable[[], object]] = {
        "load": lambda: load(text, "pratique.yaml"),
        "decide": lambda: decide(report, policy, NOW),
        "load and decide": lambda: decide(report, load(text, "pratique.yaml"), NOW),
        "fifty, divided": lambda: decide(report, extending(child, "gate:\n" + rules(30, RULES)), NOW, target=PROD),
        "fifty in each": lambda: decide(report, extending(make_child(RULES - 10), text), NOW, target=PROD),
    }
    figures: dict[str, object] = {"findings": FINDINGS, "rules": RULES}
    print(f"{FINDINGS} findings, {RULES} rules; ms, median of {options.runs}")
    for name, step in steps.items():
        took = {
            "wall_ms": milliseconds(step, options.runs, time.perf_counter),
            "cpu_ms": milliseconds(step, options.runs),
        }
        figures[name] = took
        print(f"{name:<16} {took['wall_ms']:>8} wall {took['cpu_ms']:>8} cpu")
    figures["evaluation_us"] = each = libraries(report, options.runs)
    for name, microseconds in each.items():
        print(f"{name:<28} {microseconds:>8} µs an evaluation")
    _measure.write(options.json, figures)


if __name__ == "__main__":
    main()
