"""What CPython's own ast sees in sources: on stdin each as four bytes of length
and the text, on stdout a JSON line for each, with a list of facts that the
tests compare with ours, or why CPython refuses it."""

import ast
import hashlib
import json
import sys
import warnings

warnings.simplefilter("ignore")
sys.setrecursionlimit(20000)


def digest(value):
    if isinstance(value, str):
        value = "".join(c if c < "\x80" else "?" for c in value).encode()
    return hashlib.sha256(value).hexdigest()[:12]


class Facts(ast.NodeVisitor):
    def __init__(self, text):
        self.lines = text.encode().split(b"\n")
        self.out = []
        self.inside = 0

    def place(self, node):
        # Positions inside f-strings are not reliable before 3.12.
        if self.inside:
            return "f"
        line = self.lines[node.lineno - 1]
        return "%d:%d" % (node.lineno, len(line[: node.col_offset].decode()) + 1)

    def add(self, kind, node, text=""):
        self.out.append("%s %s %s" % (kind, self.place(node), text))

    def visit_Name(self, n):
        self.add("name", n, n.id)

    def visit_Attribute(self, n):
        self.add("attr", n, n.attr)
        self.generic_visit(n)

    def visit_Call(self, n):
        self.add("call", n, "%d %s" % (len(n.args), ",".join(k.arg or "**" for k in n.keywords)))
        self.generic_visit(n)

    def visit_Import(self, n):
        for a in n.names:
            self.add("import", a, "%s %s" % (a.name, a.asname or ""))

    def visit_ImportFrom(self, n):
        for a in n.names:
            self.out.append("from %d.%s %s %s" % (n.level, n.module or "", a.name, a.asname or ""))

    def visit_Constant(self, n):
        if isinstance(n.value, (str, bytes)):
            self.add("text", n, digest(n.value))

    def visit_JoinedStr(self, n):
        if not self.inside:
            self.add("fstring", n)
        self.inside += 1
        for v in n.values:
            if isinstance(v, ast.FormattedValue):
                self.visit(v)
        self.inside -= 1

    def visit_FunctionDef(self, n):
        self.add("def", n, n.name)
        self.generic_visit(n)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_ClassDef(self, n):
        self.add("class", n, n.name)
        self.generic_visit(n)

    def visit_arg(self, n):
        self.add("arg", n, n.arg)
        self.generic_visit(n)

    def visit_Global(self, n):
        self.add("outer", n, ",".join(n.names))

    visit_Nonlocal = visit_Global

    def visit_ExceptHandler(self, n):
        self.add("except", n, n.name or "")
        self.generic_visit(n)

    def visit_MatchClass(self, n):
        self.out.append("matchclass " + ",".join(n.kwd_attrs))
        self.generic_visit(n)

    def visit_MatchAs(self, n):
        if n.name:
            self.out.append("matchas " + n.name)
        self.generic_visit(n)

    def visit_MatchStar(self, n):
        if n.name:
            self.out.append("matchas " + n.name)

    def visit_MatchMapping(self, n):
        if n.rest:
            self.out.append("matchas " + n.rest)
        self.generic_visit(n)


OPS = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.MatMult: "@", ast.Div: "/", ast.Mod: "%", ast.Pow: "**",
    ast.LShift: "<<", ast.RShift: ">>", ast.BitOr: "|", ast.BitXor: "^", ast.BitAnd: "&", ast.FloorDiv: "//",
    ast.And: "and", ast.Or: "or", ast.Invert: "~", ast.Not: "not", ast.UAdd: "+", ast.USub: "-",
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=",
    ast.Is: "is", ast.IsNot: "is not", ast.In: "in", ast.NotIn: "not in",
}


def form(head, *parts):
    return "(%s)" % " ".join([head, *parts])


def shape(n):
    """How a node is built, without names: to be equal to shape in shape_test.go."""
    return "_" if n is None else SHAPES.get(type(n), lambda n: type(n).__name__)(n)


def each(ns):
    return [shape(n) for n in ns]


def constant(n):
    kinds = {str: "str", bytes: "bytes", int: "int", float: "float", complex: "complex"}
    return kinds.get(type(n.value), str(n.value))


def boolop(n):
    out = shape(n.values[0])
    for v in n.values[1:]:
        out = form(OPS[type(n.op)], out, shape(v))
    return out


def formatted(n):
    spec = "" if n.format_spec is None else "%s" % form("spec", *fields(n.format_spec))
    return form("{}", shape(n.value), str(n.conversion), spec)


def fields(n):
    return [shape(v) for v in n.values if isinstance(v, ast.FormattedValue)]


def arguments(a):
    plain = a.posonlyargs + a.args
    out = []
    for p, d in zip(plain, [None] * (len(plain) - len(a.defaults)) + a.defaults):
        out.append(form("p0", shape(p.annotation), shape(d)))
    if a.vararg:
        out.append(form("p1", shape(a.vararg.annotation), "_"))
    for p, d in zip(a.kwonlyargs, a.kw_defaults):
        out.append(form("p0", shape(p.annotation), shape(d)))
    if a.kwarg:
        out.append(form("p2", shape(a.kwarg.annotation), "_"))
    return form("params", *out)


def clauses(n):
    return [form("async for" if c.is_async else "for", shape(c.target), shape(c.iter), *each(c.ifs)) for c in n.generators]


def value(n):
    return form("value", "complex" if isinstance(n.value, ast.BinOp) else shape(n.value))


def function(n, head):
    return form(head, *each(n.decorator_list), arguments(n.args), shape(n.returns), *each(n.body))


def branches(n):
    out = [form("if", shape(n.test), *each(n.body))]
    # elif and else: if can't be told apart but by where they stand.
    if len(n.orelse) == 1 and isinstance(n.orelse[0], ast.If) and n.orelse[0].elif_:
        return out + branches(n.orelse[0])
    return out + ([form("else", *each(n.orelse))] if n.orelse else [])


def attempt(n, head):
    return form(head, *each(n.body), *[form("except", shape(h.type), *each(h.body)) for h in n.handlers],
                form("else", *each(n.orelse)), form("finally", *each(n.finalbody)))


def loop(n, head, *parts):
    return form(head, *parts, *each(n.body), form("else", *each(n.orelse)))


def with_(n, head):
    return form(head, *[form("item", shape(i.context_expr), shape(i.optional_vars)) for i in n.items], *each(n.body))


def relative(n):
    return form("from", str(n.level), str(len(n.names)), "*" if n.names[0].name == "*" else "")


SHAPES = {
    ast.Constant: constant,
    ast.BoolOp: boolop,
    ast.JoinedStr: lambda n: form("f", *fields(n)),
    ast.FormattedValue: formatted,
    ast.Name: lambda n: "name",
    ast.Attribute: lambda n: form(".", shape(n.value)),
    ast.Subscript: lambda n: form("[]", shape(n.value), shape(n.slice)),
    ast.Slice: lambda n: form(":", shape(n.lower), shape(n.upper), shape(n.step)),
    ast.Call: lambda n: form("call", shape(n.func), *each(n.args), *each(n.keywords)),
    ast.keyword: lambda n: form("=" if n.arg else "**", shape(n.value)),
    ast.Starred: lambda n: form("*", shape(n.value)),
    ast.BinOp: lambda n: form(OPS[type(n.op)], shape(n.left), shape(n.right)),
    ast.UnaryOp: lambda n: form("unary " + OPS[type(n.op)], shape(n.operand)),
    ast.Compare: lambda n: form("compare", shape(n.left), *[OPS[type(o)] + " " + shape(c) for o, c in zip(n.ops, n.comparators)]),
    ast.IfExp: lambda n: form("?", shape(n.test), shape(n.body), shape(n.orelse)),
    ast.Lambda: lambda n: form("lambda", arguments(n.args), shape(n.body)),
    ast.List: lambda n: form("list", *each(n.elts)),
    ast.Tuple: lambda n: form("tuple", *each(n.elts)),
    ast.Set: lambda n: form("set", *each(n.elts)),
    ast.Dict: lambda n: form("dict", *[shape(k) + " " + shape(v) for k, v in zip(n.keys, n.values)]),
    ast.ListComp: lambda n: form("comp0", shape(n.elt), "_", *clauses(n)),
    ast.SetComp: lambda n: form("comp1", shape(n.elt), "_", *clauses(n)),
    ast.DictComp: lambda n: form("comp2", shape(n.key), shape(n.value), *clauses(n)),
    ast.GeneratorExp: lambda n: form("comp3", shape(n.elt), "_", *clauses(n)),
    ast.Await: lambda n: form("await", shape(n.value)),
    ast.Yield: lambda n: form("yield", shape(n.value)),
    ast.YieldFrom: lambda n: form("yield from", shape(n.value)),
    ast.NamedExpr: lambda n: form(":=", shape(n.value)),
    ast.Expr: lambda n: form("expr", shape(n.value)),
    ast.Assign: lambda n: form("assign", *each(n.targets), shape(n.value)),
    ast.AnnAssign: lambda n: form("annotate", shape(n.target), shape(n.annotation), shape(n.value)),
    ast.AugAssign: lambda n: form("aug " + OPS[type(n.op)], shape(n.target), shape(n.value)),
    ast.Return: lambda n: form("return", shape(n.value)),
    ast.Delete: lambda n: form("del", *each(n.targets)),
    ast.Raise: lambda n: form("raise", shape(n.exc), shape(n.cause)),
    ast.Assert: lambda n: form("assert", shape(n.test), shape(n.msg)),
    ast.Pass: lambda n: "pass",
    ast.Break: lambda n: "break",
    ast.Continue: lambda n: "continue",
    ast.Global: lambda n: form("global", str(len(n.names))),
    ast.Nonlocal: lambda n: form("nonlocal", str(len(n.names))),
    ast.Import: lambda n: form("import", str(len(n.names))),
    ast.ImportFrom: relative,
    ast.If: lambda n: form("branches", *branches(n)),
    ast.For: lambda n: loop(n, "for", shape(n.target), shape(n.iter)),
    ast.AsyncFor: lambda n: loop(n, "async for", shape(n.target), shape(n.iter)),
    ast.While: lambda n: loop(n, "while", shape(n.test)),
    ast.Try: lambda n: attempt(n, "try"),
    ast.TryStar: lambda n: attempt(n, "try"),
    ast.With: lambda n: with_(n, "with"),
    ast.AsyncWith: lambda n: with_(n, "async with"),
    ast.FunctionDef: lambda n: function(n, "def"),
    ast.AsyncFunctionDef: lambda n: function(n, "async def"),
    ast.ClassDef: lambda n: form("class", *each(n.decorator_list), *each(n.bases), *each(n.keywords), *each(n.body)),
    ast.Match: lambda n: form("match", shape(n.subject),
                              *[form("case", shape(c.pattern), shape(c.guard), *each(c.body)) for c in n.cases]),
    ast.MatchValue: value,
    ast.MatchSingleton: lambda n: form("value", str(n.value)),
    ast.MatchSequence: lambda n: form("sequence", *each(n.patterns)),
    ast.MatchMapping: lambda n: form("mapping", *each(n.keys), *each(n.patterns), *(["star"] if n.rest else [])),
    ast.MatchClass: lambda n: form("of class", shape(n.cls), *each(n.patterns), *each(n.kwd_patterns)),
    ast.MatchStar: lambda n: "star",
    ast.MatchAs: lambda n: "capture" if n.pattern is None else form("as", shape(n.pattern)),
    ast.MatchOr: lambda n: form("or", *each(n.patterns)),
}


def facts(data):
    tree = ast.parse(data)
    text = data.decode().removeprefix("\ufeff")
    v = Facts(text)
    for n in ast.walk(tree):
        if isinstance(n, ast.If):
            n.elif_ = v.lines[n.lineno - 1][n.col_offset :].startswith(b"elif")
    v.visit(tree)
    for n in tree.body:
        v.out.append("shape %d %s" % (n.lineno, shape(n)))
    return sorted(v.out)


def answer(data):
    try:
        return {"facts": facts(data)}
    except (SyntaxError, ValueError, RecursionError, MemoryError) as e:
        return {"refused": "%s: %s" % (type(e).__name__, str(e)[:200])}


while size := sys.stdin.buffer.read(4):
    data = sys.stdin.buffer.read(int.from_bytes(size, "big"))
    print(json.dumps(answer(data)), flush=True)
