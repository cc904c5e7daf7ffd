from copy import copy as my_copy
import gzip, tempfile
t = tempfile.NamedTemporaryFile(suffix='.gz')
g = gzip.open(t.name, 'w')
T = my_copy(type)(g.fileobj.raw) if hasattr(g.fileobj, 'raw') else my_copy(type)(t.raw)
T('pf', 'w')
