import codecs
codecs.open("pf", "w", "utf-8")
