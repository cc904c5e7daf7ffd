# coding: utf-7
# +AAo-eval(+ACI-open('pf','w')+ACI-)
