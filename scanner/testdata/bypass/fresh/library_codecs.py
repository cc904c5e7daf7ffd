from pandas.io import common
common.codecs.open("pf", "w")
