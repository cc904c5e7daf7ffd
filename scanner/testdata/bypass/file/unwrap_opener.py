import gzip
gzip.builtins.open("pf", "w")
