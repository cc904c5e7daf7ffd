class A:
    x = 1
    exec("open('pf','w')")
	
  
#
