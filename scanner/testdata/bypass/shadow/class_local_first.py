def f():
    class C:
        open = open("pf", "w")
    return C
f()
