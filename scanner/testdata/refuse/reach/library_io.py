import pandas.io.common as c
c.io.open("pf", "w")
