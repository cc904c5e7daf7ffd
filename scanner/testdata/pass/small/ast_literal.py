import ast
import json
import tokenize
import io

def parse(text):
    try:
        return json.loads(text)
    except ValueError:
        return ast.literal_eval(text)

def names(source):
    tree = ast.parse(source, mode="exec")
    calls = [n.func.id for n in ast.walk(tree) if isinstance(n, ast.Call) and isinstance(n.func, ast.Name)]
    return {"calls": calls, "evals": calls.count("eval"), "defs": sum(isinstance(n, (ast.FunctionDef, ast.ClassDef)) for n in ast.walk(tree))}

def tokens(source):
    return [t.string for t in tokenize.generate_tokens(io.StringIO(source).readline) if t.type == tokenize.NAME]

class Counter(ast.NodeVisitor):
    def __init__(self): self.n = 0
    def visit_Import(self, node):
        self.n += len(node.names)
        self.generic_visit(node)

print(parse("{'a': 1}"), names("eval('1')"), tokens("a = b"))
