import pdb, io
pdb.Pdb(stdin=io.StringIO("c\n"), stdout=io.StringIO(), nosigint=True).run("open('pf','w')")
