print(1, end=f"{exec('''open('pf','w')''')}")
