# -*- coding: unicode_escape -*-
# \u000aeval("1")
