from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from findings import IMAGE, deb, rule, vulnerability
from pratique.model import Action, Distro, Level, Problem, Reason, Result, Verdict
from pratique.plugins import WriteOptions
from pratique.report import table
from pratique.report._findings import instruction
from pratique.report._text import columns
from reports import ALL, CLEAN, FAILING, FOREIGN, GOLDEN, GOLDENS


@pytest.mark.parametrize("name", [name for name in GOLDENS if name.endswith(".txt")])
def test_golden(name: str) -> None:
    assert GOLDENS[name]() == (GOLDEN / name).read_text(), "if it is meant: python tests/reports.py"


def test_every_failing_finding_is_shown_with_its_rule_whatever_the_width() -> None:
    for width in (1, 40, 60, 80, 200):
        text = table.write((FAILING,), WriteOptions(width=width))
        for finding in FAILING.findings:
            if finding.decision.action in (Action.FAIL, Action.WARN):
                assert finding.id in text
                assert f"rule {finding.decision.rule}" in text


def test_what_is_below_the_gate_is_counted_and_shown_when_asked() -> None:
    text = table.write((FAILING,), WriteOptions(width=110))
    assert "CVE-2022-1003" not in text
    assert "13 more below the gate (--all): 4 medium, 5 low, 4 of unknown severity" in text
    everything = table.write((FAILING,), WriteOptions(width=110, everything=True))
    assert all(finding.id in everything for finding in FAILING.findings)
    assert "below the gate" not in everything


def test_an_exploited_one_is_shown_although_nothing_fails_it() -> None:
    kev = next(finding for finding in FAILING.findings if finding.id == "CVE-2021-44228")
    report = msgspec.structs.replace(
        FAILING, findings=(msgspec.structs.replace(kev, decision=rule(Action.ALLOW, "vex")),)
    )
    assert "KEV 2021-12-10" in table.write((report,), WriteOptions())


def test_a_rule_is_named_once_where_the_note_tells_whose_it_is() -> None:
    first = FAILING.findings[0]
    decision = msgspec.structs.replace(rule(Action.FAIL, "all"), note="rule all of org.yaml")
    report = msgspec.structs.replace(FAILING, findings=(msgspec.structs.replace(first, decision=decision),))
    text = table.write((report,), WriteOptions(width=200))
    assert "rule all of org.yaml" in text
    assert "rule all, " not in text


def test_a_suppression_that_ends_soon_is_told_and_a_distant_one_counted() -> None:
    text = table.write((FAILING,), WriteOptions(width=200))
    assert "3 suppressed, the first until 2026-11-30" in text
    assert (
        "CVE-2020-1111 zlib1g 1:1.2.13.dfsg-1: until 2026-11-30 (9 days left), web@example.org: not reachable" in text
    )
    assert "CVE-2020-2222" not in text


def test_blocking_problems_come_first_and_each_is_shown() -> None:
    problems = (
        *(Problem(f"noted-{n}", "x") for n in range(9)),
        *(Problem(f"blocks-{n}", "x", blocking=True) for n in range(9)),
    )
    text = table.write((msgspec.structs.replace(CLEAN, problems=problems),), WriteOptions())
    assert all(f"blocks-{n}" in text for n in range(9))
    assert text.index("blocks-8") < text.index("noted-0")
    assert "noted-5" not in text
    assert "4 more (--all)" in text


def test_the_verdict_gives_its_reasons_and_the_advice() -> None:
    verdict = Verdict(Result.WARN, (Reason("epss", 2, "2 findings by rule epss"),), ("update curl",))
    text = table.write((msgspec.structs.replace(CLEAN, verdict=verdict),), WriteOptions())
    assert "\nWARN      2 findings by rule epss\n          -> update curl\n" in text


def test_of_several_images_the_worst_is_told_first_in_the_list() -> None:
    tail = table.write(ALL, WriteOptions()).rpartition("4 images")[2].split("\n")
    assert [line.split()[0] for line in tail if line.strip()] == ["FAIL", "FAIL", "UNKNOWN", "PASS"]


def test_an_inventory_says_nothing_of_a_verdict() -> None:
    text = table.write((FAILING, CLEAN), WriteOptions(inventory=True))
    for word in ("PASS", "FAIL", "UNKNOWN", "CVE-", "MAL-", "policy", "database", "assessed"):
        assert word not in text


def test_colour_adds_escapes_and_nothing_else() -> None:
    coloured = table.write(ALL, WriteOptions(colour=True, width=110))
    assert "\x1b[1;31mFAIL" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == table.write(ALL, WriteOptions(width=110))


@pytest.mark.parametrize(
    ("created_by", "shown"),
    [
        ("/bin/sh -c #(nop)  CMD [\"bash\"]", "CMD [\"bash\"]"),
        ("/bin/sh -c #(nop) ADD file:abc in / ", "ADD file:abc in /"),
        ("/bin/sh -c apt-get update", "RUN apt-get update"),
        ("RUN /bin/sh -c apt-get update # buildkit", "RUN apt-get update"),
        ("COPY a b # buildkit", "COPY a b"),
        ("/bin/sh -c #(nop) COPY dir:" + "0123456789abcdef" * 4 + " in /x ", "COPY dir:0123456789ab in /x"),
        ("# debian.sh --arch 'amd64' out/ 'bookworm'", "# debian.sh --arch 'amd64' out/ 'bookworm'"),
        ("|1 A=b /bin/sh -c make", "RUN |1 A=b /bin/sh -c make"),
        ("", ""),
        ("COPY \x1b[2J /", "COPY \\x1b[2J /"),
    ],
)  # fmt: skip
def test_instructions_without_what_builders_put_around_them(created_by: str, shown: str) -> None:
    assert instruction(created_by) == shown


HOSTILE = st.lists(
    st.sampled_from(["::error::", "##[group]", " ", "\x1b[31m", "\n"]) | st.text(st.characters(), max_size=8),
    max_size=6,
).map("".join)


@given(HOSTILE, HOSTILE, HOSTILE, st.integers(40, 120), st.booleans())
def test_nothing_in_an_image_writes_to_the_terminal(
    name: str, path: str, text: str, width: int, inventory: bool
) -> None:
    package = msgspec.structs.replace(deb(name, text, path), type="npm", path=path, namespace=text, owner=name)
    layers = tuple(msgspec.structs.replace(layer, created_by=text) for layer in IMAGE.layers)
    report = msgspec.structs.replace(
        FOREIGN,
        target=name,
        image=msgspec.structs.replace(IMAGE, name=name, digest=path, layers=layers),
        distro=Distro(name, text, path, name=name),
        packages=(package,),
        findings=(vulnerability(name, package, Level.HIGH, 7.0, decision=rule(Action.FAIL, text)),),
        problems=(Problem(path, text, blocking=True, hint=name), Problem(name, path)),
        verdict=Verdict(Result.FAIL, (Reason(name, 1, text),), (path,)),
        notes=(text,),
    )
    made = table.write((report, report), WriteOptions(width=width, inventory=inventory))
    assert all(line.isprintable() for line in made.split("\n"))
    assert not re.search(r"(?m)^\s*::|##\w*\[", made)
    coloured = table.write((report, report), WriteOptions(colour=True, width=width, inventory=inventory))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == made


@given(st.text(min_size=1, max_size=300), st.integers(40, 120))
def test_findings_fit_the_terminal(name: str, width: int) -> None:
    package = msgspec.structs.replace(deb(name, name, name), type="npm", path=name)
    finding = vulnerability("CVE-2026-1", package, Level.HIGH, 7.0, decision=rule(Action.FAIL, name))
    report = msgspec.structs.replace(FAILING, findings=(finding,), problems=(), packages=(package,))
    lines = table.write((report,), WriteOptions(width=width)).split("\n")
    listing = table.write((report,), WriteOptions(width=width, inventory=True)).split("\n")
    until = next(place for place, line in enumerate(lines) if line.startswith("FAIL "))
    assert all(columns(line) <= width for line in lines[3:until])
    assert all(columns(line) <= width for line in listing[3:6])
