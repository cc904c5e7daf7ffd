import types
g = (0 for _ in "")
types.GeneratorType.gi_frame.__get__(g).f_builtins["open"]("pf", "w")
