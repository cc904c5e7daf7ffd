import _pyio
_pyio.open("pf", "w")
