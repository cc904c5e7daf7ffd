from typing import sys as s
s.modules["posix"].system("touch pf")
