@exec
@(lambda c: "open('pf','w')")
class A:
    pass
