"""setup.py: requirements pinned in literals, as the setuptools user guide writes them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from catalog.declared import WITHIN, facts, is_refused, told
from catalog.hostile import survives
from catalog.mutated import mutated
from pratique.catalog.setup_py import CATALOGUER
from pratique.errors import LimitExceeded

PATH = "app/setup.py"
TEXT = b"""\
from setuptools import setup

PINS = {'Flask' : "2.0"}
# "commented==1.0",
setup(
    name="harbour",
    version="1.0",
    install_requires=[
        "Rich==13.9.4",
        'click == 8.1.7; python_version < "3.12"',
        "celery[redis,auth]===5.3.6",
        "flask>=2", "open", f"computed=={VERSION}", "%s==1.0" % NAME,
    ],
    extras_require={"dev": ["iniconfig==2.0.0"]},
)
assert "a" == "b" and x == "1.0" and "==" == '=='
"""


def test_pins_in_literals() -> None:
    assert told(CATALOGUER, TEXT, PATH) == {
        "rich": ("13.9.4", ""),
        "click": ("8.1.7", ""),
        "celery": ("5.3.6", ""),
        "iniconfig": ("2.0.0", ""),
    }


@pytest.mark.parametrize("folder", WITHIN)
def test_those_of_packages_say_nothing(folder: str) -> None:
    assert facts(CATALOGUER, TEXT, f"{folder}setup.py") == []


def test_nonsense() -> None:
    is_refused(CATALOGUER, PATH, b'"a==' * 500_000, b"'a" + b" " * 1_000_000 + b"=='", b'"' + b"a" * 1_000_000)
    with pytest.raises(LimitExceeded):
        facts(CATALOGUER, b"#" * (9 << 20), PATH)


@settings(max_examples=60, deadline=None)
@given(mutated(TEXT))
def test_any_bytes(data: bytes) -> None:
    survives(CATALOGUER, PATH, data)
