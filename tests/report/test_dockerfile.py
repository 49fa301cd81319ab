"""Which line of a Dockerfile made a layer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pratique.model import Base, Image, Layer, Package, Report, Vulnerability
from pratique.report._dockerfile import instructions, line_of


def lines(history: tuple[str, ...], text: str, base: Base | None = None) -> list[int]:
    """The line of each layer, and of what is of none."""
    layers = tuple(Layer(index, "", created_by=step) for index, step in enumerate(history))
    report = Report("a", "", image=Image("a", "a", layers=layers), base=base)
    return [
        line_of(Vulnerability("CVE-1", package=Package("deb", "x", "1", layer=index)), report, text)
        for index in (*range(len(layers)), -1)
    ]


STAGES = "FROM a AS build\nRUN make\nFROM b\nRUN make\nCOPY --from=build /x /y\nADD --chown=1 f /\n"


@pytest.mark.parametrize(
    ("created_by", "text", "found"),
    [
        ("RUN /bin/sh -c make # buildkit", STAGES, 4),
        ("COPY /x /y # buildkit", STAGES, 5),
        ("/bin/sh -c #(nop) ADD f / ", STAGES, 6),
        ("/bin/sh -c #(nop) ADD file:0123 in / ", STAGES, 6),
        ("CMD x", STAGES, 3),
        ("", STAGES, 0),
        ("", "FROM x\nENV A=b\n", 1),
        ("RUN |1 V=1 /bin/sh -c make # buildkit", STAGES, 4),
        ("RUN /bin/sh -c a   &&     b # buildkit", "from x\nrun a \\\n  # why\n\n  && b\n", 2),
        ("RUN /bin/sh -c a && b # buildkit", "# escape=`\nFROM x\nRUN a `\n&& b", 3),
        ("RUN /bin/sh -c c # buildkit", "FROM x\nRUN <<EOF\nFROM y\nEOF\nRUN c\n", 5),
        ("RUN /bin/sh -c a b", 'FROM x\nRUN ["a", "b"]', 2),
        ("/bin/sh -c a b", 'FROM x\nRUN ["a", "b"]', 2),
        ("RUN /bin/bash -o pipefail -c a | b # buildkit", "FROM x\nRUN a | b", 2),
        ("RUN /bin/sh -c set -e", "FROM x\nRUN <<EOF\nset -e\nEOF\n", 0),
        ("COPY file:01 in /a b ", 'FROM x\nCOPY ["y", "/a b"]', 2),
        ("COPY file:01 in /a ", "FROM scratch\nCMD x", 0),
        ("RUN x", "not a Dockerfile", 0),
        ("RUN x", "", 0),
    ],
)
def test_the_line(created_by: str, text: str, found: int) -> None:
    assert lines((created_by,), text)[0] == found


# As Buildah 1.28 has written them, the digests shorter.
BASE = "/bin/sh -c #(nop) ADD file:ee48b3fc in / "
JAVA = """FROM debian
RUN apt-get install openjdk
COPY jars /opt/lib
COPY fat.jar /opt/app/app.jar
COPY ["shaded.jar", "/opt/app/shaded.jar"]
USER 1000
"""
JAVA_HISTORY = (
    BASE,
    "/bin/sh -c apt-get install openjdk",
    "/bin/sh -c #(nop) COPY dir:514b2ad2 in /opt/lib ",
    "/bin/sh -c #(nop) COPY file:e638f10b in /opt/app/app.jar ",
    "/bin/sh -c #(nop) COPY file:a867e287 in /opt/app/shaded.jar ",
)


@pytest.mark.parametrize(
    ("history", "text", "found"),
    [
        (JAVA_HISTORY, JAVA, [1, 2, 3, 4, 5, 1]),
        # of equal destinations each its own, and the base's is the base's
        ((*["COPY dir:01 in /a"] * 3,), "FROM x\nCOPY b /a\nRUN c\nCOPY d /a/\n", [1, 2, 4, 1]),
        ((*["RUN /bin/sh -c make"] * 3,), "FROM x\nRUN make\nUSER y\nRUN make\n", [1, 2, 4, 1]),
        # as BuildKit writes what JSON and variables tell
        (("COPY b.jar /a # buildkit",), 'FROM x\nCOPY ["${JAR}", "/a"]\n', [2, 1]),
        (
            (BASE, "COPY file:01 in /srv/app/lib", "COPY file:02 in /srv/app/bin"),
            "FROM x\nCOPY a ${HOME}/lib\nCOPY b $HOME/bin\n",
            [1, 2, 3, 1],
        ),
        (("COPY file:01 in /b", "COPY file:02 in /c"), "FROM x\nCOPY a /b\nCOPY a ${TO}\n", [2, 3, 1]),
        # the directory that WORKDIR has set
        (
            ("WORKDIR /srv/app", "COPY dir:01 in /srv/app/lib"),
            "FROM x\nWORKDIR /srv\nWORKDIR app\nCOPY a lib/\n",
            [3, 4, 1],
        ),
        # what is like none, between its own, is somebody's own; below them it may be, where one of its kind is left
        ((BASE, "RUN a", "RUN odd", "RUN b"), "FROM x\nRUN a\nRUN <<E\nodd\nE\nRUN b\n", [1, 2, 0, 6, 1]),
        ((BASE, "RUN odd", "COPY a /b"), "FROM x\nRUN <<E\nodd\nE\nCOPY a /b\n", [1, 0, 5, 1]),
        # a stage that is built on another has its instructions, too
        (("ADD file:01 in /", "RUN a", "RUN b"), "FROM x AS y\nRUN a\nFROM z\nRUN b\nFROM y\nRUN b\n", [1, 2, 6, 1]),
    ],
)
def test_the_lines_of_an_image(history: tuple[str, ...], text: str, found: list[int]) -> None:
    assert lines(history, text) == found


def test_a_known_base_tells_what_is_one_s_own() -> None:
    history, text = ("COPY dir:01 in /a", "RUN odd", "COPY dir:02 in /b"), "FROM x\nCOPY c /a\nCOPY d /b\n"
    assert lines(history, text) == [2, 0, 3, 1]
    assert lines(history, text, Base("x", "", 1, "option")) == [1, 0, 3, 1]
    assert lines(history, text, Base("x", "", 2, "history")) == [2, 1, 3, 1]  # a guess, and the file knows better
    assert lines(history, text, Base("x", "", 7, "option")) == [1, 1, 1, 1]


STEP = st.text(alphabet='COPYRUN ad /.[]"$|{}:in', max_size=40)


@given(st.lists(STEP, max_size=5), st.lists(STEP, max_size=5), st.integers(0, 6))
def test_any_history(history: list[str], own: list[str], below: int) -> None:
    text = "\n".join(("FROM x", *own))
    found = lines(tuple(history), text, Base("x", "", below, "option"))
    made = [line for line in found[below:-1] if line > 1]
    assert made == sorted(set(made))
    assert found[-1] == 1


@given(st.text(alphabet="FROMRUNCOPY <>\\\n#=abEOF-`'", max_size=200))
def test_any_text(text: str) -> None:
    found = instructions(text)
    lines = [one.line for one in found]
    assert lines == sorted(set(lines))
    assert all(0 < number <= len(text.splitlines()) for number in lines)
