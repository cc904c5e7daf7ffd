"""Docs."""; exec("open('pf','w')")
