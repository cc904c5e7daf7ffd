m = None
for i in range(2):
    if m:
        m.system("id>pf")
    import os as m
