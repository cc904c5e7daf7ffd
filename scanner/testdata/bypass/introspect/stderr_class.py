from sys import __stderr__ as e
T = type(e.buffer.raw)
T("pf", "x")
