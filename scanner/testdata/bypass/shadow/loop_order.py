def run(c):
    return c
for i in range(2):
    run("open('pf','w')")
    run = exec
