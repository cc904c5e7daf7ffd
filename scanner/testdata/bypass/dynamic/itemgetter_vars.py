import operator, logging
operator.itemgetter("os")(vars(logging)).system("id>pf")
