from code import InteractiveConsole as C
C().push("open('pf','w')")
