import json
if json:
    run = exec
else:
    run = print
run("open('pf','w')")
