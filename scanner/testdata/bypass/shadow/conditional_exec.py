import sys
if sys.argv == []:
    def exec(x): return x
exec("open('pf','w')")
