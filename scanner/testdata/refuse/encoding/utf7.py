# coding: utf-7
# +AAo-eval("1")
