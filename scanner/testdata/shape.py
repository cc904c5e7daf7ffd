"""Prints, for each case of the corpus, a digest of its syntax tree's shape.

The shape is what is left when every name that the case binds itself is
numbered by first appearance, and every constant is replaced by its type. Names
of builtins, of modules and of their members stay: they are the trick.
"""
import ast
import hashlib
import os
import sys


def bound(tree):
    names = set()
    for n in ast.walk(tree):
        match n:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                names.add(name)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                names.add(name)
            case ast.arg(arg=name) | ast.alias(asname=str(name)):
                names.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                names.add(name)
    return {n for n in names if not n.startswith("__")}


def shape(text):
    tree = ast.parse(text)
    mine, numbers = bound(tree), {}

    def number(name):
        return numbers.setdefault(name, f"n{len(numbers)}") if name in mine else name

    def visit(value):
        if isinstance(value, ast.Constant):
            return type(value.value).__name__
        if isinstance(value, ast.Import | ast.ImportFrom):
            head = (value.module, value.level) if isinstance(value, ast.ImportFrom) else ()
            return (type(value).__name__, head, [(a.name, a.asname and number(a.asname)) for a in value.names])
        if isinstance(value, ast.AST):
            plain = isinstance(value, ast.Attribute | ast.keyword)
            return (type(value).__name__, [v if plain and isinstance(v, str) else visit(v) for _, v in ast.iter_fields(value)])
        if isinstance(value, list):
            return [visit(v) for v in value]
        return number(value) if isinstance(value, str) else value

    return visit(tree)


root = sys.argv[1]
for case in sys.stdin.read().split():
    path = os.path.join(root, case)
    files = [path]
    if os.path.isdir(path):
        files = sorted(os.path.join(d, f) for d, _, names in os.walk(path) for f in names if f.endswith(".py"))
    shapes = [shape(open(f, "rb").read()) for f in files]
    print(case, hashlib.sha256(repr(shapes).encode()).hexdigest(), sep="\t")
