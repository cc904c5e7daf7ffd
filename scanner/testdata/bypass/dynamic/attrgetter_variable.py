import operator, tempfile
where = ".".join(("_os", "system"))
get = operator.attrgetter(where)
get(tempfile)("id>pf")
