"""The text of a policy file in, a checked policy out, or an error with file, line, column and the value quoted.

The shape is that of ``schema.PolicyFile``; what msgspec cannot check is checked here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from msgspec import UNSET, UnsetType

from pratique.errors import PratiqueError, UsageError
from pratique.expr import Condition, ExpressionError, compile, did_you_mean
from pratique.licences import expression
from pratique.limits import Limits
from pratique.policy import inherit, reference, schema, versions
from pratique.policy.document import Document, Node
from pratique.policy.image_findings import IDENTIFIERS
from pratique.policy.licences import is_name
from pratique.policy.misfit import Words, fit, shown
from pratique.policy.schema import (
    GraceFrom,
    Licences,
    Loosen,
    OnUnknown,
    Parents,
    Places,
    Policy,
    PolicyFile,
    Response,
    Rule,
    RuleAction,
    RuleEntry,
    Scope,
    ScopeEntry,
    Source,
    Suppression,
)
from pratique.policy.subject import ENVIRONMENT

LATER = ("images", "trust")
RESERVED_NAME = "problem"

_RESPONSES = tuple(each.value for each in Response)
_EXACT = "one exact value, without spaces, '*' or '?': a blanket suppression is refused"
_PLACE = "a name, without spaces, '*' or '?'"
_RULE = "the name of a rule, or SCOPE/RULE"
_WORDS = Words(
    whole="the policy",
    shapes={
        "": PolicyFile,
        "gate": RuleEntry,
        "scopes": ScopeEntry,
        "suppress": Suppression,
        "target": Places,
        "loosen": Loosen,
        "licences": Licences,
        "on_unknown": OnUnknown,
    },
    choices={
        "action": tuple(each.value for each in RuleAction),
        "grace_from": tuple(each.value for each in GraceFrom),
        "on_unknown": _RESPONSES,
        "blocking": _RESPONSES,
        "noted": _RESPONSES,
        "rules": ("all", "or a list of rules"),
    },
    patterns={
        "name": "a name of lower-case letters, digits, '.', '_' and '-'",
        "id": _EXACT,
        "package": _EXACT,
        "version": "one version, or a range as >=1.0 <2.0, without '*' or '?'",
        "image": _EXACT,
        "env": _PLACE,
        "namespace": _PLACE,
        "path": "one exact path, without '*' or '?': a blanket suppression is refused",
        "reason": "a sentence; a suppression without a reason is refused",
        "owner": "a name; a suppression without an owner is refused",
        "extends": "a preset's name, a path, a URL or oci://REFERENCE",
        "rules": _RULE,
        "suppress": _RULE,
    },
)

_Path = tuple[str | int, ...]


def policy(
    source: Source, limits: Limits, parents: Parents | None, above: tuple[Source, ...] = (), *, remote: bool = False
) -> Policy:
    """See ``schema.load``; ``above`` are the policies that extend this one, the last first; a ``remote`` one came from
    a network."""
    document = Document(source.text, source.shown, limits)
    _refuse_later(document)
    file = fit(document, PolicyFile, _WORDS)
    parent = _parent(file.extends, document, limits, parents, (source, *above), remote=remote)
    gate = _gate(file.gate, document, limits)
    _check_licences(file.licences, document)
    suppress = file.suppress or ()  # None where all entries are comments
    _check_suppressions(suppress, document)
    _check_versions(suppress, document)
    made = Policy(
        gate=gate if gate or file.extends else schema.DEFAULT.gate,
        scopes=_scopes(file.scopes, document, limits),
        target=file.target,
        suppress=suppress,
        loosen=file.loosen,
        max_suppression_days=inherit.suppression_days(file.max_suppression_days, parent),
        max_feed_age_days=inherit.feed_age_days(file.max_feed_age_days, parent),
        licences=inherit.licences(file.licences, parent),
        on_unknown=_on_unknown(file.on_unknown),
        extends=file.extends,
        parent=parent,
        name=source.name or "custom",
        path=source.path,
        digest=_digest(source.text),
    )
    _check_loosened(made, document)
    return made


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def _parent(
    said: str, document: Document, limits: Limits, parents: Parents | None, line: tuple[Source, ...], *, remote: bool
) -> Policy | None:
    """The policy that the file extends, None for none, and where nobody looks for it. Raises ``PolicyError`` at the
    reference for one that cannot be, and what ``parents`` raises, with the reference's place in front."""
    if not said:
        return None
    place = document.node(("extends",)).place
    try:
        found = reference.parse(said, line[0].path, remote=remote)
        if parents is None:
            return None
        source = parents(found)
    except UsageError as error:
        document.fail(place, f"extends: {error}", hint=error.hint)
    except PratiqueError as error:
        what = f"{document.path}:{place.line + 1}:{place.column + 1}: extends: {error}"
        raise type(error)(what, hint=error.hint) from error
    if found.kind == "url" and (digest := _digest(source.text)) != found.digest:
        document.fail(place, f"extends: {found.place} has other bytes than the digest names, {digest}")
    if _identity(source) in map(_identity, line):
        ring = " -> ".join(each.shown for each in (*reversed(line), source))
        document.fail(place, f"extends: the policies extend one another in a ring: {ring}")
    if len(line) >= limits.policies:
        document.fail(place, f"extends: more than {limits.policies} policies, one behind the other")
    return policy(source, limits, parents, line, remote=found.kind in ("url", "oci"))


def _identity(source: Source) -> str:
    return source.identity or source.shown


def _on_unknown(said: Response | OnUnknown | UnsetType) -> OnUnknown:
    if said is UNSET:
        return OnUnknown()
    return said if isinstance(said, OnUnknown) else OnUnknown(blocking=said)


def _scopes(entries: Sequence[ScopeEntry], document: Document, limits: Limits) -> tuple[Scope, ...]:
    scopes = list[Scope]()
    for index, entry in enumerate(entries):
        path: _Path = ("scopes", index)
        node = document.node(path)
        if entry.name in {scope.name for scope in scopes}:
            place = document.node((*path, "name")).place
            document.fail(place, f"a second scope {entry.name!r}; each needs its own name")
        if not entry.gate and entry.on_unknown is UNSET:
            document.fail(node.place, f"the scope {entry.name!r} has neither gate nor on_unknown, so it says nothing")
        when = _condition(entry.when, document, document.node((*path, "when")), limits)
        gate = _gate(entry.gate, document, limits, path, entry.name)
        scope = Scope(entry.name, when, gate, _on_unknown(entry.on_unknown))
        if entry.on_unknown is not UNSET and scope.speaks_of_findings:
            what = "on_unknown is said of whole images, and the condition of this scope speaks of findings"
            document.fail(node.keys["on_unknown"], what, hint="give the scope a condition on target, image or distro")
        scopes.append(scope)
    return tuple(scopes)


def _check_loosened(made: Policy, document: Document) -> None:
    """Raises for a rule that there is not: a misspelt one would loosen nothing. What a parent that is not there would
    tell is not asked."""
    if made.extends and made.parent is None:
        return
    known = {rule.name for each in made.line() for rule in each.rules()} | {schema.FLOOR}
    for field in ("rules", "suppress"):
        names = getattr(made.loosen, field)
        for index, name in enumerate(names if isinstance(names, tuple) else ()):
            if name not in known:
                place = document.node(("loosen", field, index)).place
                document.fail(place, f"{field}: there is no rule {name!r}{did_you_mean(name, sorted(known))}")


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


def _check_versions(entries: tuple[Suppression, ...], document: Document) -> None:
    """Raises for what is neither a version nor a range."""
    for place, entry in enumerate(entries):
        try:
            versions.check(entry.version)
        except ValueError as error:
            document.fail(document.node(("suppress", place, "version")).place, f"version: {error}")


def _check_licences(rules: Licences | UnsetType, document: Document) -> None:
    """Raises for a name that is no licence's: a misspelt one would refuse nothing."""
    if rules is UNSET:
        return
    for field in ("deny", "allow"):
        for place, name in enumerate(getattr(rules, field)):
            if not is_name(name):
                node = document.node(("licences", field, place))
                document.fail(node.place, f"{field}: {shown(node)} is no SPDX licence identifier{_meant(name)}")


def _meant(name: str) -> str:
    better = expression(name)
    return f"; did you mean {better!r}?" if is_name(better) else "; see https://spdx.org/licenses/"


def _gate(
    entries: tuple[RuleEntry, ...], document: Document, limits: Limits, above: _Path = (), scope: str = ""
) -> tuple[Rule, ...]:
    rules = []
    seen: set[str] = set()
    for index, entry in enumerate(entries):
        path = (*above, "gate", index)
        name = document.node((*path, "name"))
        if entry.name in seen:
            document.fail(name.place, f"a second rule {entry.name!r}; each needs its own name")
        if entry.name == RESERVED_NAME:
            document.fail(name.place, f"{RESERVED_NAME!r} is what reports call problems; choose another name")
        _check_grace(entry, document, document.node(path))
        seen.add(entry.name)
        when = _condition(entry.when, document, document.node((*path, "when")), limits)
        rules.append(schema.checked(entry, when, scope))
    return tuple(rules)


def _check_grace(entry: RuleEntry, document: Document, node: Node) -> None:
    for key in ("grace_days", "grace_from"):
        if key in node.keys and entry.action is not RuleAction.FAIL:
            document.fail(node.keys[key], f"{key} softens a failure; the action here is {entry.action.value!r}")
    if "grace_from" in node.keys and "grace_days" not in node.keys:
        document.fail(node.keys["grace_from"], "grace_from says where grace_days are counted from; there are none")


def _condition(text: str, document: Document, node: Node, limits: Limits) -> Condition:
    try:
        return compile(text, ENVIRONMENT, limits)
    except ExpressionError as error:
        place = document.inside(node, error.line, error.column)
        document.fail(place, f"when: {error.reason}", hint=error.hint)
