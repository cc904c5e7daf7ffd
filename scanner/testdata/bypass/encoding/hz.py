# coding: hz
# ~{!!~}
assert not exec("open('pf','w')")
