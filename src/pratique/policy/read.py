"""The text of a policy file in, a checked policy out, or an error with file, line, column and the value quoted.

The shape is that of ``schema.PolicyFile``; msgspec finds what does not fit it, and this module says so in words that
the file's author can use.
"""

from __future__ import annotations

import enum
import hashlib
import re

import msgspec

from pratique.errors import PolicyError
from pratique.expr import ExpressionError, did_you_mean
from pratique.licences import expression
from pratique.limits import Limits
from pratique.policy import schema
from pratique.policy.document import Document, Node
from pratique.policy.image_findings import IDENTIFIERS
from pratique.policy.licences import is_name
from pratique.policy.schema import (
    Licences,
    OnUnknown,
    Policy,
    PolicyFile,
    Response,
    Rule,
    RuleAction,
    RuleEntry,
    Suppression,
)

LATER = ("images", "trust")
RESERVED_NAME = "problem"
_SHOWN = 60

_AT = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_FIELD = re.compile(r"Object (contains unknown|missing required) field `(.*)`", re.DOTALL)
_CHOICES: dict[str, type[enum.Enum]] = {
    "action": RuleAction,
    "on_unknown": Response,
    "blocking": Response,
    "noted": Response,
}
_EXACT = "one exact value, without spaces, '*' or '?': a blanket suppression is refused"
_PATTERNS = {
    "name": "a name of lower-case letters, digits, '.', '_' and '-'",
    "id": _EXACT,
    "package": _EXACT,
    "version": _EXACT,
    "image": _EXACT,
    "path": "one exact path, without '*' or '?': a blanket suppression is refused",
    "reason": "a sentence; a suppression without a reason is refused",
    "owner": "a name; a suppression without an owner is refused",
}
_WORDS = {
    "str": "text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "null": "nothing",
    "array": "a list",
    "object": "a mapping",
    "date": "a day as YYYY-MM-DD",
}

_SHAPES: dict[str, type[msgspec.Struct]] = {
    "": PolicyFile,
    "gate": RuleEntry,
    "suppress": Suppression,
    "licences": Licences,
    "on_unknown": OnUnknown,
}

_Path = tuple[str | int, ...]


def policy(text: str, path: str, limits: Limits) -> Policy:
    """See ``schema.load``."""
    document = Document(text, path, limits)
    _refuse_later(document)
    file = _decode(document)
    gate = _gate(file.gate, document, limits) or schema.DEFAULT.gate
    _check_licences(file.licences, document)
    _check_suppressions(file.suppress, document)
    unknown = file.on_unknown if isinstance(file.on_unknown, OnUnknown) else OnUnknown(blocking=file.on_unknown)
    return Policy(
        gate=gate,
        suppress=file.suppress,
        max_suppression_days=file.max_suppression_days,
        max_feed_age_days=file.max_feed_age_days,
        licences=file.licences,
        on_unknown=unknown,
        path=path,
        digest=f"sha256:{hashlib.sha256(text.encode()).hexdigest()}",
    )


def _refuse_later(document: Document) -> None:
    for section in LATER:
        if section in document.root.keys:
            document.fail(
                document.root.keys[section],
                f"the section {section!r} is not supported yet by this version of Pratique",
                hint="remove it; nothing in it would be checked",
            )


def _check_suppressions(entries: tuple[Suppression, ...], document: Document) -> None:
    """Raises for one that names no package, but where its finding has none: then it names the image."""
    for place, entry in enumerate(entries):
        node = document.node(("suppress", place))
        if entry.id not in IDENTIFIERS and not entry.package:
            document.fail(node.place, "'package' is missing here")
        if entry.id in IDENTIFIERS and not entry.image:
            document.fail(node.place, "'image' is missing here", hint=f"{entry.id} is a finding of an image")
        for field in ("package", "version"):
            if entry.id in IDENTIFIERS and field in node.keys:
                what = f"{field!r} has no place here: {entry.id} is a finding of an image, and of no package"
                document.fail(node.keys[field], what, hint="leave it out")


def _check_licences(rules: Licences | None, document: Document) -> None:
    """Raises for a name that is no licence's: a misspelt one would refuse nothing."""
    if rules is None:
        return
    for field in ("deny", "allow"):
        for place, name in enumerate(getattr(rules, field)):
            if not is_name(name):
                node = document.node(("licences", field, place))
                document.fail(node.place, f"{field}: {_shown(node)} is no SPDX licence identifier{_meant(name)}")


def _meant(name: str) -> str:
    better = expression(name)
    return f"; did you mean {better!r}?" if is_name(better) else "; see https://spdx.org/licenses/"


def _decode(document: Document) -> PolicyFile:
    try:
        return msgspec.convert(document.root.plain(), PolicyFile)
    except msgspec.ValidationError as error:
        _explain(document, str(error))
    raise PolicyError(f"{document.path}: no policy")


def _explain(document: Document, message: str) -> None:
    """Raise the error that msgspec's ``message`` stands for, at its place."""
    match = _AT.fullmatch(message)
    what = match["what"] if match else message
    steps: _Path = tuple(
        int(index) if index else name for name, index in _STEP.findall((match["path"] or "") if match else "")
    )
    node = document.node(steps)
    field = str(next((step for step in reversed(steps) if isinstance(step, str)), "the policy"))
    if named := _FIELD.fullmatch(what):
        _explain_field(document, node, steps, named[1] == "missing required", named[2])
    if what.startswith("Invalid enum value"):
        document.fail(node.place, f"{field}: {_none_of(field, node)}")
    document.fail(node.place, f"{field}: {_expected(field, what, node)}", hint=_quote_hint(what, node))


def _explain_field(document: Document, node: Node, steps: _Path, missing: bool, name: str) -> None:
    known = _SHAPES[str(steps[0]) if steps else ""].__struct_fields__
    if missing:
        document.fail(node.place, f"{name!r} is missing here")
    near = did_you_mean(name, known) or f"; there are: {', '.join(known)}"
    document.fail(node.keys[name], f"no key {name!r} here{near}")


def _none_of(field: str, node: Node) -> str:
    if field not in _CHOICES:
        return f"{_shown(node)} is not a version of this format; this is 1"
    known = [str(member.value) for member in _CHOICES[field]]
    return f"{_shown(node)} is none of {', '.join(known)}{did_you_mean(node.text, known)}"


def _expected(field: str, what: str, node: Node) -> str:
    shown = _shown(node)
    if "matching regex" in what:
        return f"expected {_PATTERNS[field]}, not {shown}"
    if what.startswith("Invalid RFC3339"):
        return f"expected a day as YYYY-MM-DD, not {shown}"
    if what.endswith("of length >= 1"):
        return f"expected at least one entry, not {shown}; without the key the default holds"
    if got := re.fullmatch(r"Expected `(.*)`, got `(.*)`", what):
        kinds = " or ".join(_WORDS.get(kind, kind) for kind in got[1].split(" | "))
        return f"expected {kinds}, not {_WORDS.get(got[2], got[2])}: {shown}"
    bound = re.sub(r"`(\w+)`", lambda kind: _WORDS.get(kind[1], kind[1]), what)
    return f"{bound[0].lower()}{bound[1:]}: {shown}"


def _shown(node: Node) -> str:
    """The value as it is written, cut to what a line holds."""
    value = repr(node.text if node.items is None and node.fields is None else node.plain())
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"


def _quote_hint(what: str, node: Node) -> str:
    number = isinstance(node.scalar, (bool, int, float))
    return f'put it in quotes: "{node.text}"' if number and what.startswith("Expected `str`,") else ""


def _gate(entries: tuple[RuleEntry, ...], document: Document, limits: Limits) -> tuple[Rule, ...]:
    rules = []
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        node = document.node(("gate", index))
        name = document.node(("gate", index, "name"))
        if entry.name in seen:
            document.fail(name.place, f"a second rule {entry.name!r}; each needs its own name")
        if entry.name == RESERVED_NAME:
            document.fail(name.place, f"{RESERVED_NAME!r} is what reports call problems; choose another name")
        if "grace_days" in node.keys and entry.action is not RuleAction.FAIL:
            place = node.keys["grace_days"]
            document.fail(place, f"grace_days softens a failure; the action here is {entry.action.value!r}")
        seen.add(entry.name)
        rules.append(_rule(entry, document, document.node(("gate", index, "when")), limits))
    return tuple(rules)


def _rule(entry: RuleEntry, document: Document, node: Node, limits: Limits) -> Rule:
    try:
        return schema.compiled(entry, limits)
    except ExpressionError as error:
        place = document.inside(node, error.line, error.column)
        document.fail(place, f"when: {error.reason}", hint=error.hint)
