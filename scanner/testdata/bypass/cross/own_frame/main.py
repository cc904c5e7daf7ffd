from .spy import builtins_of
builtins_of(lambda: 0)["open"]("pf", "w")
