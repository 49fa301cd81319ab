"""A Dockerfile and a layer's instruction in, the line that made the layer out.

https://docs.docker.com/reference/dockerfile/ (comments, continuation, the directive ``escape``, here-documents, FROM).
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from pratique.model import AnyFinding, Base, Candidate, Report
from pratique.report._findings import instruction
from pratique.report._instructions import act_of, acts, could_be, matched

_DIRECTIVE = re.compile(r"#\s*escape\s*=\s*(\S)", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?\s*(?P<quote>['\"]?)(?P<word>[A-Za-z_][A-Za-z0-9_]*)(?P=quote)")
_REFERENCE = re.compile(r"[a-z0-9][A-Za-z0-9._:/-]*")  # a name that may stand in FROM
_MOST = 10_000  # lines


class Instruction(msgspec.Struct, frozen=True):
    """An instruction, its keyword in capitals and its words with one space between, and the line that it begins on."""

    line: int
    text: str


def line_of(finding: AnyFinding, report: Report, text: str) -> int:
    """The line, from 1, of the instruction that made the finding's layer; that of FROM where it came with the base, or
    is of no layer; 0 for what is no Dockerfile, and where nothing tells which instruction it was."""
    layers, base = report.image.layers if report.image else (), report.base or Base("", "", 0, "history")
    lines = _lines(text, tuple(layer.created_by for layer in layers), base.layers, base.layers if base.is_shown else 0)
    index = finding.from_layer
    return lines[index] if 0 <= index < len(layers) else lines[-1]


@lru_cache(maxsize=16)
def _lines(text: str, history: tuple[str, ...], below: int, shown: int) -> tuple[int, ...]:
    """A line a layer, and behind them that of FROM. ``below`` layers are the base's, as somebody says, and ``shown`` as
    comparing them has shown; 0 where nobody tells."""
    chain = _chain(text)
    if not chain:
        return (0,) * (len(history) + 1)
    there = _own(text, chain)
    own = acts(one.text for one in there)
    made = [act_of(instruction(step)) for step in history]
    found = [*[None] * min(shown, len(made)), *matched(own, made[shown:])]
    lowest = next((place for place in found if place is not None), len(own))
    first = next((index for index, place in enumerate(found) if place is not None), len(found))
    start = chain[0].line
    brought = 0 if _image_of(chain[0]).lower() == "scratch" else start
    lines = []
    for index, (act, place) in enumerate(zip(made, found, strict=True)):
        if place is not None:
            lines.append(there[place].line)
        elif below:
            lines.append(brought if index < below else 0)
        else:
            lines.append(0 if index > first or could_be(act, own[:lowest]) else brought)
    return (*lines, start)


def base_of(text: str) -> Instruction | None:
    """The FROM that names the image which the last stage is built on: that of the stage which it names, where it names
    one. None for what is no Dockerfile."""
    return next(iter(_chain(text)), None)


def _chain(text: str) -> list[Instruction]:
    """The FROM of each stage that the last one is made of: first that which names an image, last its own."""
    stages = [one for one in instructions(text) if one.text.startswith("FROM ")]
    chain = stages[-1:]
    while chain:
        image = _image_of(chain[0]).lower()
        named = [one for one in stages if one.line < chain[0].line and _stage_of(one) == image]
        if not named:
            break
        chain.insert(0, named[-1])
    return chain


def _own(text: str, chain: list[Instruction]) -> list[Instruction]:
    """The instructions of these stages."""
    own, inside = list[Instruction](), False
    for one in instructions(text):
        if one.text.startswith("FROM "):
            inside = one in chain
        elif inside:
            own.append(one)
    return own


def _parted(instruction: Instruction) -> tuple[list[str], list[str]]:
    """The flags of a FROM, and its other words."""
    words = instruction.text.split()[1:]
    flags = [word for word in words if word.startswith("--")]
    return flags, [word for word in words if word not in flags]


def _image_of(instruction: Instruction) -> str:
    return "".join(_parted(instruction)[1][:1])


def _stage_of(instruction: Instruction) -> str:
    """The name of the stage in lower case, "" for none."""
    _, words = _parted(instruction)
    return words[2].lower() if len(words) > 2 and words[1].upper() == "AS" else ""


def from_instruction(candidate: Candidate, old: Instruction | None = None) -> str:
    """``FROM debian:12-slim@sha256:…``, with the flags and the stage's name of the ``old`` one; "" for an image without
    a digest, or without a name that a registry could have."""
    if not candidate.digest or not _REFERENCE.fullmatch(candidate.name):
        return ""
    flags, words = _parted(old) if old is not None else ([], [])
    return " ".join(("FROM", *flags, f"{candidate.name}@{candidate.digest}", *words[1:]))


@lru_cache(maxsize=4)
def instructions(text: str) -> tuple[Instruction, ...]:
    """All instructions, in order."""
    lines = text.removeprefix("\ufeff").splitlines()[:_MOST]
    directive = _DIRECTIVE.match(lines[0]) if lines else None
    escape = directive[1] if directive else "\\"
    made, at = list[Instruction](), 0
    while at < len(lines):
        start, words = at, list[str]()
        going = True
        while going and at < len(lines):
            line = lines[at].strip()
            at += 1
            going = bool(words)  # an empty line or a comment ends nothing
            if line and not line.startswith("#"):
                going = line.endswith(escape)
                words.append(line.removesuffix(escape).strip() if going else line)
        whole = " ".join(" ".join(words).split())
        at = _after_documents(whole, lines, at)
        if whole:
            keyword, _, rest = whole.partition(" ")
            made.append(Instruction(start + 1, f"{keyword.upper()} {rest}".strip()))
    return tuple(made)


def _after_documents(whole: str, lines: list[str], at: int) -> int:
    """The line after the here-documents that an instruction begins."""
    if whole.partition(" ")[0].upper() not in ("RUN", "COPY", "ADD"):
        return at
    for document in _HEREDOC.finditer(whole):
        end = next((place for place in range(at, len(lines)) if lines[place].strip() == document["word"]), None)
        at = at if end is None else end + 1
    return at
