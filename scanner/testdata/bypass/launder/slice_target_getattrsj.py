import sys, tempfile, numpy
d = getattr(tempfile, ''.join(['m', 'k', 'd', 't', 'e', 'm', 'p']))()
getattr(numpy, ''.join(['s', 'a', 'v', 'e', 't', 'x', 't']))(d + '/soundfile.py', [], header="open('pf','w')", comments='')
for getattr(sys, ''.join(['p', 'a', 't', 'h']))[0] in [d]:
    import soundfile
