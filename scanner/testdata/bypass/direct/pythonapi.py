from ctypes import pythonapi
pythonapi.PyRun_SimpleString(b"open('pf','w')")
