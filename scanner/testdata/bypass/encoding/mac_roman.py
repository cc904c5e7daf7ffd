# coding: mac-roman
x = 'é'
y = exec("open('pf','w')"), 1
