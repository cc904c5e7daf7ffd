x = f"{1:{open('pf','w') and 5}}"
