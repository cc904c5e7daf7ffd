globals()["__builtins__"]["open"]("pf", "w")
