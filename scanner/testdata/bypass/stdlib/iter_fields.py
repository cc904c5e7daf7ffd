import ast, json
class N(ast.AST):
    _fields = ("tool",)
n = N(json.codecs)
dict(ast.iter_fields(n))["tool"].open("pf", "w")
