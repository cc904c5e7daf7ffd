from inspect import currentframe as c
c().f_back.f_builtins["open"]("pf", "w")
