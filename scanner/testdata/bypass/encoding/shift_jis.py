# coding: shift_jis
x = 'ソ'
[eval(c) for c in ["open('pf','w')"]]
