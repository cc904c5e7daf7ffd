f'''{
eval("open('pf','w')") = }'''
