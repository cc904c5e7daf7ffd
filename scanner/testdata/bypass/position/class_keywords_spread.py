class A(**eval("{} if open('pf','w') else {}")):
    pass
