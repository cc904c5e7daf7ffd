import types, os
types.MethodType(getattr, os)("system")("touch pf")
