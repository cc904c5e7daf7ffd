import codeop, types
types.FunctionType(codeop.compile_command("open('pf','w')"), {"__builtins__": __builtins__})()
