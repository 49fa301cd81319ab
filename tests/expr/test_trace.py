"""What each part of a condition says of a row, and that its text means the condition again."""

from __future__ import annotations

import pytest
from hypothesis import given

from expr.expressions import CONDITION, ENVIRONMENT, MISSING, ROW, show
from pratique.expr import ExpressionError, compile
from pratique.expr.parser import parse
from pratique.expr.trace import Step, trace, written
from pratique.limits import DEFAULT


@given(CONDITION)
def test_the_text_of_a_tree_is_a_text_of_that_tree(text: str) -> None:
    tree = parse(text, DEFAULT)
    assert show(parse(written(tree), DEFAULT)) == show(tree)


@given(CONDITION)
def test_a_trace_says_what_the_condition_says(text: str) -> None:
    for row in (ROW, MISSING):
        step = trace(text, ENVIRONMENT, row)
        assert step.holds is compile(text, ENVIRONMENT)(row)
        agree(step)


def agree(step: Step) -> None:
    """What holds follows from the parts."""
    for part in step.parts:
        agree(part)
    holds = [part.holds for part in step.parts]
    match step.operator:
        case "&&":
            assert step.holds is all(holds)
        case "||":
            assert step.holds is any(holds)
        case "!":
            assert step.holds is not holds[0]
        case "?:":
            assert step.holds is (holds[1] if holds[0] else holds[2])
        case _:
            assert not holds


def test_each_comparison_tells_its_value() -> None:
    step = trace('finding.kev || finding.epss >= 0.6 && !("b" in finding.aliases)', ENVIRONMENT, ROW)
    assert step == Step(
        'finding.kev || finding.epss >= 0.6 && !("b" in finding.aliases)',
        holds=True,
        operator="||",
        parts=(
            Step("finding.kev", holds=True, values=(("finding.kev", True),)),
            Step(
                'finding.epss >= 0.6 && !("b" in finding.aliases)',
                holds=False,
                operator="&&",
                parts=(
                    Step("finding.epss >= 0.6", holds=False, values=(("finding.epss", 0.5),)),
                    Step(
                        '!("b" in finding.aliases)',
                        holds=False,
                        operator="!",
                        parts=(
                            Step('"b" in finding.aliases', True, values=(("finding.aliases", ("GHSA-jfh8", "b")),)),
                        ),
                    ),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("finding.epss < 0.1", (("finding.epss", None),)),
        ("has(finding.epss)", (("finding.epss", None),)),
        ("true", ()),
        ("finding.package.name == image.name", (("finding.package.name", None), ("image.name", None))),
        (
            'finding.id.startsWith("CVE") == (finding.layer > 1)',
            (("finding.id", "CVE-2021-44228"), ("finding.layer", None)),
        ),
    ],
)
def test_what_is_missing_is_told_as_missing(text: str, values: tuple[tuple[str, object], ...]) -> None:
    assert trace(text, ENVIRONMENT, MISSING).values == values


def test_what_is_no_condition_is_an_error() -> None:
    with pytest.raises(ExpressionError):
        trace("finding.epsss > 1", ENVIRONMENT, ROW)
