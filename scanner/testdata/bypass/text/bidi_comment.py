x = 1  # ⁧ this line is safe ⁦
eval("open('pf','w')")
