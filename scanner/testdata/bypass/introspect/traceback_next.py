import sys, json
try:
    json.loads("{")
except ValueError:
    t = sys.exc_info()[2]
    while t.tb_next:
        t = t.tb_next
    t.tb_frame.f_globals["__builtins__"]["exec"]("open('pf','w')")
