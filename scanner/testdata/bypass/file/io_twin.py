import _io
_io.open("pf", "w")
