1 + \
2; exec \
(\
"open('pf',\
'w')")
