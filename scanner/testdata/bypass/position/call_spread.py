print(*eval("open('pf','w') and []"), **{})
