class my_H:
    import tempfile
f = my_H.tempfile.SpooledTemporaryFile(buffering=0)
f.rollover()
kind = type(f._file)
kind('pf', 'w')
