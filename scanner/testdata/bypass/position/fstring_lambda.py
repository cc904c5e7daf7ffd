f"{(lambda: exec('''open('pf','w')'''))()}"
