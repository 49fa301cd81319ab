"""Which names a policy asks for, and what was said."""

from __future__ import annotations

import pytest

from pratique.policy.meant import doubts
from pratique.policy.schema import DEFAULT, load
from pratique.policy.subject import ANYWHERE, Target


def told(when: str, target: Target = ANYWHERE) -> tuple[str, ...]:
    return doubts(load(f"scopes: [{{name: s, when: '{when}', on_unknown: warn}}]\n", "p.yaml"), target)


MISSING = "the policy asks for the environment (target.env), and nobody said it: --env NAME"


@pytest.mark.parametrize(
    ("when", "target", "found"),
    [
        ('target.env == "prod"', ANYWHERE, MISSING),
        ('target.env == "prod"', Target("prod"), ""),
        ('target.env == "prod"', Target("prdo"), "the policy knows no environment 'prdo'; did you mean 'prod'?"),
        ('"prod" == target.env', Target("x"), "the policy knows no environment 'x'; it names prod"),
        ('target.env in ["prod", "test"]', Target("x"), "the policy knows no environment 'x'; it names prod, test"),
        (
            'target.env != "lab" && image.os == "linux"',
            Target("x"),
            "the policy knows no environment 'x'; it names lab",
        ),
        ('!(target.env == "prod") || target.env == "x"', Target("x"), ""),
        ('target.env.startsWith("prod")', Target("x"), ""),  # whatever begins so is meant
        ("has(target.env)", Target("x"), ""),
        ("target.env == image.name", Target("x"), ""),
        ("target.env == target.namespace", Target("x", "y"), ""),
        ('image.os == "linux"', Target("x", "y"), ""),
        (
            'target.namespace == "shop"',
            Target("x", "shpo"),
            "the policy knows no namespace 'shpo'; did you mean 'shop'?",
        ),
    ],
)
def test_what_is_doubtful(when: str, target: Target, found: str) -> None:
    assert told(when, target) == ((found,) if found else ())


def test_nobody_is_asked_where_no_policy_asks() -> None:
    assert doubts(DEFAULT, ANYWHERE) == doubts(DEFAULT, Target("prod", "shop")) == ()
