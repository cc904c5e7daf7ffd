import _posixsubprocess
import subprocess as s
s.call(["touch", "pf"])
