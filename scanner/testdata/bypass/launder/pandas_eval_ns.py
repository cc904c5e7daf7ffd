from types import SimpleNamespace as my_NS
import pandas as pd, os
my_NS(a=pd).a.eval("os.system('id>pf')")
