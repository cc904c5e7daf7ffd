max(["open('pf','w')"], key=eval)
