"""Licence names against ``packaging``, which reads the same SPDX grammar (PEP 639), and against what people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression
from packaging.licenses._spdx import EXCEPTIONS, LICENSES

from pratique.licences import expression, is_expression, satisfied

IDENTIFIERS = sorted(one["id"] for one in LICENSES.values())
WITH = sorted(one["id"] for one in EXCEPTIONS.values())


def test_every_identifier_that_packaging_knows() -> None:
    assert [expression(identifier.upper()) for identifier in IDENTIFIERS] == IDENTIFIERS
    assert all(map(is_expression, IDENTIFIERS))


terms = st.sampled_from(IDENTIFIERS) | st.tuples(st.sampled_from(IDENTIFIERS), st.sampled_from(WITH)).map(
    lambda pair: f"{pair[0]} WITH {pair[1]}"
)
expressions = st.recursive(
    terms,
    lambda inner: st.tuples(inner, st.sampled_from(("AND", "OR", "and", "or")), inner).map(
        lambda parts: f"({parts[0]} {parts[1]} {parts[2]})"
    ),
    max_leaves=6,
)


@given(expressions)
def test_expressions_as_packaging_writes_them(text: str) -> None:
    assert expression(text) == canonicalize_license_expression(text)
    assert is_expression(expression(text))


@given(st.text(alphabet="MITGPL-2.0+ orandwith()/|&", max_size=40))
def test_what_comes_out_is_an_expression_or_what_went_in(text: str) -> None:
    made = expression(text)
    if is_expression(made):
        assert canonicalize_license_expression(made) == made
    else:
        assert made == " ".join(text.split())
        with pytest.raises(InvalidLicenseExpression):
            canonicalize_license_expression(made)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("MIT License", "MIT"),
        ("The MIT License (MIT)", "MIT"),
        ("Apache License, Version 2.0", "Apache-2.0"),
        ("Apache 2.0", "Apache-2.0"),
        ("Mozilla Public License 2.0 (MPL 2.0)", "MPL-2.0"),
        ("GNU General Public License v3 (GPLv3)", "GPL-3.0-only"),
        ("GNU General Public License v2 or later (GPLv2+)", "GPL-2.0-or-later"),
        ("GPL-2+", "GPL-2.0-or-later"),
        ("GPLv2+ and LGPLv2+", "GPL-2.0-or-later AND LGPL-2.0-or-later"),
        ("MIT/Apache-2.0", "MIT OR Apache-2.0"),
        ("Expat", "MIT"),
        ('BSD 3-Clause "New" or "Revised" License', "BSD-3-Clause"),
        ("ISC License (ISCL)", "ISC"),
        ("LicenseRef-ours AND MIT", "LicenseRef-ours AND MIT"),
    ],
)
def test_what_people_write(words: str, meant: str) -> None:
    assert expression(words) == meant


@pytest.mark.parametrize(
    "words", ["", "BSD", "BSD License", "Public Domain", "Artistic", "GPL", "MIT AND", "()", "see LICENSE", "(" * 500]
)
def test_what_may_mean_several_or_nothing_stays(words: str) -> None:
    assert expression(words) == words
    assert not is_expression(words)


@pytest.mark.parametrize(
    ("text", "accepted", "answer"),
    [
        ("MIT", {"MIT"}, True),
        ("MIT OR GPL-2.0-only", {"MIT"}, True),
        ("MIT AND GPL-2.0-only", {"MIT"}, False),
        ("MIT AND (GPL-2.0-only OR Apache-2.0)", {"MIT", "Apache-2.0"}, True),
        ("MIT AND GPL-2.0-only OR Apache-2.0", {"Apache-2.0"}, True),
        ("GPL-2.0-only WITH Classpath-exception-2.0", {"GPL-2.0-only"}, False),
        ("GPL-2.0-only WITH Classpath-exception-2.0", {"GPL-2.0-only WITH Classpath-exception-2.0"}, True),
        ("BSD", {"BSD"}, None),
        ("", {""}, None),
    ],
)
def test_who_may_use_it(text: str, accepted: set[str], answer: bool | None) -> None:
    assert satisfied(text, accepted.__contains__) is answer
