# -*- coding: unicode_escape -*-
# \u000aprint(exec("open('pf','w')"))
