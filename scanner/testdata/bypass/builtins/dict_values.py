b = globals()["__built" "ins__"]
b["ev" + "al"]("open('pf','w')")
