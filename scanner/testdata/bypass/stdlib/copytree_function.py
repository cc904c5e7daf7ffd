import shutil, os, tempfile
d = tempfile.mkdtemp()
tempfile.mkstemp(dir=d)
shutil.copytree(d, d + "2", copy_function=lambda a, b: os.system("id>pf"))
