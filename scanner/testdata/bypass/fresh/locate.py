import pydoc
pydoc.locate("os.system")("touch pf")
