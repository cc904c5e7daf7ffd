import contextlib
with contextlib.nullcontext(exec) as print:
    print("open('pf','w')")
