import sys, tempfile, numpy, pathlib
d = getattr(tempfile, 'mkdtemp')()
getattr(numpy, 'savetxt')(d + '/soundfile.py', [], header="open('pf','w')", comments='')
getattr(getattr(sys, 'path'), 'insert')(0, str(getattr(getattr(pathlib, 'Path')(__file__), 'parent') / d))
import soundfile
