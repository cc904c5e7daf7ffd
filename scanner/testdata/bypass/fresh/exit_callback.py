from contextlib import ExitStack
from os import system
with ExitStack() as stack: stack.callback(system, "touch pf")
