"""What the parts of a file are called in, names of which no two are alike out: readers take two of one name for one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pratique.model import Report


def apart(rows: Sequence[tuple[str, ...]], between: str = " ") -> list[str]:
    """A name a row: its first word; where rows begin alike and differ in the next, that one too, and so on; a number
    from the second on where all words are alike. So a row that meets no other keeps its name whatever else there is."""
    made = [row[:1] for row in rows]
    for place in range(1, max(map(len, rows), default=0)):
        found = defaultdict[tuple[str, ...], set[str]](set)
        for words, row in zip(made, rows, strict=True):
            found[words].add(row[place])
        made = [(*words, row[place]) if len(found[words]) > 1 else words for words, row in zip(made, rows, strict=True)]
    taken, names = set[str](), list[str]()
    for words in made:
        plain = name = between.join(word for word in words if word)
        number = 1
        while name in taken:
            number += 1
            name = f"{plain}{between}{number}"
        taken.add(name)
        names.append(name)
    return names


def image_name(report: Report) -> str:
    """The image's name; the target, where there is none."""
    return report.image.name if report.image else report.target


def platform_of(report: Report) -> str:
    """``linux/arm64/v8``, "" where there is no image."""
    return str(report.image.platform) if report.image else ""
