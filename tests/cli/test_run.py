from __future__ import annotations

import argparse
import io
import json
from collections.abc import Iterator, Sequence

import msgspec
import pytest

from pratique.api import Outcome, Settings
from pratique.cli import _codes, _config, _parser, _run, scan
from pratique.errors import NotFound, PratiqueError, Undecided
from reports import CLEAN, FAILING, UNREAD


def ask(*arguments: str, outcomes: Sequence[Outcome], inventory: bool = False) -> tuple[int, str, str]:
    """The command with a library that answers so."""
    out, err = io.StringIO(), io.StringIO()
    args = parsed(*arguments)

    def library(targets: Sequence[str], settings: Settings) -> Iterator[Outcome]:
        assert targets == ("x",)
        assert isinstance(settings, Settings)
        yield from outcomes

    judge = _codes.of_inventory if inventory else _codes.of_verdict
    code = _run.answer(_run.request(args), args, out, err, library, judge, inventory=inventory)
    return code, out.getvalue(), err.getvalue()


def parsed(*arguments: str) -> argparse.Namespace:
    parser = _parser.Parser("scan", "x")
    scan.configure(parser)
    _parser.add_general(parser)
    return _config.resolve(parser, ["x", *arguments], {"HOME": "/nonexistent"}, dict, io.StringIO())


def failed(error: PratiqueError) -> Outcome:
    return Outcome(msgspec.structs.replace(UNREAD, target="gone:1"), error)


def test_the_report_is_on_stdout_and_nothing_else() -> None:
    code, out, err = ask("--format=json", outcomes=[Outcome(FAILING)])
    assert (code, err) == (1, "")
    assert json.loads(out)["verdict"]["result"] == "fail"


def test_one_broken_target_does_not_hide_the_others() -> None:
    outcomes = [failed(Undecided("no answer", hint="wait")), Outcome(CLEAN)]
    code, out, err = ask("--format=json", outcomes=outcomes)
    assert code == 3
    assert [document["verdict"]["result"] for document in json.loads(out)] == ["unknown", "pass"]
    assert err == "pratique: gone:1: no answer\n  hint: wait\n"


@pytest.mark.parametrize("what", ["'gone:1' is no more", "gone:1: is no more"])
def test_a_target_is_named_once(what: str) -> None:
    *_, err = ask(outcomes=[failed(Undecided(what))])
    assert err == f"pratique: {what}\n"


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([Outcome(CLEAN)], 0),
        ([Outcome(CLEAN), failed(NotFound("x"))], 2),
        ([Outcome(CLEAN), failed(NotFound("x")), failed(Undecided("x"))], 3),
        ([Outcome(CLEAN), failed(NotFound("x")), failed(Undecided("x")), Outcome(FAILING)], 1),
    ],
)
def test_the_code_of_several_targets(outcomes: list[Outcome], code: int) -> None:
    assert ask(outcomes=outcomes)[0] == code


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [([Outcome(CLEAN)], 3), ([Outcome(FAILING)], 1), ([Outcome(CLEAN), failed(NotFound("x"))], 3)],
)
def test_a_report_that_cannot_be_written_is_undecided_and_hides_no_verdict(outcomes: list[Outcome], code: int) -> None:
    got, out, err = ask("--format=json=/dev/full", "--format=table", outcomes=outcomes)
    assert got == code
    assert out
    assert err.endswith("pratique: cannot write '/dev/full': No space left on device\n")


def test_a_target_that_names_nothing_is_no_report() -> None:
    code, out, err = ask("--format=json", outcomes=[failed(NotFound("no such file"))])
    assert (code, out) == (2, "")
    assert "no such file" in err


def test_what_cannot_be_read_is_reported_as_unknown() -> None:
    code, out, _ = ask("--format=json", outcomes=[failed(Undecided("no answer"))])
    assert code == 3
    assert json.loads(out)["verdict"]["result"] == "unknown"


def test_an_inventory_has_no_verdict() -> None:
    code, out, _ = ask("--format=json", outcomes=[Outcome(FAILING)], inventory=True)
    assert code == 0
    assert "verdict" not in json.loads(out)
