FIELDS = {"x, open('pf','w')": int}
