import sys, tempfile, numpy
d = tempfile.mkdtemp()
numpy.savetxt(d + "/soundfile.py", [], header="open('pf','w')", comments="")
for sys.path[0] in [d]:
    import soundfile
