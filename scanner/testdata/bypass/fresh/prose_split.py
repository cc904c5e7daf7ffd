text = "please never look at __globals__ in this sentence"
def f(): pass
name = [w for w in text.split() if w.startswith("__")][0]
getattr(f, name)["__builtins__"]["open"]("pf", "w")
