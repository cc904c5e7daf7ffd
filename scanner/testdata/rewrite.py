"""Rewrites cases of the corpus into others that do the same by other means.

Arguments: the folder of the corpus. Input: one case a line, class/file.
Output: a line of JSON for each new case: {"name": class/file__rewrite.py,
"text": source}. Not every rewriting keeps what a case does: run what matters.
"""
import ast
import copy
import json
import os
import sys

BUILTINS = {"exec", "eval", "open", "getattr", "setattr", "vars", "globals", "compile", "type", "dir", "object",
            "__builtins__", "__import__", "breakpoint"}

BOX = "class my_Box:\n    def __init__(self, v):\n        self.v = v\n"
# Each use of an imported or dangerous name X becomes the expression; what it
# needs stands first in the file.
USES = {
    "identity": ("my_same(X)", "def my_same(x):\n    return x\n"),
    "lam": ("(lambda x: x)(X)", ""),
    "listed": ("[X][0]", ""),
    "listvar": ("my_get([X])", "def my_get(x):\n    return x[0]\n"),
    "ternary": ("(X if my_on else None)", "my_on = [1]\n"),
    "orr": ("(None or X)", ""),
    "dictget": ('{"a": X}.get("a")', ""),
    "dictsub": ('{"a": X}["a"]', ""),
    "nxt": ("next(iter((X,)))", ""),
    "comp": ("[y for y in (X,)][0]", ""),
    "gen": ("next(y for y in [X])", ""),
    "walrus": ("(my_w := X)", ""),
    "star": ("(lambda *a: a[-1])(1, X)", ""),
    "kw": ('(lambda **k: k["a"])(a=X)', ""),
    "default": ("(lambda a=X: a)()", ""),
    "box": ("my_Box(X).v", BOX),
    "prop": ("my_Box(X).p", BOX + "    @property\n    def p(self):\n        return self.v\n"),
    "call": ("my_Box(X)()", BOX + "    def __call__(self):\n        return self.v\n"),
    "item": ("my_Box(X)[0]", BOX + "    def __getitem__(self, i):\n        return self.v\n"),
    "setpop": ("{X}.pop()", ""),
    "maxk": ("max([X], key=id)", ""),
    "zipd": ('dict(zip("a", [X]))["a"]', ""),
    "ns": ("my_NS(a=X).a", "from types import SimpleNamespace as my_NS\n"),
    "part": ("my_P(lambda x: x, X)()", "from functools import partial as my_P\n"),
    "red": ("my_R(lambda a, b: b, [0, X])", "from functools import reduce as my_R\n"),
    "deq": ("my_D([X]).pop()", "from collections import deque as my_D\n"),
    "tee": ("list(my_i.repeat(X, 1))[0]", "import itertools as my_i\n"),
    "ctx": ("my_ctx(X)", "import contextlib\ndef my_ctx(x):\n    with contextlib.nullcontext(x) as y:\n        return y\n"),
    "exc": ("my_exc(X)", "def my_exc(x):\n    try:\n        raise KeyError(x)\n    except KeyError as e:\n        return e.args[0]\n"),
    "mat": ("my_mat(X)", "def my_mat(x):\n    match [x]:\n        case [y]:\n            return y\n"),
    "glob": ("my_glob(X)", "my_g = None\ndef my_glob(x):\n    global my_g\n    my_g = x\n    return my_g\n"),
    "clo": ("my_clo(X)()", "def my_clo(x):\n    def f():\n        return x\n    return f\n"),
    "yieldv": ("my_y(X)", "def my_y(x):\n    def g():\n        yield x\n    for v in g():\n        return v\n"),
    "clsattr": ("my_K(X)", "def my_K(x):\n    class C:\n        v = x\n    return C.v\n"),
    "appended": ("my_A(X)", "def my_A(x):\n    kept = []\n    kept.append(x)\n    return kept[0]\n"),
    "dictset": ("my_A(X)", 'my_t = {}\ndef my_A(x):\n    my_t["k"] = x\n    return my_t["k"]\n'),
}
# The whole file becomes the body of a statement, in place of its pass.
AROUND = {
    "infunc": "def my_main():\n    pass\nmy_main()",
    "inmethod": "class my_C:\n    def go(self):\n        pass\nmy_C().go()",
    "inasync": "async def my_f():\n    pass\ntry:\n    my_f().send(None)\nexcept StopIteration:\n    0",
    "inclass": "class my_C:\n    pass",
    "intry": "try:\n    pass\nfinally:\n    0",
    "infor": "for my_i in [0]:\n    pass",
    "inwhile": "while True:\n    pass\n    break",
    "inmatch": "match 1:\n    case _:\n        pass",
}
# The imports stand in place of the first pass, what is left of the second, and
# NAMES, ARGS and HELD are the imported names.
IMPORTS = {
    "globimport": "def my_imp():\n    global NAMES\n    pass\nmy_imp()\npass",
    "condimport": "try:\n    pass\nexcept ImportError:\n    raise\npass",
    "defaultargs": "pass\ndef my_main(ARGS):\n    pass\nmy_main()",
    "classheld": "class my_H:\n    pass\npass",
    "mangled": "pass\nclass My:\n    def go(self):\n        pass\nMy().go()",
    "selfheld": "pass\nclass my_H:\n    def __init__(self):\n        HELD\n    def go(self):\n        pass\nmy_H().go()",
}


def expression(text, **parts):
    class Fill(ast.NodeTransformer):
        def visit_Name(self, n):
            return parts.get(n.id, n)

    return Fill().visit(ast.parse(text, mode="eval").body)


def imported(statements):
    return {a.asname or a.name.split(".")[0]
            for s in statements for n in ast.walk(s) if isinstance(n, ast.Import | ast.ImportFrom)
            for a in n.names} - {"*"}


class Uses(ast.NodeTransformer):
    def __init__(self, names, change):
        self.names, self.change = names, change

    def visit_Name(self, n):
        return self.change(n) if isinstance(n.ctx, ast.Load) and n.id in self.names else n


def change_uses(tree, text, first):
    tree = Uses(imported(tree.body) | BUILTINS, lambda n: expression(text, X=n)).visit(tree)
    tree.body[0:0] = ast.parse(first).body
    return tree


def fill(text, *bodies):
    rest = list(bodies)

    class Fill(ast.NodeTransformer):
        def visit_Pass(self, n):
            return rest.pop(0) or n

    return Fill().visit(ast.parse(text))


def rearrange(tree, how, text):
    first = [n for n in tree.body if isinstance(n, ast.Import | ast.ImportFrom) and not getattr(n, "level", 0)
             and n.names[0].name != "*" and getattr(n, "module", "") != "__future__"]
    rest, names = [n for n in tree.body if n not in first], sorted(imported(first))
    if not first:
        return None
    if how == "mangled":
        for n in first:
            for a in n.names:
                if "." in a.name and not a.asname:
                    return None
                a.asname = "_My__" + (a.asname or a.name)
    change = {
        "classheld": lambda n: expression("my_H.x".replace("x", n.id)),
        "mangled": lambda n: ast.Name("__" + n.id, ast.Load()),
        "selfheld": lambda n: expression("self." + n.id),
    }.get(how)
    if change:
        rest = [Uses(set(names), change).visit(n) for n in rest]
    text = text.replace("NAMES", ", ".join(names)).replace("ARGS", ", ".join(f"{n}={n}" for n in names))
    return fill(text.replace("HELD", "; ".join(f"self.{n} = {n}" for n in names)), first, rest)


class Getattr(ast.NodeTransformer):
    def visit_Attribute(self, n):
        self.generic_visit(n)
        return expression("getattr(X, Y)", X=n.value, Y=ast.Constant(n.attr)) if isinstance(n.ctx, ast.Load) else n


class Attrgetter(ast.NodeTransformer):
    def visit_Attribute(self, n):
        self.generic_visit(n)
        return expression("my_AG(Y)(X)", X=n.value, Y=ast.Constant(n.attr)) if isinstance(n.ctx, ast.Load) else n


class Calls(ast.NodeTransformer):
    def visit_Call(self, n):
        self.generic_visit(n)
        if isinstance(n.func, ast.Attribute):
            n.args, n.func = [n.func, *n.args], ast.Name("my_go", ast.Load())
        return n


class Named(ast.NodeTransformer):
    def visit_Call(self, n):
        self.generic_visit(n)
        if isinstance(n.func, ast.Attribute) and not n.func.attr.startswith("__"):
            n.args = [n.func.value, ast.Constant(n.func.attr), *n.args]
            n.func = ast.Name("my_go", ast.Load())
        return n


class Starred(ast.NodeTransformer):
    def visit_Call(self, n):
        self.generic_visit(n)
        if n.args and not any(isinstance(a, ast.Starred) for a in n.args):
            n.args = [ast.Starred(ast.List(n.args, ast.Load()), ast.Load())]
        return n


class Keywords(ast.NodeTransformer):
    def visit_Call(self, n):
        self.generic_visit(n)
        if n.keywords and all(k.arg for k in n.keywords):
            spread = ast.Dict([ast.Constant(k.arg) for k in n.keywords], [k.value for k in n.keywords])
            n.keywords = [ast.keyword(None, spread)]
        return n


class Texts(ast.NodeTransformer):
    """Texts become the results of calls."""

    def visit_Constant(self, n):
        return expression("my_s(X)", X=n) if isinstance(n.value, str) and n.value else n

    def visit_JoinedStr(self, n):
        return n

    def visit_match_case(self, n):
        n.body = [self.visit(s) for s in n.body]
        return n


VISITORS = {
    "getattrs": (Getattr, ""),
    "attrgetters": (Attrgetter, "from operator import attrgetter as my_AG\n"),
    "callself": (Calls, "def my_go(f, *a, **k):\n    return f(*a, **k)\n"),
    "objself": (Named, "def my_go(o, n, *a, **k):\n    return getattr(o, n)(*a, **k)\n"),
    "starred": (Starred, ""),
    "kwspread": (Keywords, ""),
    "strfunc": (Texts, "def my_s(x):\n    return x\n"),
}


def rewritings(tree):
    star = any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in ast.walk(tree))
    for how, (text, first) in USES.items():
        yield how, change_uses(copy.deepcopy(tree), text, first)
    for how, text in AROUND.items():
        if not star or how in ("inclass", "intry", "infor", "inwhile", "inmatch"):
            yield how, fill(text, copy.deepcopy(tree).body)
    for how, text in IMPORTS.items():
        yield how, rearrange(copy.deepcopy(tree), how, text)
    for how, (visitor, first) in VISITORS.items():
        new = visitor().visit(copy.deepcopy(tree))
        new.body[0:0] = ast.parse(first).body
        yield how, new


root = sys.argv[1]
for case in sys.stdin.read().split():
    if not case.endswith(".py"):
        continue
    with open(os.path.join(root, case), "rb") as f:
        tree = ast.parse(f.read())
    for how, new in rewritings(tree):
        if new is None:
            continue
        text = ast.unparse(ast.fix_missing_locations(new)) + "\n"
        try:
            compile(text, case, "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            continue
        print(json.dumps({"name": f"{case[:-3]}__{how}.py", "text": text}))
