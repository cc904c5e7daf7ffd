import lzma
lzma.builtins.open("pf", "w")
