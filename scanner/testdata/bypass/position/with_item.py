import contextlib
with contextlib.suppress(Exception), eval("open('pf','w')"):
    pass
