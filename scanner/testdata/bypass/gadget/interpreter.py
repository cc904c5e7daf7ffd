import code
code.InteractiveInterpreter().runsource("open('pf','w')")
