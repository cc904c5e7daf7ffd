def f():
    global ｓ
    import subprocess as s
f()
s.getoutput("id>pf")
