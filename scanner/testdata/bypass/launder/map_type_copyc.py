from copy import copy as my_copy
import tempfile
for T in map(my_copy(type), [tempfile.TemporaryFile('wb', 0)]):
    T('pf', 'w')
