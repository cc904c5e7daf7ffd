if (go := __builtins__): (go if isinstance(go, dict) else go.__dict__)["open"]("pf", "w")
