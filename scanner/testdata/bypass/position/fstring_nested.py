f"{1:{eval('''open('pf','w').fileno()''')}}"
