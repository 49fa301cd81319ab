"""A regular expression in, a matcher out whose time is linear in the text, whatever the pattern.

A subset of https://github.com/google/re2/wiki/Syntax: literals, ``.``, classes, ``\\d \\w \\s`` and their opposites,
groups that do not capture, ``|``, ``* + ? {n,m}``, and ``^ $ \\A \\z`` at the ends of the text. Python's ``re``
backtracks, so it is not used. The automaton is Thompson's, its states made as the text asks for them (Russ Cox,
https://swtch.com/~rsc/regexp/regexp1.html).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from collections.abc import Sequence as Listed
from typing import NamedTuple

from pratique.expr.regex import Assertion, Characters, Either, PatternError, Ranges, Regex, Repeat, Sequence, parse
from pratique.expr.work import CURRENT, Work
from pratique.limits import Limits

__all__ = ["Pattern", "PatternError"]

_KEPT_STATES = 500
_KEPT_STEPS = 20_000
_KEPT_TEXTS = 1_000
_OF_A_WAITING, _OF_A_SEEN = 3, 12  # steps: what a character takes that leads to a state for the first time


class _Take(NamedTuple):
    low: int
    high: int
    more: Ranges  # beside that range, for most have but one
    then: int


class _Split(NamedTuple):
    ways: tuple[int, ...]


class _Check(NamedTuple):
    at_end: bool
    then: int


_Instruction = _Take | _Split | _Check | None  # None accepts


class _State:
    """A set of instructions that wait for a character, and what the next ones lead to."""

    __slots__ = ("accepts", "accepts_at_end", "steps", "waiting")

    def __init__(self, waiting: tuple[_Take, ...], accepts: bool, accepts_at_end: bool) -> None:
        self.waiting = waiting
        self.accepts = accepts
        self.accepts_at_end = accepts_at_end
        self.steps: dict[str, _State] = {}


class Pattern:
    """A compiled pattern. Raises ``PatternError`` for what is not in the subset or too large."""

    def __init__(self, text: str, limits: Limits) -> None:
        self._program: list[_Instruction] = [None]
        self._most = limits.pattern_states
        self._emitted = 0
        self._start = self._emit(parse(text, limits.expression_depth), 0)

    def found_in(self, text: str) -> bool:
        """Whether the pattern matches anywhere in ``text``. Raises as ``work.bounded`` says."""
        work = CURRENT.get() or Work(math.inf)
        automaton = work.automata.get(self)
        if automaton is None:
            automaton = work.automata[self] = Automaton(self._program, self._start, work)
        said = automaton.said.get(text)
        return automaton.accepts(text) if said is None else said

    # --- the program: instructions that name the next by its place ---

    def _emit(self, node: Regex, then: int) -> int:
        self._emitted += 1  # counted too, for repetitions of the empty text make no instruction
        self._bound(self._emitted, 10 * self._most)
        match node:
            case Characters(ranges):
                (low, high), *more = ranges or ((1, 0),)  # a class may let nothing through
                return self._add(_Take(low, high, tuple(more), then))
            case Assertion(at_end):
                return self._add(_Check(at_end, then))
            case Sequence(parts):
                for part in reversed(parts):
                    then = self._emit(part, then)
                return then
            case Either(parts):
                return self._add(_Split(tuple(self._emit(part, then) for part in parts)))
            case Repeat(part, least, most):
                return self._emit_repeat(part, least, most, then)

    def _emit_repeat(self, part: Regex, least: int, most: int | None, then: int) -> int:
        if most is None:
            loop = self._add(_Split(()))
            self._program[loop] = _Split((self._emit(part, loop), then))
            then = loop
        else:
            after = then
            for _ in range(most - least):
                then = self._add(_Split((self._emit(part, then), after)))
        for _ in range(least):
            then = self._emit(part, then)
        return then

    def _add(self, instruction: _Instruction) -> int:
        self._program.append(instruction)
        self._bound(len(self._program), self._most)
        return len(self._program) - 1

    def _bound(self, count: int, most: int) -> None:
        if count > most:
            raise PatternError(f"the pattern has more than {self._most} states; repeat less")


class Automaton:
    """The states of a program that texts have asked for, within the bound of ``work``."""

    def __init__(self, program: Listed[_Instruction], start: int, work: Work) -> None:
        self._program = program
        self._start = start
        self._work = work
        self.said: dict[str, bool] = {}
        self._forget()

    def accepts(self, text: str) -> bool:
        """Whether the program comes to its end on ``text``, or on the beginning of it. It is remembered, for
        findings share their packages."""
        found = self._run(text)
        if len(self.said) < _KEPT_TEXTS:
            self.said[text] = found
        return found

    def _run(self, text: str) -> bool:
        self._work.spend(1 + len(text))
        state = self._first
        for character in text:
            if state.accepts:
                return True
            state = state.steps.get(character) or self._step(state, character)
        return state.accepts or state.accepts_at_end

    def _forget(self) -> None:
        self.states: dict[tuple[frozenset[int], bool], _State] = {}
        self._steps = 0
        self._again = self._state([self._start], first=False)
        self._first = self._state([self._start], first=True)

    def _step(self, state: _State, character: str) -> _State:
        point = ord(character)
        self._work.spend(_OF_A_WAITING * len(state.waiting))
        into = [
            then
            for low, high, more, then in state.waiting
            if low <= point <= high or (more and any(least <= point <= most for least, most in more))
        ]
        if len(self.states) >= _KEPT_STATES or self._steps >= _KEPT_STEPS:
            self._forget()
        following = self._state([*into, self._start], first=False) if into else self._again
        state.steps[character] = following
        self._steps += 1
        return following

    def _state(self, begin: Iterable[int], first: bool) -> _State:
        """The state after all moves that take no character, from ``begin``; ``first`` at the start of the text."""
        seen: set[tuple[int, bool]] = set()
        stack = [(place, False) for place in begin]
        while stack:
            place, ended = item = stack.pop()
            if item in seen:
                continue
            seen.add(item)
            match self._program[place]:
                case _Split(ways):
                    stack.extend((way, ended) for way in ways)
                case _Check(at_end, then) if at_end or first:
                    stack.append((then, ended or at_end))
        self._work.spend(_OF_A_SEEN * len(seen))
        return self._known(seen, first)

    def _known(self, seen: set[tuple[int, bool]], first: bool) -> _State:
        key = frozenset(place for place, ended in seen if not ended), first
        if key not in self.states:
            takes = (self._program[place] for place in sorted(key[0]))
            waiting = tuple(take for take in takes if isinstance(take, _Take))
            self.states[key] = _State(waiting, (0, False) in seen, (0, True) in seen)
        return self.states[key]
