import ast
exec(compile(ast.parse("open('pf','w')"), "", "exec"))
