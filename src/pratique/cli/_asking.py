"""Questions in, a person's answers at a terminal out. Questions go to stderr: stdout is for what a command makes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import IO

from pratique.errors import UsageError
from pratique.report._text import visible

_LONGEST = 4096  # characters of an answer


class Asking:
    """Asks at the terminal ``err``, and reads answers from stdin."""

    def __init__(self, err: IO[str]) -> None:
        self._err = err

    def text(self, question: str, check: Callable[[str], None] | None = None) -> str:
        """The answer, "" for none. Asked again for as long as ``check`` raises ``UsageError``, with what it says."""
        while True:
            self._say(f"{question}: ")
            answer = self._answer()
            try:
                if check is not None and answer:
                    check(answer)
            except UsageError as error:
                self._say(f"  {visible(str(error))}\n" + (f"  {visible(error.hint)}\n" if error.hint else ""))
                continue
            return answer

    def choice(self, question: str, choices: Sequence[tuple[str, str]]) -> str:
        """The name of one of the choices, each with what is told of it; the first where nothing is answered."""
        self._say(f"{question}\n")
        for number, (name, about) in enumerate(choices, 1):
            self._say(f"  {number} {name:14} {about}\n")
        names = [name for name, _ in choices]
        while True:
            self._say("Number or name (Enter: 1): ")
            answer = self._answer()
            if not answer:
                return names[0]
            if answer in names:
                return answer
            if answer.isdecimal() and 0 < int(answer[:3]) <= len(names):
                return names[int(answer[:3]) - 1]
            self._say(f"  {visible(answer)} is none of them\n")

    def _answer(self) -> str:
        line = sys.stdin.readline(_LONGEST)
        if not line.endswith("\n"):
            self._say("\n")
            raise UsageError("there was no answer, so nothing is written", hint="answer, or say it by options")
        return line.strip()

    def _say(self, text: str) -> None:
        self._err.write(text)
        self._err.flush()


def is_asked(err: IO[str]) -> bool:
    """Whether there is somebody to ask: both sides are a terminal."""
    return sys.stdin is not None and sys.stdin.isatty() and err.isatty()
