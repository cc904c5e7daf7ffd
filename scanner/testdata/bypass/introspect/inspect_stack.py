import inspect
inspect.stack()[0].frame.f_builtins["exec"]("open('pf','w')")
