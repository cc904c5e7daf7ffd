f"a{1}{eval('''open('pf','w')''')!r:>{9}}"
