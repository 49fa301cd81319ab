"""Statements that were considered in, the lines that tell what each compares and why it does not hold out."""

from __future__ import annotations

from collections.abc import Sequence

from pratique.explanation import Considered
from pratique.model import FixState
from pratique.plugins import WriteOptions
from pratique.report import _groups
from pratique.report._text import MARGIN, paint, visible, wrap

_SHOWN = 40
_NAMES = 3

_Key = tuple[str, str, str, str, str]


def excluded(considered: Sequence[Considered], options: WriteOptions) -> list[str]:
    """A heading a package and version, below it the statements that do not hold for it, each with its reason. Packages
    of which the same is said stand together."""
    packages: dict[_Key, dict[str, None]] = {}
    for each in considered:
        if each.why:
            packages.setdefault(_key(each), {})[visible(_groups.full_name(each.package))] = None
    sections: dict[str, list[_Key]] = {}
    for key, names in packages.items():
        sections.setdefault(f"{_some(list(names))} {key[0]}", []).append(key)
    made: list[str] = []
    shown = 0
    for title, keys in sections.items():
        if shown < _SHOWN:
            made += ["", *(paint(line, "strong", options.colour) for line in wrap(title, options.width, MARGIN))]
        for _, record, where, statement, why in keys[: _SHOWN - shown]:
            made += [MARGIN + line for line in wrap(f"{record}  {where}", options.width - 2, MARGIN)]
            told = f"{statement}: {why}" if statement else why
            made += [MARGIN * 2 + line for line in wrap(told, options.width - 4, MARGIN)]
        shown += len(keys)
    if shown > _SHOWN:
        made.append(f"{MARGIN}… {shown - _SHOWN:,} more (--format json)")
    return made


def compared(each: Considered) -> str:
    """``2.13.0 <= 2.14.1 < 2.15.0``; of an end that is open, nothing."""
    low = f"{each.after} < " if each.after else f"{each.introduced} <= " if each.introduced else ""
    below = each.fixed or each.limit
    high = f" < {below}" if below else f" <= {each.last}" if each.last else ""
    return visible(f"{low}{each.version}{high}") + ("" if low or high else ", as all versions are")


def _key(each: Considered) -> _Key:
    where = f"{each.ecosystem}:{each.release}" if each.release else each.ecosystem
    scope = (each.module, "/".join(each.arches), each.flavour)
    told = f" ({', '.join(part for part in scope if part)})" if any(scope) else ""
    name = f" for {each.name}" if each.name not in (each.package.name, "") else ""
    return (
        visible(each.package.version),
        visible(each.record),
        visible(f"{where}{name}{told}"),
        visible(_range(each)),
        visible(each.why),
    )


def _range(each: Considered) -> str:
    """``affected are >= 2.0, < 2.15.0``; nothing of a record that states nothing here."""
    if each.state is FixState.UNKNOWN and not each.release and not (each.introduced or each.after or each.fixed):
        return ""
    low = f"> {each.after}" if each.after else f">= {each.introduced}" if each.introduced else ""
    below = each.fixed or each.limit
    high = f"< {below}" if below else f"<= {each.last}" if each.last else ""
    state = "affected" if each.state is FixState.FIXED else each.state.value.replace("_", " ")
    return f"{state} is {', '.join(filter(None, (low, high))) or 'every version'}"


def _some(names: list[str]) -> str:
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return ", ".join(names[:_NAMES]) + more
