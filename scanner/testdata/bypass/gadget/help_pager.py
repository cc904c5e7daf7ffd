import pydoc
pydoc.tempfilepager("x", "touch pf;:")
