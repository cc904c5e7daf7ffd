import pdb
p = pdb.Pdb(readrc=False)
p.curframe_globals = {}
pdb.code.InteractiveInterpreter().runsource("open('pf','w')")
