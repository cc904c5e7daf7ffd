def run(ⅽ):
    ｅval(c)
run("open('pf','w')")
