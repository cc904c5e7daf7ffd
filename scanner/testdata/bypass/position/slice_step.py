[][::eval("open('pf','w').fileno()")]
