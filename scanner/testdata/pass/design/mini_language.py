"""A filter language of our own: tokens, a Pratt parser, a tree, and a compiler to closures.

Nothing here uses Python's own compile or eval; the words are ours."""
from __future__ import annotations

import math
import operator
import re
from dataclasses import dataclass
from typing import Any, Callable, Iterator, NamedTuple

Env = dict[str, Any]
Code = Callable[[Env], Any]


class Token(NamedTuple):
    kind: str
    text: str
    at: int


class QueryError(ValueError):
    def __init__(self, message: str, at: int, source: str = "") -> None:
        super().__init__(f"{message} at {at}\n{source}\n{' ' * at}^" if source else f"{message} at {at}")
        self.at = at


SPEC = {
    "number": r"\d+(?:\.\d+)?", "string": r"'(?:[^'\\]|\\.)*'", "op": r"<=|>=|!=|==|[-+*/%<>()=,.]|\b(?:and|or|not|in)\b", "name": r"[A-Za-z_]\w*", "space": r"\s+", "bad": r".",
}
LEXER = re.compile("|".join(f"(?P<{k}>{v})" for k, v in SPEC.items()))
POWER = {"or": 10, "and": 20, "in": 30, "==": 40, "=": 40, "!=": 40, "<": 50, "<=": 50, ">": 50, ">=": 50, "+": 60, "-": 60, "*": 70, "/": 70, "%": 70, ".": 90}
BINARY = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "%": operator.mod, "==": operator.eq, "=": operator.eq, "!=": operator.ne,
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "in": lambda a, b: a in b,
}
FUNCTIONS = {"len": len, "lower": str.lower, "upper": str.upper, "abs": abs, "round": round, "log": math.log, "min": min, "max": max}


@dataclass(frozen=True)
class Node:
    def compile(self) -> Code:
        raise NotImplementedError(type(self).__name__)

    def eval(self, **env: Any) -> Any:
        return self.compile()(env)


@dataclass(frozen=True)
class Literal(Node):
    value: Any

    def compile(self) -> Code:
        return lambda env: self.value


@dataclass(frozen=True)
class Name(Node):
    name: str

    def compile(self) -> Code:
        def load(env: Env) -> Any:
            try:
                return env[self.name]
            except KeyError:
                raise QueryError(f"unknown name {self.name!r}", 0) from None

        return load


@dataclass(frozen=True)
class Binary(Node):
    op: str
    left: Node
    right: Node

    def compile(self) -> Code:
        left, right = self.left.compile(), self.right.compile()
        if self.op == "and":
            return lambda env: left(env) and right(env)
        if self.op == "or":
            return lambda env: left(env) or right(env)
        exec = BINARY[self.op]
        return lambda env: exec(left(env), right(env))


@dataclass(frozen=True)
class Call(Node):
    fn: str
    args: tuple[Node, ...]

    def compile(self) -> Code:
        fn, args = FUNCTIONS[self.fn], [a.compile() for a in self.args]
        return lambda env: fn(*(a(env) for a in args))


class Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = list(self.lex())
        self.i = 0

    def lex(self) -> Iterator[Token]:
        for m in LEXER.finditer(self.source):
            if m.lastgroup == "bad":
                raise QueryError(f"unexpected {m.group()!r}", m.start(), self.source)
            if m.lastgroup != "space":
                yield Token(m.lastgroup, m.group(), m.start())
        yield Token("end", "", len(self.source))

    @property
    def token(self) -> Token:
        return self.tokens[self.i]

    def take(self, text: str | None = None) -> Token:
        token = self.token
        if text is not None and token.text != text:
            raise QueryError(f"expected {text!r}, got {token.text!r}", token.at, self.source)
        self.i += 1
        return token

    def parse(self, power: int = 0) -> Node:
        left = self.prefix(self.take())
        while (p := POWER.get(self.token.text, 0)) > power:
            op = self.take().text
            left = Binary(op, left, self.parse(p))
        return left

    def prefix(self, token: Token) -> Node:
        match token:
            case Token("number", text):
                return Literal(float(text) if "." in text else int(text))
            case Token("string", text):
                return Literal(re.sub(r"\\(.)", r"\1", text[1:-1]))
            case Token("name", name) if self.token.text == "(":
                return self.call(name, token.at)
            case Token("name", name):
                return Name(name)
            case Token("op", "("):
                node = self.parse()
                self.take(")")
                return node
            case Token("op", "-"):
                return Binary("-", Literal(0), self.parse(80))
        raise QueryError(f"unexpected {token.text or 'end'!r}", token.at, self.source)

    def call(self, name: str, at: int) -> Node:
        if name not in FUNCTIONS:
            raise QueryError(f"no function {name!r}", at, self.source)
        self.take("(")
        args = []
        while self.token.text != ")":
            args.append(self.parse())
            if self.token.text == ",":
                self.take()
        self.take(")")
        return Call(name, tuple(args))


def compile(source: str) -> Code:
    parser = Parser(source)
    tree = parser.parse()
    parser.take("")
    return tree.compile()


def evaluate(source: str, **env: Any) -> Any:
    return compile(source)(env)
