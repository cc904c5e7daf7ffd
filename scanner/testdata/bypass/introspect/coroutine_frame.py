async def c():
    pass
x = c()
x.cr_frame.f_builtins["open"]("pf", "w")
x.close()
