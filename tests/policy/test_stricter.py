"""Random lines of policies that extend one another, against the rule of docs/policy.md written out plainly: a word
stands unless a policy below speaks more mildly and every policy from its own down to that one's parent lets it give
way; the strictest that stands decides."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.report_cases import finding, report
from pratique.model import Action, Decision
from pratique.policy.evaluate import decide
from pratique.policy.schema import Policy, Reference, Source, load

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
RANKS = {Action.NONE: 0, Action.ALLOW: 0, Action.WARN: 1, Action.FAIL: 2}


class Level(msgspec.Struct, frozen=True):
    """A policy of the line: what its one rule says ("" for no rule), the levels whose rules it lets give way (its own
    or any above), whether it lets those below suppress, and whether it suppresses."""

    says: str
    lets: tuple[int, ...] = ()
    everything: bool = False
    silences: bool = False
    promises: bool = False


LEVELS = st.lists(
    st.builds(
        Level,
        st.sampled_from(["", "allow", "warn", "fail"]),
        st.lists(st.integers(0, 3), unique=True).map(tuple),
        st.booleans(),
        st.booleans(),
        st.sampled_from([False, False, True]),
    ),
    min_size=1,
    max_size=4,
)
PROMISE = {"id": "CVE-2020-0001", "package": "bash", "reason": "r", "owner": "o", "expires": "2026-12-01"}


def text(levels: list[Level], at: int) -> str:
    level = levels[at]
    named = [f"r{place}" for place in level.lets if place <= at and levels[place].says]
    rule = {"name": f"r{at}", "when": "true", "action": level.says}
    made: dict[str, object] = {
        "loosen": {"rules": "all" if level.everything else named, "suppress": level.silences},
        "gate": [rule if level.says else {"name": "never", "when": "false", "action": "fail"}],
    }
    if at:
        made["extends"] = f"level-{at - 1}.yaml"
    if level.promises:
        made["suppress"] = [PROMISE]
    return msgspec.json.encode(made).decode()  # JSON is YAML


def line(levels: list[Level]) -> Policy:
    def parents(reference: Reference) -> Source:
        at = int(reference.place.removeprefix("level-").removesuffix(".yaml"))
        return Source(text(levels, at), reference.place)

    last = len(levels) - 1
    return load(text(levels, last), f"level-{last}.yaml", parents=parents)


def rank(level: Level) -> int:
    return RANKS[Action(level.says)] if level.says else 0


def strictest(levels: list[Level]) -> int:
    standing = [
        rank(level)
        for place, level in enumerate(levels)
        if not any(
            levels[below].says
            and rank(levels[below]) < rank(level)
            and all(each.everything or place in each.lets for each in levels[place:below])
            for below in range(place + 1, len(levels))
        )
    ]
    return max(standing)


def silenced(levels: list[Level]) -> bool:
    return any(level.promises and all(above.silences for above in levels[:place]) for place, level in enumerate(levels))


def said(levels: list[Level], **more: str) -> Decision:
    one = finding({"id": "CVE-2020-0001", **more})
    return decide(msgspec.structs.replace(report({}), findings=(one,)), line(levels), NOON).findings[0].decision


@given(LEVELS)
def test_the_strictest_word_that_stands_decides(levels: list[Level]) -> None:
    decision = said(levels)
    if silenced(levels):
        assert (decision.action, decision.suppressed_until) == (Action.ALLOW, "2026-12-01")
    else:
        assert RANKS[decision.action] == strictest(levels)


@given(LEVELS)
def test_what_is_exploited_fails_whatever_the_line_says(levels: list[Level]) -> None:
    assert said(levels, kev="2022-01-01").action is Action.FAIL


@given(LEVELS, LEVELS)
def test_what_a_line_lets_nobody_relax_stays(above: list[Level], below: list[Level]) -> None:
    closed = [*above[:-1], msgspec.structs.replace(above[-1], lets=(), everything=False, silences=False)]
    both = closed + [msgspec.structs.replace(each, lets=()) for each in below]
    if said(closed).suppressed_until:
        assert said(both).suppressed_until
    else:
        assert RANKS[said(both).action] >= RANKS[said(closed).action]


def test_the_rule_says_what_the_page_says() -> None:
    assert strictest([Level("fail"), Level("allow")]) == 2
    assert strictest([Level("fail", everything=True), Level("warn")]) == 1
    assert strictest([Level("warn"), Level("fail", everything=True), Level("allow")]) == 1


@pytest.mark.parametrize("depth", [1, 4, 8])
def test_as_deep_as_a_line_may_be(depth: int) -> None:
    assert said([Level("warn")] * depth).action is Action.WARN
