import functools, os
ask = functools.partial(getattr, os)
ask("system")("touch pf")
