try:
    run = print
finally:
    run = eval
run("open('pf','w')")
