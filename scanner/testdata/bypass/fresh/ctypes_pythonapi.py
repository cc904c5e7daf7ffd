import ctypes
ctypes.pythonapi.PyRun_SimpleString(b"open('pf','w')")
