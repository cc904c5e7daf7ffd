# one twothree
sorted(["open('pf','w')"], key=exec)
