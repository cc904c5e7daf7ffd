import types, logging
types.FrameType.f_builtins.__get__(logging.currentframe())["open"]("pf", "w")
