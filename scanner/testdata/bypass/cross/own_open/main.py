from .files import *
open("pf", "w")
