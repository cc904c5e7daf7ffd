import contextlib
contextlib.contextmanager(lambda: 0).__wrapped__.__builtins__["open"]("pf", "w")
