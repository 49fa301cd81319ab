"""What the tests of expressions share: an environment, expressions made up by type, and a printer for trees."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from pratique.expr import BOOL, DOUBLE, INT, STRING, STRINGS, Environment, Field, Row, Value
from pratique.expr.syntax import Binary, Call, Conditional, ListOf, Literal, Logical, Name, Node, Select, Unary

FIELDS: dict[str, tuple[Field, Value]] = {
    "finding.kev": (Field(BOOL, "exploited"), True),
    "finding.epss": (Field(DOUBLE, "a score", optional=True), 0.5),
    "finding.layer": (Field(INT, "a layer", optional=True), 3),
    "finding.severity": (
        Field(STRING, "a level", choices=("high", "low", "critical"), unordered="levels have no order as text"),
        "high",
    ),
    "finding.id": (Field(STRING, "a name"), "CVE-2021-44228"),
    "finding.package.name": (Field(STRING, "a name", optional=True), "log4j-core"),
    "finding.aliases": (Field(STRINGS, "names"), ("GHSA-jfh8", "b")),
    "image.name": (Field(STRING, "a name", optional=True), "shop/app"),
}
ENVIRONMENT = Environment({path: field for path, (field, _) in FIELDS.items()})
ROW: Row = tuple(value for _, value in FIELDS.values())
MISSING: Row = tuple(None if field.optional else value for field, value in FIELDS.values())


def nested() -> Mapping[str, object]:
    """The row as the objects that a CEL library takes."""
    made: dict[str, dict[str, object]] = {"finding": {"package": {}}, "image": {}}
    for path, (_, value) in FIELDS.items():
        *objects, name = path.split(".")
        into: dict[str, object] = made[objects[0]]
        for part in objects[1:]:
            inner = into[part]
            assert isinstance(inner, dict)
            into = inner
        into[name] = list(value) if isinstance(value, tuple) else value
    return made


def _joined(parts: st.SearchStrategy[str], operators: list[str], most: int = 3) -> st.SearchStrategy[str]:
    rest = st.lists(st.tuples(st.sampled_from(operators), parts), min_size=1, max_size=most)
    return st.builds(lambda first, more: first + "".join(f" {op} {part}" for op, part in more), parts, rest)


def _of(strategy: st.SearchStrategy[str], form: str) -> st.SearchStrategy[str]:
    return strategy.map(lambda text: form.format(text))


WORDS = st.sampled_from(["", "a", "b", "log4j", "core", "CVE-", "shop", "/app", "GHSA-jfh8", "it's", "x\\y", "n\nl"])
TEXTS = st.one_of(
    WORDS.map(lambda word: '"' + word.replace("\\", "\\\\").replace("\n", "\\n") + '"'),
    st.sampled_from(["finding.id", "finding.package.name", "image.name", "'single'", "r'raw'", '"""three"""']),
)
TEXT = st.one_of(TEXTS, _joined(TEXTS, ["+"]))
INTS = st.one_of(st.integers(-5, 5).map(str), st.sampled_from(["finding.layer", "0x10", "1000000", "size(finding.id)"]))
INTEGER = st.one_of(INTS, _of(_joined(INTS, ["+", "-"]), "({})"), _of(TEXT, "size({})"))
DOUBLES = st.one_of(st.sampled_from(["0.5", "-1.25", "1e3", ".1", "finding.epss", "3.0"]))
DOUBLE_SUM = st.one_of(DOUBLES, _of(_joined(DOUBLES, ["+", "-"]), "({})"))
NUMBER = st.one_of(INTEGER, DOUBLE_SUM)
RELATION = st.sampled_from(["==", "!=", "<", "<=", ">", ">="])
PATTERN = st.sampled_from(["^CVE-[0-9]{4}-", "log4j.(core|api)", "^$", "a|b", "(GHSA|CVE)", "app$", "[^a-z]"])


def _relation(operand: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda left, op, right: f"{left} {op} {right}", operand, RELATION, operand)


BOOLS = st.one_of(
    st.sampled_from(["true", "false", "finding.kev", "has(finding.epss)", '"b" in finding.aliases']),
    _relation(NUMBER),
    _relation(TEXT.filter(lambda text: "severity" not in text)),
    st.builds(lambda item, items: f"{item} in [{', '.join(items)}]", INTS, st.lists(st.integers(-5, 5).map(str))),
    st.builds(lambda text, part: f"({text}).contains({part})", TEXT, TEXT),
    st.builds(lambda text, part: f"({text}).startsWith({part})", TEXT, TEXT),
    st.builds(lambda text, part: f"({text}).endsWith({part})", TEXT, TEXT),
    st.builds(lambda text, pattern: f'({text}).matches("{pattern}")', TEXT, PATTERN),
    st.sampled_from(['finding.severity == "high"', 'finding.severity in ["low", "critical"]']),
)
CONDITION = st.recursive(
    BOOLS,
    lambda inner: st.one_of(
        _of(inner, "!({})"),
        _joined(_of(inner, "({})"), ["&&"]),
        _joined(_of(inner, "({})"), ["||"]),
        _joined(_of(inner, "({})"), ["&&", "||"]),
        st.builds(lambda a, b, c: f"({a}) ? ({b}) : ({c})", inner, inner, inner),
    ),
    max_leaves=6,
)


def show(node: Node) -> str:
    """A text that parses to ``node``."""
    match node:
        case Literal():
            return _literal(node.value)
        case Name():
            return node.name
        case Select():
            return f"{_tight(node.operand)}.{node.field}"
        case ListOf():
            return f"[{', '.join(show(item) for item in node.items)}]"
        case Call():
            target = f"{_tight(node.target)}." if node.target is not None else ""
            return f"{target}{node.name}({', '.join(show(argument) for argument in node.arguments)})"
        case Unary():
            inner = node.operand
            same = isinstance(inner, Unary) and inner.operator == node.operator
            return node.operator + (show(inner) if same else _tight(inner, keep_numbers=node.operator != "-"))
        case Binary():
            return f"({show(node.left)}) {node.operator} ({show(node.right)})"
        case Logical():
            return f" {node.operator} ".join(f"({show(operand)})" for operand in node.operands)
        case Conditional():
            return f"({show(node.condition)}) ? ({show(node.yes)}) : ({show(node.no)})"


def _tight(node: Node, keep_numbers: bool = False) -> str:
    tight = isinstance(node, (Name, Select, Call, ListOf)) or (
        isinstance(node, Literal) and (keep_numbers or isinstance(node.value, (str, bool)))
    )
    return show(node) if tight else f"({show(node)})"


def _literal(value: bool | int | float | str | None) -> str:
    if isinstance(value, str):
        escaped = "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in value)
        return f'"{escaped}"'
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return repr(value)
