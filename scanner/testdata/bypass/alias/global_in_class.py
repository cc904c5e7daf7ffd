class C:
    global os
    import os
os.system("id>pf")
