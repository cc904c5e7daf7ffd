x = list[eval("open('pf','w')")]
