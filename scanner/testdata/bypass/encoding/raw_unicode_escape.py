#!/usr/bin/python3
# vim: set fileencoding=raw_unicode_escape :
x = 1  # \u000aopen("pf", "w").close()
