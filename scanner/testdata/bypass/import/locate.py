from pydoc import locate
locate("subprocess.getoutput")("id>pf")
