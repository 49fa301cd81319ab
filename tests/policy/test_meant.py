"""Which names a policy asks for, and what was said."""

from __future__ import annotations

import pytest

from pratique.errors import UsageError
from pratique.policy.meant import check, doubts
from pratique.policy.schema import DEFAULT, Policy, load
from pratique.policy.subject import ANYWHERE, Target


def policy(when: str) -> Policy:
    return load(f"scopes: [{{name: s, when: '{when}', on_unknown: warn}}]\n", "p.yaml")


@pytest.mark.parametrize(
    ("when", "target", "wrong"),
    [
        ('target.env == "prod"', ANYWHERE, ""),
        ('target.env == "prod"', Target("prod"), ""),
        ('target.env == "prod"', Target("prdo"), "--env: the policy knows no environment 'prdo'; did you mean 'prod'?"),
        ('"prod" == target.env', Target("x"), "--env: the policy knows no environment 'x'; it names prod"),
        (
            'target.env in ["prod", "test"]',
            Target("x"),
            "--env: the policy knows no environment 'x'; it names prod, test",
        ),
        (
            'target.env != "lab" && image.os == "linux"',
            Target("x"),
            "--env: the policy knows no environment 'x'; it names lab",
        ),
        ('!(target.env == "prod") || target.env == "x"', Target("x"), ""),
        ('image.os == "linux" ? target.env == "prod" : target.env == "x"', Target("x"), ""),
        ('target.env.startsWith("prod")', Target("prod-eu"), ""),  # whatever begins so is meant
        ('target.env.startsWith("prod")', Target("prdo-eu"), "--env: the policy knows no environment 'prdo-eu'"),
        ('target.env.matches("^(prod|test)$")', Target("test"), ""),
        ('target.env.matches("^(prod|test)$")', Target("tset"), "--env: the policy knows no environment 'tset'"),
        ("has(target.env)", Target("x"), ""),
        ("target.env != null", Target("x"), ""),
        ('image.os == "linux"', Target("x", "y"), ""),
        (
            'target.namespace == "shop"',
            Target("x", "shpo"),
            "--namespace: the policy knows no namespace 'shpo'; did you mean 'shop'?",
        ),
    ],
)
def test_a_name_that_no_policy_knows_is_an_error(when: str, target: Target, wrong: str) -> None:
    if not wrong:
        check(policy(when), target)
        return
    with pytest.raises(UsageError) as caught:
        check(policy(when), target)
    assert str(caught.value) == wrong


def test_a_name_that_a_parent_knows_is_known() -> None:
    child = load('gate: [{name: a, when: "true", action: warn}]', "p.yaml")
    above = policy('target.env == "prod"')
    line = Policy(gate=child.gate, scopes=policy('target.env == "test"').scopes, extends="x", parent=above)
    check(line, Target("prod"))
    check(line, Target("test"))
    with pytest.raises(UsageError, match="it names prod, test"):
        check(line, Target("lab"))


def test_what_nobody_said_is_told() -> None:
    asking = policy('target.env == "prod"')
    assert doubts(asking, ANYWHERE) == (
        "the policy asks for the environment (target.env), and nobody said it: --env NAME",
    )
    assert doubts(asking, Target("prod")) == ()


def test_nobody_is_asked_where_no_policy_asks() -> None:
    assert doubts(DEFAULT, ANYWHERE) == doubts(DEFAULT, Target("prod", "shop")) == ()
    check(DEFAULT, Target("prod", "shop"))
