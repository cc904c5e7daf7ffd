import sys
try: {}[1]
except KeyError: sys.exc_info()[2].tb_frame.f_builtins["open"]("pf", "w")
