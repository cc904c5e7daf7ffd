@exec
@lambda f: "open('pf','w')"
def x(): pass
