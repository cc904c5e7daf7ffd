def a():
    run = print
    def b():
        nonlocal run
        run = exec
    b()
    return run
a()("open('pf','w')")
