import operator
operator.attrgetter("__self__.exec")(abs)("open('pf','w')")
