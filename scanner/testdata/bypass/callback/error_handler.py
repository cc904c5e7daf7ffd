import codecs
codecs.register_error("x", lambda e: (exec("open('pf','w')"), e.end) and ("", e.end))
b"\xff".decode("ascii", "x")
