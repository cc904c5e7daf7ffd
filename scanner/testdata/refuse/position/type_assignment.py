type(print).x = eval("1")
