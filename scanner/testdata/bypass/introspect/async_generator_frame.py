async def a():
    yield 1
a().ag_frame.f_builtins["exec"]("open('pf','w')")
