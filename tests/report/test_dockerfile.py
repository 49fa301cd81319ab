"""Which line of a Dockerfile made a layer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Image, Layer, Package, Vulnerability
from pratique.report._dockerfile import instructions, line_of


def line(created_by: str, text: str) -> int:
    finding = Vulnerability("CVE-1", package=Package("deb", "x", "1", layer=0))
    return line_of(finding, Image("a", "a", layers=(Layer(0, "", created_by=created_by),)), text)


STAGES = "FROM a AS build\nRUN make\nFROM b\nRUN make\nCOPY --from=build /x /y\nADD --chown=1 f /\n"


@pytest.mark.parametrize(
    ("created_by", "text", "found"),
    [
        ("RUN /bin/sh -c make # buildkit", STAGES, 4),
        ("COPY /x /y # buildkit", STAGES, 5),
        ("/bin/sh -c #(nop) ADD f / ", STAGES, 6),
        ("/bin/sh -c #(nop) ADD file:0123 in / ", STAGES, 3),
        ("", STAGES, 3),
        ("RUN |1 V=1 /bin/sh -c make # buildkit", STAGES, 4),
        ("RUN /bin/sh -c a   &&     b # buildkit", "from x\nrun a \\\n  # why\n\n  && b\n", 2),
        ("RUN /bin/sh -c a && b # buildkit", "# escape=`\nFROM x\nRUN a `\n&& b", 3),
        ("RUN /bin/sh -c c # buildkit", "FROM x\nRUN <<EOF\nFROM y\nEOF\nRUN c\n", 5),
        ("RUN x", "not a Dockerfile", 0),
        ("RUN x", "", 0),
    ],
)
def test_the_line(created_by: str, text: str, found: int) -> None:
    assert line(created_by, text) == found


@given(st.text(alphabet="FROMRUNCOPY <>\\\n#=abEOF-`'", max_size=200))
def test_any_text(text: str) -> None:
    found = instructions(text)
    lines = [one.line for one in found]
    assert lines == sorted(set(lines))
    assert all(0 < number <= len(text.splitlines()) for number in lines)
