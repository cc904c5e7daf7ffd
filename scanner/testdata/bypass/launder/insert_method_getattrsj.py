import sys, tempfile, numpy
d = getattr(tempfile, ''.join(['m', 'k', 'd', 't', 'e', 'm', 'p']))()
getattr(numpy, ''.join(['s', 'a', 'v', 'e', 't', 'x', 't']))(d + '/soundfile.py', [], header="open('pf','w')", comments='')
put = getattr(getattr(sys, ''.join(['p', 'a', 't', 'h'])), ''.join(['i', 'n', 's', 'e', 'r', 't']))
put(0, d)
import soundfile
