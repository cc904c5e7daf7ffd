"""What CPython's own ast sees in files: one JSON line for each path on stdin,
with a list of facts that the tests compare with ours. A file that CPython
refuses has the facts null."""

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


def count(tree, kind):
    return sum(isinstance(n, kind) for n in ast.walk(tree))


for path in sys.stdin.read().splitlines():
    with open(path, "rb") as f:
        data = f.read()
    try:
        text = data.decode()
        tree = ast.parse(data)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        print(json.dumps({"path": path, "facts": None}))
        continue
    v = Facts(text.removeprefix("\ufeff"))
    v.visit(tree)
    for kind in (ast.Compare, ast.BoolOp, ast.Lambda, ast.IfExp, ast.Await, ast.Starred, ast.Slice, ast.Dict,
                 ast.comprehension, ast.Return, ast.Raise, ast.With, ast.For, ast.While, ast.Delete):
        if kind is not ast.BoolOp:
            v.out.append("count %s %d" % (kind.__name__, count(tree, kind)))
    print(json.dumps({"path": path, "facts": sorted(v.out)}))
