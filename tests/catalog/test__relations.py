"""Lists of needed packages, as the policy of Debian and apk-tools write them."""

from __future__ import annotations

import pytest

from pratique.catalog._relations import bounded, names
from pratique.errors import LimitExceeded
from pratique.limits import DEFAULT


@pytest.mark.parametrize(
    ("field", "wanted"),
    [
        ("", ()),
        ("libc6 (>= 2.34), pilot | tug:any (<< 2), mole", ("libc6", "pilot", "tug", "mole")),
        ("libc6,libc6 (>= 2)|libc6", ("libc6",)),
        ("foo [amd64] <!nocheck>", ("foo",)),
        ("glibc>=2.3,libpilot.so=2-64,mole", ("glibc", "libpilot.so", "mole")),
        (" , |", ()),
        ("libstdc++6(>=4)", ("libstdc++6",)),
    ],
)
def test_names(field: str, wanted: tuple[str, ...]) -> None:
    assert names(field) == wanted


def test_bound() -> None:
    assert len(bounded(str(number) for number in range(DEFAULT.relations))) == DEFAULT.relations
    with pytest.raises(LimitExceeded, match=r"limits\.relations"):
        bounded(str(number) for number in range(DEFAULT.relations + 1))
