"""The instructions of a Dockerfile and those of an image's history in, which of them made each layer out.

https://docs.docker.com/reference/dockerfile/. Builders write them down in ways of their own: without flags; RUN behind
its shell and build arguments; COPY and ADD with their variables filled in, and Buildah, Podman and Docker's classic
builder as ``COPY dir:514b… in /opt/lib``, a digest of what was copied and where to.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Sequence

import msgspec

_FLAG = re.compile(r"--[a-z]+(?:=\S+)?\s+")
_COPIED = re.compile(r"(?:file|dir|multi):[0-9a-f]+ in ")
_VARIABLE = re.compile(r"\$(?:[A-Za-z_][A-Za-z0-9_]*|\{[^}]*\})")
_PLACED = ("ADD", "COPY", "WORKDIR")
_LAYERED = frozenset({"RUN", *_PLACED})
_WORDS = msgspec.json.Decoder(list[str])


class Act(msgspec.Struct, frozen=True):
    """What an instruction does: its keyword, its words without flags, and where it copies or moves to, "" for the
    others; ``within`` is that place in the directory that WORKDIR has set."""

    keyword: str
    words: str
    place: str = ""
    within: str = ""


def acts(instructions: Iterable[str]) -> list[Act]:
    """Those of a stage in its order, each with its keyword in capitals and one space between words."""
    made, folder = list[Act](), ""
    for text in instructions:
        act = act_of(text)
        within = posixpath.normpath(posixpath.join(folder, act.place)) if act.place else ""
        made.append(msgspec.structs.replace(act, within=within))
        folder = within if act.keyword == "WORKDIR" else folder
    return made


def act_of(text: str) -> Act:
    """What an instruction, of a Dockerfile or of a history, does."""
    keyword, _, rest = " ".join(text.split()).partition(" ")
    keyword = keyword.upper()
    while flag := _FLAG.match(rest):
        rest = rest[flag.end() :]
    copied = _COPIED.match(rest)
    words = [rest[: copied.end()], rest[copied.end() :]] if copied else _listed(rest) or rest.split()
    place = posixpath.normpath(words[-1]) if words and words[-1] and keyword in _PLACED else ""
    return Act(keyword, " ".join(words).strip(), place)


def _listed(text: str) -> list[str]:
    """The words of the JSON form, none for another."""
    try:
        return _WORDS.decode(text.encode(errors="replace")) if text.startswith("[") else []
    except msgspec.DecodeError:
        return []


def matched(own: Sequence[Act], made: Sequence[Act]) -> list[int | None]:
    """For each of ``made``, bottom first, the place in ``own`` of the instruction that it is. Both have the same order,
    and what is the base's comes first: so from the last on, each is the last that it can be. None for what is none."""
    found = list[int | None]()
    end = len(own)
    for act in reversed(made):
        likeness, place = max(((_likeness(own[at], act), at) for at in range(end)), default=(0, 0))
        found.append(place if likeness else None)
        end = place if likeness else end
    return found[::-1]


def could_be(act: Act, own: Iterable[Act]) -> bool:
    """Whether a step that is like none of these may be one of them all the same, as a here-document is, which a history
    tells in other words. A step without words may be any that makes a layer."""
    keywords = {one.keyword for one in own} & _LAYERED
    return bool(keywords) if not act.keyword else act.keyword in keywords


def _likeness(own: Act, made: Act) -> int:
    """0 for another, 3 for the same words, 2 for the same place or the same command in a shell of SHELL's, 1 where the
    variables of a place leave room for it."""
    if own.keyword != made.keyword:
        return 0
    if own.words == made.words:
        return 3
    if own.keyword == "RUN":
        return 2 if made.words.endswith(f" -c {own.words}") else 0
    if not own.place or not made.place:
        return 0
    if made.place in (own.place, own.within):
        return 2
    return int(_has_room(own.place, made.place) or _has_room(own.within, made.place))


def _has_room(pattern: str, place: str) -> bool:
    """Whether the place begins and ends as the one with variables does; what stands between them may be anything."""
    parts = _VARIABLE.split(pattern)
    head, tail = parts[0], parts[-1]
    return len(parts) > 1 and place.startswith(head) and place.endswith(tail) and len(place) >= len(head) + len(tail)
