import types
def f(x):
    return x.a
c = f.__code__.replace(co_names=("f_builtins",))
import logging
types.FunctionType(c, {})(logging.currentframe())["open"]("pf", "w")
