"""Tokens of an expression in, its syntax tree out, by recursive descent.

Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax, without maps, messages, indexing and
``* / %``, which a gate has no use for.
"""

from __future__ import annotations

from typing import NoReturn

from pratique.expr.environment import INT_MAX
from pratique.expr.error import mistake
from pratique.expr.lexer import KEYWORDS, RESERVED, Token, tokens
from pratique.expr.syntax import Binary, Call, Conditional, ListOf, Literal, Logical, Name, Node, Select, Unary
from pratique.limits import Limits

_RELATIONS = frozenset(["<", "<=", ">=", ">", "==", "!=", "in"])
_ABSENT = {
    "*": "multiplication",
    "/": "division",
    "%": "the remainder",
    "{": "a map or message",
    "[": "indexing",
}
_WORDS = {"and": "&&", "or": "||", "not": "!"}


def parse(text: str, limits: Limits) -> Node:
    """The tree of ``text``. Raises ``ExpressionError``; length and depth are bounded by ``limits``."""
    if len(text) > limits.expression:
        raise mistake("", 0, f"an expression of {len(text)} characters; at most {limits.expression} are allowed")
    if not text.strip():
        raise mistake(text, 0, "the expression is empty; write true for 'always'")
    parser = _Parser(text, limits.expression_depth)
    node = parser.expression()
    parser.expect_end()
    return node


class _Parser:
    def __init__(self, text: str, most: int) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.place = 0
        self.most = most
        self.open = 0

    # --- the grammar, loosest binding first ---

    def expression(self) -> Node:
        self.open += 1
        self._bound(self.open, self._token.at)
        condition = self._logical("||")
        if question := self._take("?"):
            yes = self._logical("||")
            if not self._take(":"):
                self._fail("expected ':' and what holds otherwise")
            no = self.expression()
            condition = Conditional(question.at, self._over(question.at, condition, yes, no), condition, yes, no)
        self.open -= 1
        return condition

    def _logical(self, operator: str) -> Node:
        first = self._operand(operator)
        operands = [first]
        at = self._token.at
        while self._take(operator):
            operands.append(self._operand(operator))
        return first if len(operands) == 1 else Logical(at, self._over(at, *operands), operator, tuple(operands))

    def _operand(self, operator: str) -> Node:
        return self._logical("&&") if operator == "||" else self._relation()

    def _relation(self) -> Node:
        left = self._addition()
        while (token := self._token).text in _RELATIONS and token.kind in ("symbol", "name"):
            self.place += 1
            right = self._addition()
            left = Binary(token.at, self._over(token.at, left, right), token.text, left, right)
        return left

    def _addition(self) -> Node:
        left = self._unary()
        while token := self._take("+") or self._take("-"):
            right = self._unary()
            left = Binary(token.at, self._over(token.at, left, right), token.text, left, right)
        return left

    def _unary(self) -> Node:
        signs: list[Token] = []
        for sign in ("!", "-"):  # the grammar has no mixture of the two
            while not (signs and signs[0].text != sign) and (token := self._take(sign)):
                signs.append(token)
        number = self._token
        if signs and signs[-1].text == "-" and number.kind in ("int", "double"):
            minus = signs.pop()
            self.place += 1
            node = self._member(Literal(minus.at, 1, -number.value if isinstance(number.value, (int, float)) else 0))
        else:
            node = self._member(self._primary())
        for token in reversed(signs):
            node = Unary(token.at, self._over(token.at, node), token.text, node)
        return node

    def _member(self, node: Node) -> Node:
        while self._take("."):
            name = self._token
            if name.kind != "name" or name.text in KEYWORDS or name.text == "in":
                self._fail("expected the name of a field or method after '.'")
            self.place += 1
            if self._take("("):
                arguments = self._items(")")
                node = Call(name.at, self._over(name.at, node, *arguments), name.text, node, arguments)
            else:
                node = Select(name.at, self._over(name.at, node), node, name.text)
        if self._token.text == "[" and self._token.kind == "symbol":
            self._fail("expected an operator or the end")
        return node

    def _primary(self) -> Node:
        token = self._token
        self.place += 1
        if token.kind in ("int", "double", "string"):
            return self._literal(token)
        if token.kind == "name":
            return self._named(token)
        if token.kind == "symbol" and token.text == "(":
            node = self.expression()
            if not self._take(")"):
                self._fail("expected ')'")
            return node
        if token.kind == "symbol" and token.text == "[":
            items = self._items("]")
            return ListOf(token.at, self._over(token.at, *items), items)
        self.place -= 1
        return self._fail("expected a value")

    def _literal(self, token: Token) -> Node:
        if isinstance(token.value, int) and token.value > INT_MAX:
            raise mistake(self.text, token.at, f"{token.text!r} is too large for a 64-bit integer")
        return Literal(token.at, 1, token.value)

    def _named(self, token: Token) -> Node:
        if token.text in KEYWORDS:
            return Literal(token.at, 1, KEYWORDS[token.text])
        if token.text in RESERVED or token.text == "in":
            raise mistake(self.text, token.at, f"{token.text!r} is a reserved word of CEL")
        if self._take("("):
            arguments = self._items(")")
            return Call(token.at, self._over(token.at, *arguments), token.text, None, arguments)
        return Name(token.at, 1, token.text)

    def _items(self, closing: str) -> tuple[Node, ...]:
        """What stands between commas up to ``closing``; a list may end in a comma, arguments may not."""
        items: list[Node] = []
        while not (self._token.text == closing and self._token.kind == "symbol" and (not items or closing == "]")):
            items.append(self.expression())
            if not self._take(","):
                break
        if not self._take(closing):
            self._fail(f"expected ',' or {closing!r}")
        return tuple(items)

    # --- tokens ---

    @property
    def _token(self) -> Token:
        return self.tokens[self.place]

    def _take(self, symbol: str) -> Token | None:
        token = self._token
        if token.kind != "symbol" or token.text != symbol:
            return None
        self.place += 1
        return token

    def expect_end(self) -> None:
        if self._token.kind != "end":
            self._fail("expected an operator or the end")

    def _fail(self, expected: str) -> NoReturn:
        token = self._token
        if token.kind == "symbol" and token.text in _ABSENT:
            reason = f"{_ABSENT[token.text]} ({token.text!r}) is not part of this subset of CEL"
        elif token.kind == "name" and token.text in _WORDS:
            reason = f"{expected}, not {token.text!r}; did you mean {_WORDS[token.text]!r}?"
        else:
            reason = expected if token.kind == "end" else f"{expected}, not {token.text[:40]!r}"
        raise mistake(self.text, token.at, reason)

    # --- depth ---

    def _over(self, at: int, *below: Node) -> int:
        depth = 1 + max((node.depth for node in below), default=0)
        self._bound(depth, at)
        return depth

    def _bound(self, depth: int, at: int) -> None:
        if depth > self.most:
            raise mistake(self.text, at, f"the expression is nested more than {self.most} deep")
