def f(exec):
    return exec
f(1)
exec("open('pf','w')")
