from copy import copy as my_copy
import tempfile
kind = my_copy(type)
raw = tempfile.TemporaryFile('w+b', 0)
T = kind(raw)
T('pf', 'x')
