import types
types.FunctionType.__dict__["__globals__"].__get__(lambda: 0)["__builtins__"]["open"]("pf", "w")
