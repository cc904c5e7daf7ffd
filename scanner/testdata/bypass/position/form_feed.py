if 1:
	exec\
	("open('pf','w')")
