import pydoc
pydoc.safeimport("subprocess").getoutput("id>pf")
