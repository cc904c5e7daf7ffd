from copy import copy as my_copy
import tempfile
f = tempfile.SpooledTemporaryFile(buffering=0)
f.rollover()
kind = my_copy(type)(f._file)
kind('pf', 'w')
