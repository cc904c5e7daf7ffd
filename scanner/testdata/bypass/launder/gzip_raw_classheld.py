class my_H:
    import gzip, tempfile
t = my_H.tempfile.NamedTemporaryFile(suffix='.gz')
g = my_H.gzip.open(t.name, 'w')
T = type(g.fileobj.raw) if hasattr(g.fileobj, 'raw') else type(t.raw)
T('pf', 'w')
