import code
code.InteractiveConsole().push("open('pf','w')")
