import ast
tree = ast.Expression(ast.Call(ast.Name("open", ast.Load()), [ast.Constant("pf"), ast.Constant("w")], []))
run = eval
run(compile(ast.fix_missing_locations(tree), "", mode="eval"))
