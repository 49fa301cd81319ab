"""After the labelled cases: how many labels came out how, by distribution; shown unless pytest is told to be quiet."""

from __future__ import annotations

from collections import Counter

import pytest

from accuracy.labels import TALLY

COLUMNS = ("true_positive", "false_positive", "true_negative", "false_negative", "unanswered")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reports = [report for kind in ("passed", "failed") for report in terminalreporter.stats.get(kind, [])]
    tallies: dict[str, Counter[str]] = {}
    for name, value in (each for report in reports for each in report.user_properties):
        if name == TALLY:
            tallies.setdefault(value[0], Counter()).update(value[1])
    if not tallies or terminalreporter.verbosity < 0:
        return
    terminalreporter.section("labels")
    terminalreporter.write_line(" " * 28 + "".join(f"{column.replace('_', ' '):>16}" for column in COLUMNS))
    for chapter, tally in sorted(tallies.items()):
        terminalreporter.write_line(f"{chapter:28}" + "".join(f"{tally[column]:16}" for column in COLUMNS))
