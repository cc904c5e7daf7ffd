x = ("a"
     rf"\{exec('''open('pf','w')''')}"
     "b")
