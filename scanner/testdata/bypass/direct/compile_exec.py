code = compile("open('pf','w')", "", "exec")
exec(code, {})
