"""A Dockerfile and a layer's instruction in, the line that made the layer out.

https://docs.docker.com/reference/dockerfile/ (comments, continuation, the directive ``escape``, here-documents, FROM).
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec

from pratique.model import AnyFinding, Candidate, Image
from pratique.report._findings import instruction

_DIRECTIVE = re.compile(r"#\s*escape\s*=\s*(\S)", re.IGNORECASE)
_HEREDOC = re.compile(r"<<-?\s*(?P<quote>['\"]?)(?P<word>[A-Za-z_][A-Za-z0-9_]*)(?P=quote)")
_FLAG = re.compile(r"--[a-z]+(?:=\S+)?\s+")
_ARGUMENTS = re.compile(r"^RUN \|\d+ .*?/bin/sh -c ")
_REFERENCE = re.compile(r"[a-z0-9][A-Za-z0-9._:/-]*")  # a name that may stand in FROM
_MOST = 10_000  # lines


class Instruction(msgspec.Struct, frozen=True):
    """An instruction, its keyword in capitals and its words with one space between, and the line that it begins on."""

    line: int
    text: str


def line_of(finding: AnyFinding, image: Image | None, text: str) -> int:
    """The line, from 1, of the instruction that made the finding's layer; that of the last FROM where none did, for
    then it came with the base; 0 for what is no Dockerfile."""
    stage = _last_stage(text)
    if not stage:
        return 0
    index = finding.from_layer
    if image is not None and 0 <= index < len(image.layers):
        made = _plain(instruction(image.layers[index].created_by))
        for one in stage[1:]:
            if made and _plain(one.text) == made:
                return one.line
    return stage[0].line


def base_of(text: str) -> Instruction | None:
    """The FROM that names the image which the last stage is built on: that of the stage which it names, where it names
    one. None for what is no Dockerfile."""
    stages = [one for one in instructions(text) if one.text.startswith("FROM ")]
    found = stages[-1] if stages else None
    while found is not None:
        image = _image_of(found).lower()
        named = [one for one in stages if one.line < found.line and _stage_of(one) == image]
        if not named:
            return found
        found = named[-1]
    return None


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


def _plain(text: str) -> str:
    """An instruction as an image's history has it: without flags and build arguments."""
    keyword, _, rest = " ".join(_ARGUMENTS.sub("RUN ", text).split()).partition(" ")
    while flag := _FLAG.match(rest):
        rest = rest[flag.end() :]
    return f"{keyword.upper()} {rest}".strip()


def _last_stage(text: str) -> list[Instruction]:
    """From the last FROM on."""
    found = instructions(text)
    starts = [place for place, one in enumerate(found) if one.text.startswith("FROM ")]
    return list(found[starts[-1] :]) if starts else []


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
