class my_H:
    import unittest, tempfile
d = my_H.tempfile.mkdtemp()
with my_H.tempfile.NamedTemporaryFile('w', prefix='test', suffix='.py', dir=d) as t:
    t.write("open('pf','w')")
    t.flush()
    my_H.unittest.TestLoader().discover(d)
