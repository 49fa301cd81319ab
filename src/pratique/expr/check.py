"""A syntax tree and an environment in; types checked, closures out.

Rules: https://github.com/google/cel-spec/blob/master/doc/langdef.md#list-of-standard-definitions, made narrower where
CEL would let a mistake through: a string out of a closed set is compared with its members only, a version is not
ordered as a text, and what may be missing is no item of a list.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NoReturn

from pratique.expr import operators
from pratique.expr.environment import BOOL, DOUBLE, EMPTY, INT, NULL, STRING, Environment, Kind, Type, comparable
from pratique.expr.error import mistake
from pratique.expr.operators import Code
from pratique.expr.suggest import did_you_mean
from pratique.expr.syntax import Binary, Call, Conditional, ListOf, Literal, Logical, Name, Node, Select, Unary
from pratique.limits import Limits

_METHODS = (*operators.TEXT_METHODS, "matches", "size")
_FUNCTIONS = ("has", "matches", "size")
_MACROS = frozenset(["all", "exists", "exists_one", "filter", "map"])
_CONVERSIONS = frozenset(["bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint"])


def check(node: Node, text: str, environment: Environment, limits: Limits) -> Code:
    """The code of ``node``. Raises ``ExpressionError`` at the place in ``text`` where types do not fit."""
    return _Checker(text, environment, limits).code(node)


class _Checker:
    def __init__(self, text: str, environment: Environment, limits: Limits) -> None:
        self.text = text
        self.environment = environment
        self.limits = limits

    def code(self, node: Node) -> Code:
        match node:
            case Literal():
                return _literal(node)
            case Name() | Select():
                return self._field(node)
            case Unary():
                return self._unary(node)
            case Logical():
                return self._logical(node)
            case Conditional():
                return self._conditional(node)
            case ListOf():
                return self._list(node)
            case Call():
                return self._call(node)
            case Binary():
                return self._binary(node)

    def _fail(self, node: Node, reason: str) -> NoReturn:
        raise mistake(self.text, node.at, reason)

    # --- names ---

    def _field(self, node: Name | Select) -> Code:
        path = _path(node)
        if path in self.environment.slots:
            return operators.look_up(self.environment.slots[path], self.environment.fields[path])
        if path in self.environment.objects:
            names = ", ".join(self.environment.children(path))
            self._fail(node, f"{path!r} is no value; take one of its fields: {names}")
        if isinstance(node, Name):
            self._fail(node, f"no variable {node.name!r}{self._nearest(node.name)}")
        parent = _path(node.operand) if isinstance(node.operand, (Name, Select)) else ""
        if parent in self.environment.objects:
            known = self.environment.children(parent)
            near = did_you_mean(node.field, known) or f"; there are: {', '.join(known)}"
            self._fail(node, f"no field {node.field!r} in {parent!r}{near}")
        self._fail(node, f"a {self.code(node.operand).type} has no fields, so no {node.field!r}")

    def _nearest(self, name: str) -> str:
        for path in self.environment.fields:
            if path.endswith(f".{name}"):
                return f"; did you mean {path!r}?"
        known = self.environment.children("")
        return did_you_mean(name, known) or f"; there are: {', '.join(known)}"

    # --- logic ---

    def _condition(self, node: Node, where: str) -> Code:
        code = self.code(node)
        if code.type.kind is not Kind.BOOL:
            self._fail(node, f"{where} takes a bool, and this is of type {code.type}")
        return code

    def _logical(self, node: Logical) -> Code:
        runs = [self._condition(operand, repr(node.operator)).run for operand in node.operands]
        return Code(BOOL, operators.all_of(runs) if node.operator == "&&" else operators.any_of(runs))

    def _unary(self, node: Unary) -> Code:
        if node.operator == "!":
            return Code(BOOL, operators.invert(self._condition(node.operand, "'!'").run))
        code = self.code(node.operand)
        if not code.type.numeric:
            self._fail(node, f"'-' takes a number, and this is of type {code.type}")
        return Code(code.type, operators.negate(code.run), optional=True)

    def _conditional(self, node: Conditional) -> Code:
        condition = self._condition(node.condition, "'?'")
        yes, no = self.code(node.yes), self.code(node.no)
        if yes.type != no.type and EMPTY not in (yes.type, no.type):
            self._fail(
                node, f"both sides of ':' must be of one type, not {yes.type} and {no.type}{_as_double(yes, no)}"
            )
        run = operators.choose(condition.run, yes.run, no.run)
        return Code(no.type if yes.type == EMPTY else yes.type, run, optional=yes.optional or no.optional)

    # --- relations ---

    def _binary(self, node: Binary) -> Code:
        if node.operator in ("==", "!="):
            return self._equality(node)
        if node.operator in ("+", "-"):
            return self._sum(node)
        return self._contained(node) if node.operator == "in" else self._ordering(node)

    def _equality(self, node: Binary) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        if NULL in (left.type, right.type):
            operand = left if right.type == NULL else right
            if not operand.optional:
                self._fail(node, "this value is never missing, so never null")
            return Code(BOOL, operators.presence(operand, wanted=node.operator == "!="))
        if not comparable(left.type, right.type):
            self._fail(node, f"{left.type} and {right.type} do not compare")
        self._known_choice(left, right, node.right)
        self._known_choice(right, left, node.left)
        return Code(BOOL, operators.compare(node.operator, left, right))

    def _ordering(self, node: Binary) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        for code in (left, right):
            if code.field is not None and code.field.unordered:
                self._fail(node, code.field.unordered)
        if not ((left.type.numeric and right.type.numeric) or left.type == right.type == STRING):
            self._fail(node, f"{node.operator!r} orders two numbers or two strings, not {left.type} and {right.type}")
        return Code(BOOL, operators.compare(node.operator, left, right))

    def _contained(self, node: Binary) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        if right.type.kind is not Kind.LIST:
            self._fail(node, f"'in' takes a list on its right, not {right.type}")
        if right.type.item is not None and not comparable(left.type, right.type.item):
            self._fail(node, f"a {left.type} is never in a {right.type}")
        if isinstance(node.right, ListOf):
            for item in node.right.items:
                self._known_choice(left, self.code(item), item)
        return Code(BOOL, operators.contained(left, right))

    def _known_choice(self, code: Code, other: Code, node: Node) -> None:
        """Refuse a literal that the field can never have."""
        choices = code.field.choices if code.field is not None else ()
        if choices and other.constant and isinstance(other.value, str) and other.value not in choices:
            near = did_you_mean(other.value, choices) or f"; there are: {', '.join(choices)}"
            self._fail(node, f"{other.value!r} is none of its values{near}")

    # --- values ---

    def _sum(self, node: Binary) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        addable = left.type.numeric or (node.operator == "+" and left.type.kind in (Kind.STRING, Kind.LIST))
        same = left.type == right.type or (left.type.kind is right.type.kind and EMPTY in (left.type, right.type))
        if not (addable and same):
            reason = f"{node.operator!r} is not defined for {left.type} and {right.type}{_as_double(left, right)}"
            self._fail(node, reason)
        run = operators.add(left.run, right.run, 1 if node.operator == "+" else -1)
        optional = left.optional or right.optional or left.type == INT
        return Code(right.type if left.type == EMPTY else left.type, run, optional=optional)

    def _list(self, node: ListOf) -> Code:
        codes = [self.code(item) for item in node.items]
        for item, code in zip(node.items, codes, strict=True):
            if code.type == NULL or code.optional:
                self._fail(item, "an item of a list may not be missing; compare this value by itself")
            if not comparable(code.type, codes[0].type):
                self._fail(item, f"a list holds values of one type, not {codes[0].type} and {code.type}")
        if not codes:
            return operators.constant(EMPTY, ())
        type = Type(Kind.LIST, _item_type(codes))
        values = tuple(code.value for code in codes if code.value is not None)
        if all(code.constant for code in codes):
            return operators.constant(type, values)
        return Code(type, operators.list_of([code.run for code in codes]))

    # --- calls ---

    def _call(self, node: Call) -> Code:
        known = _FUNCTIONS if node.target is None else _METHODS
        if node.name not in known:
            self._fail(node, self._no_function(node, known))
        if node.name == "has":
            return self._has(node)
        operands = [*([node.target] if node.target is not None else []), *node.arguments]
        wanted = 1 if node.name == "size" else 2
        if len(operands) != wanted:
            self._fail(node, f"{node.name}() takes {wanted - (node.target is not None)} argument(s)")
        if node.name == "size":
            return self._size(node, operands[0])
        codes = [self._text(node.name, operand) for operand in operands]
        if node.name == "matches":
            return Code(BOOL, operators.matching(codes[0].run, self._pattern(operands[1], codes[1])))
        return Code(BOOL, operators.text_method(operators.TEXT_METHODS[node.name], codes[0], codes[1]))

    def _no_function(self, node: Call, known: Sequence[str]) -> str:
        what = "function" if node.target is None else "method"
        if node.name in _MACROS | _CONVERSIONS:
            return f"{node.name}() is not part of this subset of CEL"
        if node.name in _METHODS:
            return f"{node.name}() is a method: write text.{node.name}(…)"
        return f"no {what} {node.name!r}{did_you_mean(node.name, known) or '; there are: ' + ', '.join(known)}"

    def _has(self, node: Call) -> Code:
        if len(node.arguments) != 1 or not isinstance(node.arguments[0], Select):
            self._fail(node, "has() takes one field, as in has(finding.epss)")
        code = self._field(node.arguments[0])
        if not code.optional:
            self._fail(node, f"{_path(node.arguments[0])!r} is never missing, so has() says nothing; ask for its value")
        return Code(BOOL, operators.presence(code, wanted=True))

    def _size(self, node: Call, operand: Node) -> Code:
        code = self.code(operand)
        if code.type.kind not in (Kind.STRING, Kind.LIST):
            self._fail(node, f"size() takes a string or a list, not {code.type}")
        return Code(INT, operators.size(code.run), optional=code.optional)

    def _text(self, name: str, node: Node) -> Code:
        code = self.code(node)
        if code.type != STRING:
            self._fail(node, f"{name}() takes a string, and this is of type {code.type}")
        return code

    def _pattern(self, node: Node, code: Code) -> Callable[[str], bool]:
        from pratique.expr.pattern import Pattern, PatternError  # few policies have one; start-up counts

        if not isinstance(code.value, str):
            self._fail(node, "matches() takes a pattern that is written out, so that it is checked before it is used")
        try:
            return Pattern(code.value, self.limits).found_in
        except PatternError as error:
            self._fail(node, str(error))


def _literal(node: Literal) -> Code:
    match node.value:
        case None:
            return Code(NULL, lambda _row: None, optional=True)
        case bool():
            return operators.constant(BOOL, node.value)
        case int():
            return operators.constant(INT, node.value)
        case float():
            return operators.constant(DOUBLE, node.value)
        case str():
            return operators.constant(STRING, node.value)


def _path(node: Node) -> str:
    """``a.b.c`` of a chain of selections, "" where it does not begin with a variable."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Select) and (parent := _path(node.operand)):
        return f"{parent}.{node.field}"
    return ""


def _item_type(codes: Sequence[Code]) -> Type:
    """Ints among doubles are doubles; an empty list among lists is one of them."""
    types = [code.type for code in codes if code.type != EMPTY] or [EMPTY]
    return DOUBLE if DOUBLE in types else types[0]


def _as_double(left: Code, right: Code) -> str:
    return "; write the integer as a double (1.0)" if left.type.numeric and right.type.numeric else ""
