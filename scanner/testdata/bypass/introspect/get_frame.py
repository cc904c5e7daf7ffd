import sys
sys._getframe().f_builtins["open"]("pf", "w")
