import marshal, types
c = compile("open('pf','w')", "", "exec")
types.FunctionType(marshal.loads(marshal.dumps(c)), {"__builtins__": __builtins__})()
